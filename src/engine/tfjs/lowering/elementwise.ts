import type { TensorFlow, Values } from '../runtime'
import type { Lowering, LoweringFamily } from './lowering'

const unary =
  (compute: (tf: TensorFlow, x: Values) => Values): Lowering =>
  ({ runtime, inputs }) =>
    compute(runtime.tf, inputs[0]!)

const binary =
  (compute: (tf: TensorFlow, a: Values, b: Values) => Values): Lowering =>
  ({ runtime, inputs }) =>
    compute(runtime.tf, inputs[0]!, inputs[1]!)

export const elementwise: LoweringFamily = {
  add: binary((tf, a, b) => tf.add(a, b)),
  subtract: binary((tf, a, b) => tf.sub(a, b)),
  multiply: binary((tf, a, b) => tf.mul(a, b)),
  divide: binary((tf, a, b) => tf.div(a, b)),
  stopGradient: unary((tf, x) => tf.clone(x)),
  negate: unary((tf, x) => tf.neg(x)),
  exp: unary((tf, x) => tf.exp(x)),
  log: unary((tf, x) => tf.log(x)),
  sqrt: unary((tf, x) => tf.sqrt(x)),
  abs: unary((tf, x) => tf.abs(x)),
  sign: unary((tf, x) => tf.sign(x)),
  relu: unary((tf, x) => tf.relu(x)),
  positive: unary((tf, x) => tf.cast(tf.greater(x, 0), 'float32')),
  tanh: unary((tf, x) => tf.tanh(x)),
  sigmoid: unary((tf, x) => tf.sigmoid(x)),
  // Written out: the kernel's own thresholds lose digits for large negative x.
  softplus: unary((tf, x) => tf.add(tf.relu(x), tf.log(tf.add(tf.exp(tf.neg(tf.abs(x))), 1)))),
  erf: unary((tf, x) => tf.erf(x)),
}
