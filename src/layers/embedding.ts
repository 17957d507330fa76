import { oneOf, positiveInteger } from '../base/options'
import type { Initializer } from '../ir/graph'
import { formatShape } from '../ir/shape'
import type { LayerDefinition } from './layer'

/** Standard normal, as PyTorch's. */
const normal: Initializer = { kind: 'variance', scale: 1, fan: 'in', distribution: 'normal', fanIn: 1, fanOut: 1 }

/** So that a text without tokens has mean 0. */
const tiny = 1e-9

export const embedding: LayerDefinition = {
  kind: 'embedding',
  doc: 'A learnt vector for each token. Takes whole numbers [length], as text(…) gives them; 0 stands for no token and has the vector 0. Gives [length, dimensions], or with `pooling` one vector [dimensions] of the whole text.',
  example: "features.pipe(embedding(32, { vocabulary: 5000, pooling: 'mean' }), dense(16))",
  positional: ['dimensions'],
  options: {
    dimensions: positiveInteger('Size of the vectors.', { required: true }),
    vocabulary: positiveInteger('Number of vectors: the `vocabulary` of the source.', { required: true }),
    pooling: oneOf(
      ['none', 'mean', 'sum'],
      'What becomes of the vectors of a text: one each, or their mean or sum, in which 0 does not count.',
      {
        default: 'none',
      },
    ),
  },
  rank: { input: 1, output: 'any' },

  shape(input, { dimensions, pooling }) {
    if (input !== null && input.length !== 1) return { problem: `embedding needs tokens [length] but gets ${formatShape(input)}` }
    return pooling === 'none' ? [input === null ? null : input[0]!, dimensions as number] : [dimensions as number]
  },

  parameters: (_, { vocabulary, dimensions }) => [
    { name: 'kernel', shape: [vocabulary as number, dimensions as number], initializer: normal },
  ],

  lower(b, x, { options, parameters }) {
    const [rows, length] = x.shape as [number, number]
    const [vocabulary, dimensions] = [options.vocabulary as number, options.dimensions as number]
    const mask = new Float32Array(vocabulary).fill(1)
    mask[0] = 0
    const tokens = b.multiply(b.oneHot(b.reshape(x, [rows * length]), vocabulary), b.constant(mask, [1, vocabulary]))
    if (options.pooling === 'none') return b.reshape(b.matmul(tokens, parameters.kernel!), [rows, length, dimensions])
    // How often each token stands in a text: one product for the whole text.
    const counts = b.sum(b.reshape(tokens, [rows, length, vocabulary]), [1])
    const total = b.matmul(counts, parameters.kernel!)
    return options.pooling === 'sum' ? total : b.divide(total, b.add(b.sum(counts, [1], true), b.constant(tiny)))
  },
}
