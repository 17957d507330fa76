import { formatShape } from '../ir/shape'
import type { LayerDefinition } from './layer'

export const globalAveragePool1d: LayerDefinition = {
  kind: 'globalAveragePool1d',
  doc: 'The mean over the steps of a sequence. Takes [steps, features], gives [features].',
  example: 'image.pipe(reshape([28, 28]), globalAveragePool1d(), dense(16))',
  positional: [],
  options: {},
  rank: { input: 2, output: 1 },
  shape(input) {
    if (input === null) return [null]
    if (input.length !== 2) return { problem: `globalAveragePool1d needs a sequence [steps, features] but gets ${formatShape(input)}` }
    return [input[1]!]
  },
  lower: (b, x) => b.mean(x, [1]),
}
