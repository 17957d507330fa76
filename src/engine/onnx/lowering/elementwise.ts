import type { Lowering, LoweringFamily } from './lowering'

const direct =
  (type: string): Lowering =>
  ({ graph, inputs }) =>
    graph.node(type, inputs)

const largestFloat = 3.4028234663852886e38

export const elementwise: LoweringFamily = {
  add: direct('Add'),
  subtract: direct('Sub'),
  multiply: direct('Mul'),
  divide: direct('Div'),
  stopGradient: direct('Identity'),
  negate: direct('Neg'),
  exp: direct('Exp'),
  log: direct('Log'),
  sqrt: direct('Sqrt'),
  abs: direct('Abs'),
  sign: direct('Sign'),
  relu: direct('Relu'),
  /** max(0, min(1, αx)) with the largest α: one pass, where Greater and Cast take two. Numbers below 3e-39 count as 0. */
  positive: ({ graph, inputs }) => graph.node('HardSigmoid', inputs, { alpha: { float: largestFloat }, beta: { float: 0 } }),
  tanh: direct('Tanh'),
  sigmoid: direct('Sigmoid'),
  softplus: direct('Softplus'),
  erf: direct('Erf'),
}
