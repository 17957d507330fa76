import { activation } from './activation'
import { averagePool2d } from './averagePool2d'
import { batchNorm } from './batchNorm'
import { conv2d } from './conv2d'
import { dense } from './dense'
import { depthwiseConv2d } from './depthwiseConv2d'
import { dropout } from './dropout'
import { embedding } from './embedding'
import { flatten } from './flatten'
import { globalAveragePool1d } from './globalAveragePool1d'
import { globalAveragePool2d } from './globalAveragePool2d'
import type { LayerDefinition } from './layer'
import { layerNorm } from './layerNorm'
import { maxPool2d } from './maxPool2d'
import { reshape } from './reshape'
import { stopGradient } from './stopGradient'

/** Every layer of the vocabulary: one line each. `input`, `features` and `concat` are part of the language itself. */
export const layers: readonly LayerDefinition[] = [
  dense,
  conv2d,
  depthwiseConv2d,
  maxPool2d,
  averagePool2d,
  globalAveragePool1d,
  globalAveragePool2d,
  flatten,
  reshape,
  batchNorm,
  layerNorm,
  dropout,
  activation,
  embedding,
  stopGradient,
]

const byKind = new Map(layers.map(layer => [layer.kind, layer]))

export const layerOf = (kind: string): LayerDefinition | undefined => byKind.get(kind)
