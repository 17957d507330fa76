import { blocked, type OnnxGraph } from '../onnxGraph'
import { nameOf, type Coefficient, type Combination, type Image } from './image'

type Shape = readonly [number, number, number, number]

/**
 * Writes images in the blocked layout. A channel is scaled and shifted by a depthwise 1×1 convolution, which adds a second
 * image and rectifies in the same pass; each image (or, where coefficients differ between rows, all of them) counts as one
 * long row of pixels.
 */
export class ImageWriter {
  constructor(
    private readonly graph: OnnxGraph,
    readonly block: number,
  ) {}

  /** @returns the name of the image in memory */
  write(image: Image, shape: readonly number[], rectify = false): string {
    if (image.kind === 'product') {
      const factors = image.factors.map(factor => this.write(factor, shape))
      return this.rectified(this.graph.node('Mul', factors), rectify)
    }
    return nameOf(image) !== null ? this.rectified(nameOf(image)!, rectify) : this.combined(image, shape as Shape, rectify)
  }

  private rectified = (name: string, rectify: boolean) => (rectify ? this.graph.node('Relu', [name]) : name)

  private combined({ terms, offset }: Combination, shape: Shape, rectify: boolean): string {
    if (terms.length === 0) return this.rectified(this.constant(offset!, shape), rectify)
    const ordered = [...terms.filter(({ factor }) => factor !== null), ...terms.filter(({ factor }) => factor === null)]
    let shift = offset
    let sum: string | null = null
    while (ordered.length > 0) {
      const { image, factor } = ordered.shift()!
      if (factor === null && shift === null && sum !== null) sum = this.graph.node('Add', [sum, image])
      else if (factor === null && shift === null) sum = image
      else {
        // An image that is only added goes along, if there is nothing to add yet.
        const other: string | null = sum ?? (ordered[0]?.factor === null ? ordered.shift()!.image : null)
        sum = this.scale(image, shape, factor, shift, other, rectify && ordered.length === 0)
        if (rectify && ordered.length === 0) return sum
        shift = null
      }
    }
    return this.rectified(sum!, rectify)
  }

  private scale(image: string, shape: Shape, factor: Coefficient | null, shift: Coefficient | null, sum: string | null, rectify: boolean) {
    const { graph } = this
    const [batch, channels, height, width] = shape
    const perRow = [factor, shift].some(c => c !== null && c.shape[0] === batch && batch > 1)
    const [rows, groups] = perRow ? [1, batch * channels] : [batch, channels]
    const flat = (name: string) => graph.node('Reshape', [name, graph.ints([rows, groups, 1, height * width])])
    const values = (c: Coefficient | null, shape: readonly number[]) => {
      if (c === null) return graph.floats(new Float32Array(groups).fill(1), shape)
      const same = c.shape.length === 4 && c.shape[0]! * c.shape[1]! === groups
      const all = same ? c.name : graph.node('Expand', [c.name, graph.ints([perRow ? batch : 1, channels, 1, 1])])
      return graph.node('Reshape', [all, graph.ints(shape)])
    }
    const inputs = [flat(image), values(factor, [groups, 1, 1, 1])]
    if (shift !== null || sum !== null) inputs.push(shift === null ? '' : values(shift, [groups]))
    if (sum !== null) inputs.push(flat(sum))
    const attributes = { kernel_shape: [1, 1], group: groups, ...(rectify ? { activation: 'Relu' } : {}) }
    return graph.node('Reshape', [graph.node('Conv', inputs, attributes, blocked), graph.ints(shape)])
  }

  /** An image whose channels are of one value each. */
  private constant({ name, shape: [batch = 1, channels = 1] }: Coefficient, shape: Shape): string {
    const { graph, block } = this
    const all = shape[0] * shape[1]
    const each = batch * channels === all ? name : graph.node('Expand', [name, graph.ints([shape[0], shape[1], 1, 1])])
    const apart = graph.node('Reshape', [each, graph.ints([all / block, 1, block])])
    const repeated = graph.node('Expand', [apart, graph.ints([all / block, shape[2] * shape[3], block])])
    return graph.node('Reshape', [repeated, graph.ints(shape)])
  }

  /** Sums over the pixels: [batch, channels, 1, 1]. */
  sum(name: string, [, , height, width]: readonly number[]): string {
    return this.graph.node('Mul', [this.mean(name), this.graph.scalar(height! * width!)])
  }

  mean = (name: string): string => this.graph.node('GlobalAveragePool', [name], {}, blocked)

  /** Sums of products over the pixels: a convolution of each channel of the one image with the same channel of the other. */
  dot(a: string, b: string, shape: readonly number[]): string {
    const { graph } = this
    const [batch, channels, height, width] = shape as Shape
    const [groups, pixels] = [batch * channels, height * width]
    const x = graph.node('Reshape', [a, graph.ints([1, groups, 1, pixels])])
    const kernel = graph.node('Reshape', [b, graph.ints([groups, 1, 1, pixels])])
    const sums = graph.node('Conv', [x, kernel], { kernel_shape: [1, pixels], group: groups }, blocked)
    return graph.node('Reshape', [sums, graph.ints([batch, channels, 1, 1])])
  }

  fromPlain = (name: string): string => this.graph.node('ReorderInput', [name], {}, blocked)
  toPlain = (name: string, channels: number): string => this.graph.node('ReorderOutput', [name], { channels }, blocked)
}
