import type { Augmentation } from './augmentation'
import { colour } from './colour'
import { crop } from './crop'
import { cutout } from './cutout'
import { flip } from './flip'
import { mixup } from './mixup'
import { rotate } from './rotate'

/** Every augmentation: one line each. */
export const augmentations: readonly Augmentation[] = [flip, crop, rotate, colour, cutout, mixup]

const byKind = new Map(augmentations.map(augmentation => [augmentation.kind, augmentation]))

export const augmentationOf = (kind: string): Augmentation | undefined => byKind.get(kind)
