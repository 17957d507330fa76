import { number } from '../base/options'
import { imbalanceOptions } from './imbalance'
import type { TaskDefinition } from './task'

export const classification: TaskDefinition = {
  kind: 'classification',
  doc: 'Predicts one of several classes: softmax with cross entropy. The classes come from the label column.',
  example: "species: classification(penguins.label('species'), trunk)",
  options: {
    weight: number('Fixed weight of this task in the sum of losses.', { default: 1, above: 0 }),
    ...imbalanceOptions,
    labelSmoothing: number('Share of the probability spread over all classes (Szegedy et al. 2016).', { default: 0, min: 0, below: 1 }),
  },
  target: 'class',
  units: classes => classes,
  loss(b, output, target, options) {
    const classes = output.shape[1]!
    const smoothing = (options.labelSmoothing as number | undefined) ?? 0
    const hard = b.oneHot(target, classes)
    const goal = smoothing === 0 ? hard : b.add(b.multiply(hard, b.constant(1 - smoothing)), b.constant(smoothing / classes))
    return b.negate(b.sum(b.multiply(goal, b.logSoftmax(output)), [1]))
  },
  prediction: (b, output) => b.exp(b.logSoftmax(output)),
  metrics: ['accuracy', 'macro_f1'],
}
