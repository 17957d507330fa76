import type { OnnxGraph } from '../onnxGraph'

/** Numbers of a row that one product adds up: float32 sums of more lose digits, and one sum is one thread's work. */
const chunk = 1024

/** The Gram matrix of rows: J Jᵀ, [T·T], of J [T, n]. Long rows are multiplied chunk by chunk, and the products added. */
export function writeGram(graph: OnnxGraph, rows: string, T: number, n: number): string {
  const chunks = Math.ceil(n / chunk)
  const flat = graph.ints([T * T])
  if (chunks === 1) return graph.node('Reshape', [graph.node('Gemm', [rows, rows], { transB: 1 }), flat])
  const length = Math.ceil(n / chunks)
  const missing = length * chunks - n
  const padded = missing === 0 ? rows : graph.node('Concat', [rows, graph.floats(new Float32Array(T * missing), [T, missing])], { axis: 1 })
  const split = graph.node('Reshape', [padded, graph.ints([T, chunks, length])])
  const left = graph.node('Transpose', [split], { perm: [1, 0, 2] })
  const right = graph.node('Transpose', [split], { perm: [1, 2, 0] })
  const products = graph.node('MatMul', [left, right])
  return graph.node('Reshape', [graph.node('ReduceSum', [products, graph.ints([0])], { keepdims: 0 }), flat])
}
