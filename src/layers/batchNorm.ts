import { number } from '../base/options'
import type { Builder, Tensor } from '../tensor/builder'
import { affineOptions, affineParameters, channelShape } from './affine'
import { channelAxis, perChannel } from './channels'
import { ones, zeros } from './initializers'
import type { LayerDefinition } from './layer'

/**
 * Ioffe & Szegedy 2015, algorithms 1 and 2. Rows that only fill up the last batch of an epoch do not count, neither for the
 * mean nor for the variance; rows without a label do. The running variance is the unbiased one, as in algorithm 2 and PyTorch.
 * Where a model has several data sets, rows of one are normalised by those of the same set, and move the running means in the
 * order of the applications; a step without any row of the set does not.
 */
export const batchNorm: LayerDefinition = {
  kind: 'batchNorm',
  doc: 'Gives each feature or channel mean 0 and variance 1 over the batch, then scales and shifts it by learnt values. While evaluating, running means of both take the place of the batch’s. Takes and gives any shape.',
  example: "image.pipe(conv2d(16, { bias: false }), batchNorm(), activation('relu'))",
  positional: [],
  options: {
    momentum: number('Share of the running mean and variance that is kept at each step.', { default: 0.9, min: 0, below: 1 }),
    epsilon: number('Added to the variance.', { default: 1e-5, above: 0 }),
    ...affineOptions('channel'),
  },
  rank: { input: 'any', output: 'same' },
  shape: input => (input?.length === 0 ? { problem: 'batchNorm needs at least one axis' } : input),

  parameters: (input, options) => [
    ...affineParameters(input, options),
    { name: 'mean', shape: channelShape(input), initializer: zeros, statistic: true },
    { name: 'variance', shape: channelShape(input), initializer: ones, statistic: true },
  ],

  lower(b, x, { options, parameters, training, realRows, update }) {
    const { momentum, epsilon } = options as { momentum: number; epsilon: number }
    let [mean, variance] = [parameters.mean!, parameters.variance!]
    let centred: Tensor
    if (training) {
      const rows = realRows()
      const pixels = x.shape.reduce((n, d) => n * d, 1) / (x.shape[0]! * x.shape[channelAxis(x)]!)
      const values = b.multiply(b.sum(rows, [0]), b.constant(pixels))
      // At least 1: a step may have no row of this data set.
      const count = b.add(b.relu(b.subtract(values, b.constant(1))), b.constant(1))
      mean = b.divide(channelSums(b, x, rows), count)
      centred = b.subtract(x, perChannel(b, mean, x))
      variance = b.divide(channelSums(b, b.square(centred), rows), count)
      // 1 where there is a row, else 0.
      const any = b.subtract(b.constant(1), b.relu(b.subtract(b.constant(1), values)))
      const moved = (before: Tensor, now: Tensor) =>
        b.add(before, b.multiply(b.subtract(now, before), b.multiply(any, b.constant(1 - momentum))))
      // n − 1, but 1 for a single value: max(n, 2) − 1.
      const freedom = b.add(b.relu(b.subtract(count, b.constant(2))), b.constant(1))
      update('mean', moved(parameters.mean!, mean))
      update('variance', moved(parameters.variance!, b.multiply(variance, b.divide(count, freedom))))
    } else centred = b.subtract(x, perChannel(b, mean, x))
    const deviation = b.sqrt(b.add(variance, b.constant(epsilon)))
    const factor = parameters.scale ? b.divide(parameters.scale, deviation) : b.divide(b.constant(1), deviation)
    const scaled = b.multiply(centred, perChannel(b, factor, x))
    return parameters.shift ? b.add(scaled, perChannel(b, parameters.shift, x)) : scaled
  },
}

/** Sums over all axes but the channels', of the marked rows only: [channels]. Rows are summed last, where there is least to mark. */
function channelSums(b: Builder, x: Tensor, rows: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis).filter(axis => axis !== 0 && axis !== channelAxis(x))
  const perRow = axes.length > 0 ? b.sum(x, axes) : x
  return b.reshape(b.matmul(b.reshape(rows, [1, rows.shape[0]!]), perRow), [perRow.shape[1]!])
}
