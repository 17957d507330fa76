import { boolean, positiveInteger } from '../base/options'
import { formatShape } from '../ir/shape'
import { activationOption, lowerActivation } from './activations'
import { initializerOption, kernelOf, l2Option, zeros } from './initializers'
import type { LayerDefinition } from './layer'

export const dense: LayerDefinition = {
  kind: 'dense',
  doc: 'Fully connected layer: activation(x · kernel + bias). Takes [features], gives [units].',
  example: "features.pipe(dense(64, { activation: 'relu' }))",
  positional: ['units'],
  options: {
    units: positiveInteger('Size of the output vector.', { required: true }),
    activation: activationOption,
    bias: boolean('Whether a learnt bias is added.', { default: true }),
    initializer: initializerOption,
    l2: l2Option,
  },
  rank: { input: 1, output: 1 },

  shape(input, { units }) {
    if (input !== null && input.length !== 1) {
      return { problem: `dense needs a vector [features] but gets ${formatShape(input)}`, insertBefore: 'flatten()' }
    }
    return [units as number]
  },

  parameters(input, options) {
    const fanIn = input?.length === 1 ? input[0]! : null
    const units = options.units as number
    const kernel = kernelOf(fanIn === null ? null : [fanIn, units], options, fanIn ?? 1, units)
    return options.bias ? [kernel, { name: 'bias', shape: [units], initializer: zeros }] : [kernel]
  },

  lower(b, x, { options, parameters }) {
    return lowerActivation(b, options.activation, b.linear(x, parameters.kernel!, parameters.bias))
  },
}
