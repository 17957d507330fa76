import { number, text } from '../base/options'
import { imbalanceOptions } from './imbalance'
import type { TaskDefinition } from './task'

export const binary: TaskDefinition = {
  kind: 'binary',
  doc: 'Predicts yes or no: sigmoid with cross entropy. The label has two values; the second in sorted order is yes unless `positive` names it.',
  example: "survived: binary(passengers.label('survived'), trunk)",
  options: {
    weight: number('Fixed weight of this task in the sum of losses.', { default: 1, above: 0 }),
    ...imbalanceOptions,
    positive: text('The label value that counts as yes.'),
  },
  target: 'binary',
  units: () => 1,
  /** softplus(z) − y·z, the stable form of −y log σ(z) − (1−y) log(1−σ(z)). */
  loss(b, output, target) {
    const logit = b.reshape(output, [output.shape[0]!])
    return b.subtract(b.softplus(logit), b.multiply(target, logit))
  },
  prediction: (b, output) => b.sigmoid(output),
  metrics: ['auc', 'accuracy', 'macro_f1'],
}
