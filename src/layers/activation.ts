import { oneOf } from '../base/options'
import { activationNames, lowerActivation } from './activations'
import type { LayerDefinition } from './layer'

export const activation: LayerDefinition = {
  kind: 'activation',
  doc: 'Applies a function to each value. Takes and gives any shape.',
  example: "features.pipe(dense(64), activation('tanh'))",
  positional: ['function'],
  options: { function: oneOf(activationNames, 'Which function.', { required: true }) },
  rank: { input: 'any', output: 'same' },
  shape: input => input,
  lower: (b, x, { options }) => lowerActivation(b, options.function, x),
}
