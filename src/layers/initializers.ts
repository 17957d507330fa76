import type { Initializer } from '../ir/graph'

export const zeros: Initializer = { kind: 'zeros' }

export const ones: Initializer = { kind: 'ones' }

/** Glorot & Bengio 2010, eq. 16: the default of Keras for kernels. */
export function glorotUniform(fanIn: number, fanOut: number): Initializer {
  return { kind: 'variance', scale: 1, fan: 'average', distribution: 'uniform', fanIn, fanOut }
}

/** He et al. 2015, eq. 10: for layers followed by a rectifier. */
export function heUniform(fanIn: number, fanOut: number): Initializer {
  return { kind: 'variance', scale: 2, fan: 'in', distribution: 'uniform', fanIn, fanOut }
}

/** Activations that are near the identity for large inputs and near zero for small ones. */
const rectifiers = new Set<unknown>(['relu', 'leakyRelu', 'gelu', 'silu', 'softplus'])

/** The initializer of a kernel that feeds `activation`. */
export function kernelInitializer(activation: unknown, fanIn: number, fanOut: number): Initializer {
  return rectifiers.has(activation) ? heUniform(fanIn, fanOut) : glorotUniform(fanIn, fanOut)
}
