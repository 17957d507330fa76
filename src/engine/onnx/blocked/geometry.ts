import { ints, type Operation } from '../../../tensor/primitive'
import { blocked, type OnnxGraph } from '../onnxGraph'

export type Pair = readonly [number, number]

/** Of a convolution, by its attributes. */
export interface Geometry {
  readonly strides: Pair
  readonly dilations: Pair
  /** [top, left, bottom, right] */
  readonly pads: readonly [number, number, number, number]
}

export const geometryOf = ({ attributes }: Operation) =>
  ({
    strides: ints(attributes, 'strides'),
    dilations: ints(attributes, 'dilations'),
    pads: ints(attributes, 'pads'),
  }) as unknown as Geometry

/** A 1×1 kernel with strides sees every so many pixels only: the same as one without strides on a smaller image. */
export const skipsPixels = ({ attributes }: Operation, kernel: readonly number[]) =>
  kernel[2] === 1 && kernel[3] === 1 && ints(attributes, 'strides').some(s => s > 1) && ints(attributes, 'pads').every(p => p === 0)

export const seenPixels = (graph: OnnxGraph, image: string, strides: Pair) =>
  graph.node('MaxPool', [image], { kernel_shape: [1, 1], strides, pads: [0, 0, 0, 0] }, blocked)
