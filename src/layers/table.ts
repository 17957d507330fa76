import { activation } from './activation'
import { conv2d } from './conv2d'
import { dense } from './dense'
import { dropout } from './dropout'
import { flatten } from './flatten'
import type { LayerDefinition } from './layer'
import { maxPool2d } from './maxPool2d'

/** Every layer of the vocabulary: one line each. `input`, `features` and `concat` are part of the language itself. */
export const layers: readonly LayerDefinition[] = [dense, conv2d, maxPool2d, flatten, dropout, activation]

const byKind = new Map(layers.map(layer => [layer.kind, layer]))

export const layerOf = (kind: string): LayerDefinition | undefined => byKind.get(kind)
