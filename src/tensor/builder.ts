/**
 * The operations from which layers, losses and metrics are lowered. All shapes are static and include the batch axis.
 * Images are [batch, channels, height, width]. Binary operations broadcast as in NumPy.
 */
export interface Builder {
  constant(value: number | Float32Array, shape?: readonly number[]): Tensor
  /** A random mask of 0 and 1/(1-rate), drawn anew for each training step from the run's generator. */
  dropoutMask(shape: readonly number[], rate: number): Tensor

  add(a: Tensor, b: Tensor): Tensor
  subtract(a: Tensor, b: Tensor): Tensor
  multiply(a: Tensor, b: Tensor): Tensor
  divide(a: Tensor, b: Tensor): Tensor
  /** x itself; gradients end here. */
  stopGradient(x: Tensor): Tensor
  negate(x: Tensor): Tensor
  exp(x: Tensor): Tensor
  log(x: Tensor): Tensor
  sqrt(x: Tensor): Tensor
  square(x: Tensor): Tensor
  abs(x: Tensor): Tensor
  relu(x: Tensor): Tensor
  tanh(x: Tensor): Tensor
  sigmoid(x: Tensor): Tensor
  softplus(x: Tensor): Tensor
  erf(x: Tensor): Tensor
  /** log softmax over the last axis. */
  logSoftmax(x: Tensor): Tensor

  /** [m, k] × [k, n] */
  matmul(a: Tensor, b: Tensor): Tensor
  /** [batch, m, k] × [batch, k, n] */
  batchMatmul(a: Tensor, b: Tensor): Tensor
  /** x·kernel + bias; x [batch, in], kernel [in, out], bias [out] */
  linear(x: Tensor, kernel: Tensor, bias?: Tensor): Tensor
  /** x [batch, in, h, w], kernel [out, in, kh, kw], bias [out]; pads [top, left, bottom, right] */
  conv2d(
    x: Tensor,
    kernel: Tensor,
    bias: Tensor | undefined,
    geometry: { strides: readonly [number, number]; pads: readonly [number, number, number, number]; dilations: readonly [number, number] },
  ): Tensor
  /** x [batch, c, h, w], kernel [c·multiplier, 1, kh, kw], bias [c·multiplier]: each channel by itself */
  depthwiseConv2d(x: Tensor, kernel: Tensor, bias: Tensor | undefined, geometry: Parameters<Builder['conv2d']>[3]): Tensor
  /** Ties send the gradient to the first maximum of the window, as in PyTorch. */
  maxPool2d(
    x: Tensor,
    geometry: { size: readonly [number, number]; strides: readonly [number, number]; pads: readonly [number, number, number, number] },
  ): Tensor

  /** The mean of each window; padding does not count. */
  averagePool2d(x: Tensor, geometry: Parameters<Builder['maxPool2d']>[1]): Tensor

  reshape(x: Tensor, shape: readonly number[]): Tensor
  /** Repeats x to `shape` by NumPy's rule. */
  broadcast(x: Tensor, shape: readonly number[]): Tensor
  transpose(x: Tensor, permutation: readonly number[]): Tensor
  concat(xs: readonly Tensor[], axis: number): Tensor
  sum(x: Tensor, axes: readonly number[], keepDimensions?: boolean): Tensor
  mean(x: Tensor, axes: readonly number[], keepDimensions?: boolean): Tensor
  /** indices [batch] (whole numbers as float32) → [batch, depth] of 0 and 1; not differentiable */
  oneHot(indices: Tensor, depth: number): Tensor
}

export interface Tensor {
  readonly id: number
  readonly shape: readonly number[]
}
