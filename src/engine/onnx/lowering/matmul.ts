import type { LoweringFamily } from './lowering'

export const matmul: LoweringFamily = {
  matmul: ({ graph, inputs, operation: { attributes } }) =>
    graph.node('Gemm', inputs, { transA: Number(attributes.transposeA), transB: Number(attributes.transposeB) }),
  batchMatmul: ({ graph, inputs }) => graph.node('MatMul', inputs),
  linear: ({ graph, inputs }) => graph.node('Gemm', inputs),
}
