import { elementCount } from '../ir/shape'
import type { LayerDefinition } from './layer'

export const flatten: LayerDefinition = {
  kind: 'flatten',
  doc: 'Any shape to a vector [features]. Images are laid out channel by channel.',
  example: 'image.pipe(conv2d(16), flatten(), dense(10))',
  positional: [],
  options: {},
  rank: { input: 'any', output: 1 },
  shape: input => [elementCount(input)],
  lower: (b, x) => b.reshape(x, [x.shape[0]!, x.shape.slice(1).reduce((n, d) => n * d, 1)]),
}
