import { ints } from '../../../tensor/primitive'
import type { LoweringFamily } from './lowering'

export const reduce: LoweringFamily = {
  sum: ({ runtime: { tf }, inputs: [x], operation: { attributes } }) =>
    tf.sum(x!, [...ints(attributes, 'axes')], attributes.keep as boolean),
  logSoftmax: ({ runtime: { tf }, inputs: [x] }) => tf.logSoftmax(x!),
}
