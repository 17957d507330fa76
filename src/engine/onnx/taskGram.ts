import type { Tensor } from '../../tensor/builder'
import { size } from '../../tensor/primitive'
import type { Program } from '../../tensor/program'
import type { OnnxGraph } from './onnxGraph'

/** The Gram matrix of gradients of one parameter, one for each task that uses it: n×n, row-major, in float64. */
export interface TaskGram {
  readonly name: string
  readonly gradients: readonly Tensor[]
}

/** What such a matrix is computed from: its gradients, or the factors of products that then need not be formed. */
type Factors =
  | { readonly kind: 'gradients'; readonly operands: readonly Tensor[] }
  /** Each gradient is inputᵀ·cotangent; the operands are the input, [batch, in], and the cotangents, [batch, out]. */
  | { readonly kind: 'products'; readonly operands: readonly Tensor[] }

/** Numbers of each gradient that are multiplied at a time: what is copied and widened for it stays small. */
const chunk = 2 ** 18
/** Of onnx.proto. */
const float64 = 11

/** The kernel's gradients of a dense layer by tasks: products with the layer's input on their left, all with the same. */
export function factorsOf(program: Program, gradients: readonly Tensor[]): Factors {
  const products = gradients.map(gradient => program.operation(gradient))
  const input = products[0]!.inputs[0]
  const alike = products.every(
    ({ kind, attributes, inputs }) => kind === 'matmul' && attributes.transposeA && !attributes.transposeB && inputs[0] === input,
  )
  if (!alike) return { kind: 'gradients', operands: gradients }
  const cotangents = products.map(({ inputs }) => inputs[1]!)
  const [rows, units] = cotangents[0]!.shape as [number, number]
  // What is held at a time: float32 gradients, or in float64 the products of rows, the cotangents and those multiplied by these.
  const held = 2 * (rows * rows + 2 * gradients.length * rows * units)
  if (held >= gradients.length * size(gradients[0]!.shape)) return { kind: 'gradients', operands: gradients }
  return { kind: 'products', operands: [input!, ...cotangents] }
}

/**
 * Writes a Gram matrix so that no more than one parameter's gradients exist at a time: nothing but the matrix depends on them.
 * @param operands values of `factorsOf`, in order
 * @returns [n, n] in float64
 */
export function writeTaskGram(graph: OnnxGraph, { kind, operands: [first, ...others] }: Factors, operands: readonly string[]): string {
  graph.origin = 'gram'
  const shape = first!.shape
  if (kind === 'gradients') return gramOfGradients(graph, operands, size(shape))
  return gramOfProducts(graph, operands[0]!, operands.slice(1), shape[0]!, others[0]!.shape[1]!)
}

const widened = (graph: OnnxGraph, value: string) => graph.node('Cast', [value], { to: float64 })

function gramOfGradients(graph: OnnxGraph, gradients: readonly string[], length: number): string {
  const rows = gradients.map(gradient => graph.node('Reshape', [gradient, graph.ints([1, length])]))
  const parts = Array.from({ length: Math.ceil(length / chunk) }, (_, i) => {
    const [start, end] = [i * chunk, Math.min(length, (i + 1) * chunk)]
    const part = (row: string) => graph.node('Slice', [row, graph.ints([start]), graph.ints([end]), graph.ints([1])])
    const together = widened(graph, graph.node('Concat', length <= chunk ? rows : rows.map(part), { axis: 0 }))
    return graph.node('Gemm', [together, together], { transB: 1 })
  })
  return parts.reduce((sum, part) => graph.node('Add', [sum, part]))
}

/**
 * ⟨AᵀD_i, AᵀD_j⟩ = ⟨D_i, AAᵀD_j⟩: with fewer rows than units, products of rows cost less than the gradients (Goodfellow 2015,
 * Efficient Per-Example Gradient Computations, has the diagonal). In float64, as terms of both signs add up to little.
 */
function gramOfProducts(graph: OnnxGraph, input: string, cotangents: readonly string[], rows: number, units: number): string {
  const n = cotangents.length
  const A = widened(graph, input)
  const D = widened(graph, graph.node('Concat', cotangents, { axis: 0 }))
  const products = graph.node('Gemm', [A, A], { transB: 1 })
  const turned = graph.node('MatMul', [products, graph.node('Reshape', [D, graph.ints([n, rows, units])])])
  const flat = (value: string) => graph.node('Reshape', [value, graph.ints([n, rows * units])])
  return graph.node('Gemm', [flat(D), flat(turned)], { transB: 1 })
}
