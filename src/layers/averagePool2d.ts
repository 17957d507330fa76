import type { LayerDefinition } from './layer'
import { pooledShape, poolingGeometry, poolingOptions } from './pooling'

export const averagePool2d: LayerDefinition = {
  kind: 'averagePool2d',
  doc: 'The mean of each window; padding does not count. Takes and gives [height, width, channels].',
  example: 'image.pipe(conv2d(16), averagePool2d(2))',
  positional: ['size'],
  options: poolingOptions,
  rank: { input: 3, output: 3 },
  shape: (input, options) => pooledShape('averagePool2d', input, options),
  lower: (b, x, { options }) => b.averagePool2d(x, poolingGeometry(x.shape, options)),
}
