import { number, oneOf } from '../base/options'
import { targetScalings } from '../transforms/scalings/table'
import type { TaskDefinition } from './task'

export const regression: TaskDefinition = {
  kind: 'regression',
  doc: 'Predicts a number: mean squared error on the label, scaled with the training split. Metrics are in the label’s own unit.',
  example: "mass: regression(penguins.label('body_mass_g'), trunk)",
  options: {
    weight: number('Fixed weight of this task in the sum of losses.', { default: 1, above: 0 }),
    scaling: oneOf(
      targetScalings.map(({ kind }) => kind),
      `How the label is scaled for the loss: ${targetScalings.map(({ kind, doc }) => `'${kind}' ${doc}`).join('; ')}. Predictions and metrics stay in the label’s own unit.`,
      { default: 'standard' },
    ),
  },
  target: 'number',
  units: () => 1,
  loss: (b, output, target) => b.square(b.subtract(b.reshape(output, [output.shape[0]!]), target)),
  prediction: (_, output) => output,
  metrics: ['mae', 'rmse', 'r2'],
}
