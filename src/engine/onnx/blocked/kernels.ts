import { blocked, type OnnxGraph } from '../onnxGraph'

/** [out, in, height, width] of a convolution's kernel; out and in are whole blocks. */
export type KernelShape = readonly [number, number, number, number]

/** Of b×b values: which of (out/b, in/b, places) it is. */
export type Square = readonly [number, number, number]

/**
 * Kernels on their way into blocks and back, [out/b, in/b, places, b of in, b of out]. The runtime's own reordering operators
 * and `Gather` over whole squares of b×b values take a tenth of the time of a `Transpose` of single values.
 */
export class BlockedKernels {
  constructor(
    private readonly graph: OnnxGraph,
    private readonly block: number,
  ) {}

  private reshape = (x: string, shape: readonly number[]) => this.graph.node('Reshape', [x, this.graph.ints(shape)])
  private reorder = (type: string, x: string, shape: readonly number[], attributes = {}) =>
    this.graph.node(type, [this.reshape(x, shape)], attributes, blocked)

  /** [rows, b of out, b of in] of squares, rows being out/b · in/b · places. */
  private squares(kernel: string, [filters, channels, height, width]: KernelShape): string {
    const { block } = this
    const area = height * width
    const outInside = this.reorder('ReorderInput', kernel, [filters / block, block, 1, channels * area])
    return area === 1
      ? outInside
      : this.reorder('ReorderInput', outInside, [(filters * channels) / block ** 2, 1, block, area * block], { channels_last: 1 })
  }

  /** As a convolution takes it, in the shape that it had. */
  forward(kernel: string, shape: KernelShape): string {
    return this.reshape(this.squares(kernel, shape), shape)
  }

  /**
   * With out and in swapped, as the gradient of the input takes it: squares that are turned over, in an order of their own.
   * @param order of each square of the result, the square that it was; null: zeros
   */
  swapped(kernel: string, shape: KernelShape, result: KernelShape, order: readonly (Square | null)[]): string {
    const { graph, block } = this
    const [filters, channels, height, width] = shape
    const area = height * width
    const count = ((filters * channels) / block ** 2) * area
    const turned = this.reorder('ReorderInput', this.squares(kernel, shape), [count, block, 1, block])
    let rows = this.reshape(turned, [count, block * block])
    if (order.includes(null)) rows = graph.node('Pad', [rows, graph.ints([0, 0, 1, 0])])
    const index = order.map(square => (square ? (square[0] * (channels / block) + square[1]) * area + square[2] : count))
    return this.reshape(graph.node('Gather', [rows, graph.ints(index)], { axis: 0 }), result)
  }

  /** From [in/b, out/b, h, w, b of in, b of out], of which the first places are the kernel's, to the plain kernel. */
  plain(gradient: string, shape: KernelShape, h: number, w: number): string {
    const { graph, block } = this
    const [filters, channels, height, width] = shape
    const [outer, inner, area] = [filters / block, channels / block, height * width]
    const index = Array.from({ length: outer * inner * area }, (_, i) => {
      const [o, c, y, x] = [Math.floor(i / area / inner), Math.floor(i / area) % inner, Math.floor((i % area) / width), i % width]
      return ((c * outer + o) * h + y) * w + x
    })
    const rows = this.reshape(gradient, [inner * outer * h * w, block * block])
    const squares = index.every((at, i) => at === i) && h * w === area ? rows : graph.node('Gather', [rows, graph.ints(index)], { axis: 0 })
    const placesLast =
      area === 1
        ? squares
        : this.reorder('ReorderOutput', squares, [outer * inner, area * block, 1, block], { channels: area * block, channels_last: 1 })
    const flat = this.reorder('ReorderOutput', placesLast, [outer, block, 1, channels * area], { channels: block })
    return this.reshape(flat, shape)
  }
}
