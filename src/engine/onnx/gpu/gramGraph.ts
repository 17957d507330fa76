import type { OnnxGraph } from '../onnxGraph'

/** Numbers that one sum adds up: float32 sums of more lose digits, and one sum is one thread's work. */
const chunk = 1024
/** Products that lie on the device at a time, in floats. */
const mostProducts = 2 ** 24

/**
 * The Gram matrix of rows: J Jᵀ, [T·T], of J [T, n]. As products and sums in two stages: a matrix product of so few rows and
 * so many columns leaves most of a device idle.
 */
export function writeGram(graph: OnnxGraph, rows: string, T: number, n: number, most = mostProducts): string {
  const chunks = Math.ceil(n / chunk)
  const length = Math.ceil(n / chunks)
  const missing = length * chunks - n
  const padded = missing === 0 ? rows : graph.node('Concat', [rows, graph.floats(new Float32Array(T * missing), [T, missing])], { axis: 1 })
  const all = graph.node('Reshape', [padded, graph.ints([1, T, chunks, length])])
  const each = graph.node('Reshape', [padded, graph.ints([T, 1, chunks, length])])
  const block = Math.max(1, Math.min(T, Math.floor(most / (T * n))))
  const parts = Array.from({ length: Math.ceil(T / block) }, (_, i) => {
    const [start, end] = [i * block, Math.min(T, (i + 1) * block)]
    const own = block === T ? each : graph.node('Slice', [each, graph.ints([start]), graph.ints([end]), graph.ints([0])])
    const sums = graph.node('ReduceSum', [graph.node('Mul', [own, all]), graph.ints([3])], { keepdims: 0 })
    return graph.node('ReduceSum', [sums, graph.ints([2])], { keepdims: 0 })
  })
  return graph.node('Reshape', [parts.length === 1 ? parts[0]! : graph.node('Concat', parts, { axis: 0 }), graph.ints([T * T])])
}
