import { date } from './date'
import { hashing } from './hashing'
import { oneHot } from './oneHot'
import { ordinal } from './ordinal'
import { scale } from './scale'
import type { TransformDefinition } from './transform'

/** Every transformation of a table's column: one line each. */
export const transforms: readonly TransformDefinition[] = [scale, oneHot, ordinal, hashing, date]

const byKind = new Map(transforms.map(transform => [transform.kind, transform]))

export const transformOf = (kind: string): TransformDefinition | undefined => byKind.get(kind)
