import type { Tensor } from '../../../tensor/builder'
import { nameOf, written, type Image } from './image'
import type { ImageWriter } from './imageWriter'

/** The values of a program in the ONNX graph: plain, as images in blocks, or both where both were asked for. */
export class Values {
  private readonly plainNames = new Map<number, string>()
  private readonly images = new Map<number, Image>()
  private readonly centred = new Set<string>()

  /** @param writer null: plain values only */
  constructor(private readonly writer: ImageWriter | null) {}

  setPlain(tensor: Tensor, name: string): void {
    this.plainNames.set(tensor.id, name)
  }

  setImage(tensor: Tensor, image: Image): void {
    this.images.set(tensor.id, image)
  }

  /** Marks an image in memory whose values lie about 0 in each channel, so that sums of their squares lose nothing. */
  setCentred(image: string): void {
    this.centred.add(image)
  }

  isCentred = (image: string): boolean => this.centred.has(image)

  /** Whether the value is there in blocks. */
  isImage = (tensor: Tensor): boolean => this.images.has(tensor.id)

  /** Whether the value may be had in blocks. */
  fits = ({ shape }: Tensor): boolean => this.writer !== null && shape.length === 4 && shape[1]! % this.writer.block === 0

  /** In blocks, maybe not written yet. Its shape must fit. */
  image(tensor: Tensor): Image {
    const known = this.images.get(tensor.id)
    if (known) return known
    const image = written(this.writer!.fromPlain(this.plainNames.get(tensor.id)!))
    this.images.set(tensor.id, image)
    return image
  }

  /** In blocks and in memory. */
  written(tensor: Tensor): string {
    const image = this.image(tensor)
    const known = nameOf(image)
    if (known !== null) return known
    const name = this.writer!.write(image, tensor.shape)
    this.images.set(tensor.id, written(name))
    return name
  }

  plain(tensor: Tensor): string {
    const known = this.plainNames.get(tensor.id)
    if (known !== undefined) return known
    const name = this.writer!.toPlain(this.written(tensor), tensor.shape[1]!)
    this.plainNames.set(tensor.id, name)
    return name
  }
}
