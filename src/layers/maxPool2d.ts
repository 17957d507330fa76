import type { LayerDefinition } from './layer'
import { pooledShape, poolingGeometry, poolingOptions } from './pooling'

export const maxPool2d: LayerDefinition = {
  kind: 'maxPool2d',
  doc: 'Keeps the largest value of each window. Takes and gives [height, width, channels].',
  example: 'image.pipe(conv2d(16), maxPool2d(2))',
  positional: ['size'],
  options: poolingOptions,
  rank: { input: 3, output: 3 },
  shape: (input, options) => pooledShape('maxPool2d', input, options),
  lower: (b, x, { options }) => b.maxPool2d(x, poolingGeometry(x.shape, options)),
}
