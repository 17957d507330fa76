import { formatShape } from '../ir/shape'
import type { LayerDefinition } from './layer'

/** Lin et al. 2014, section 3.2. */
export const globalAveragePool2d: LayerDefinition = {
  kind: 'globalAveragePool2d',
  doc: 'The mean of each channel over the whole image. Takes [height, width, channels], gives [channels].',
  example: 'image.pipe(conv2d(16), globalAveragePool2d(), dense(10))',
  positional: [],
  options: {},
  rank: { input: 3, output: 1 },
  shape(input) {
    if (input === null) return [null]
    if (input.length !== 3)
      return { problem: `globalAveragePool2d needs an image [height, width, channels] but gets ${formatShape(input)}` }
    return [input[2]!]
  },
  lower: (b, x) => b.mean(x, [2, 3]),
}
