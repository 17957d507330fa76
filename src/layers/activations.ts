import { oneOf, type OptionSpec } from '../base/options'
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
} satisfies Record<string, Activation>

export const activationNames = Object.keys(activations) as (keyof typeof activations)[]

export const activationOption: OptionSpec<string> = oneOf(activationNames, 'Function applied to the result.', { default: 'linear' })

export function lowerActivation(b: Builder, name: unknown, x: Tensor): Tensor {
  const activation: Activation | undefined = activations[name as keyof typeof activations]
  if (!activation) throw new RangeError(`unknown activation '${String(name)}'`)
  return activation(b, x)
}
