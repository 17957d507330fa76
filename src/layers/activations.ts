import { oneOf, type OptionSpec } from '../base/options'
import { channelsFirst, channelsLast } from './channels'
import type { Builder, Tensor } from '../tensor/builder'

type Activation = (b: Builder, x: Tensor) => Tensor

/** One line per activation; names follow Keras. */
const activations = {
  linear: (_, x) => x,
  relu: (b, x) => b.relu(x),
  tanh: (b, x) => b.tanh(x),
  sigmoid: (b, x) => b.sigmoid(x),
  /** Hendrycks & Gimpel 2016, exact form: x·Φ(x). */
  gelu: (b, x) => b.multiply(x, b.multiply(b.add(b.erf(b.multiply(x, b.constant(Math.SQRT1_2))), b.constant(1)), b.constant(0.5))),
  /** Maas, Hannun & Ng 2013, with their slope of 0.01. */
  leakyRelu: (b, x) => b.subtract(b.relu(x), b.multiply(b.relu(b.negate(x)), b.constant(0.01))),
  /** Elfwing, Uchibe & Doya 2018; also called swish. */
  silu: (b, x) => b.multiply(x, b.sigmoid(x)),
  softplus: (b, x) => b.softplus(x),
  /** Over the last axis: features, or the channels of each pixel. */
  softmax: (b, x) => channelsFirst(b, b.exp(b.logSoftmax(channelsLast(b, x)))),
  logSoftmax: (b, x) => channelsFirst(b, b.logSoftmax(channelsLast(b, x))),
} satisfies Record<string, Activation>

export const activationNames = Object.keys(activations) as (keyof typeof activations)[]

export const activationOption: OptionSpec<string> = oneOf(activationNames, 'Function applied to the result.', { default: 'linear' })

export function lowerActivation(b: Builder, name: unknown, x: Tensor): Tensor {
  const activation: Activation | undefined = activations[name as keyof typeof activations]
  if (!activation) throw new RangeError(`unknown activation '${String(name)}'`)
  return activation(b, x)
}
