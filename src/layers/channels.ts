import type { Builder, Tensor } from '../tensor/builder'

// In the graph, the last axis of a shape holds the features or channels; inside, images are [batch, channels, height, width].

/** @returns x with its axes in the order of the graph's shape, [batch, …shape] */
export const channelsLast = (b: Builder, x: Tensor): Tensor => (x.shape.length === 4 ? b.transpose(x, [0, 2, 3, 1]) : x)

/** The inverse of `channelsLast`. */
export const channelsFirst = (b: Builder, x: Tensor): Tensor => (x.shape.length === 4 ? b.transpose(x, [0, 3, 1, 2]) : x)

/** The axis of features or channels. */
export const channelAxis = (x: Tensor): number => (x.shape.length === 4 ? 1 : x.shape.length - 1)

/** A vector with one value per channel, in a shape that broadcasts against x. */
export const perChannel = (b: Builder, values: Tensor, x: Tensor): Tensor =>
  x.shape.length === 4 ? b.reshape(values, [1, values.shape[0]!, 1, 1]) : values
