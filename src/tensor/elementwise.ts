import type { Tensor } from './builder'
import { shown, type Primitive, type PrimitiveFamily, type ProgramWriter } from './primitive'

/** Shape of a binary operation under NumPy's broadcasting. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const [p, q] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1]
    if (p !== q && p !== 1 && q !== 1) throw new RangeError(`shapes ${shown(a)} and ${shown(b)} do not broadcast`)
    return p === 1 ? q : p
  })
}

/** Adjoint of broadcasting: sums a cotangent over the axes along which `shape` was repeated. */
export function unbroadcast(p: ProgramWriter, cotangent: Tensor, shape: readonly number[]): Tensor {
  const lead = cotangent.shape.length - shape.length
  const axes = cotangent.shape.map((_, i) => i).filter(i => i < lead || (shape[i - lead] === 1 && cotangent.shape[i] !== 1))
  return p.reshape(p.sum(cotangent, axes, true), shape)
}

type Wanted = readonly boolean[]

function binary(
  rule: (p: ProgramWriter, a: Tensor, b: Tensor, y: Tensor, g: Tensor, wanted: Wanted) => [Tensor | null, Tensor | null],
): Primitive {
  return {
    shape: ([a, b]) => broadcastShape(a!, b!),
    gradient(p, { inputs: [a, b], output }, g, wanted) {
      const [da, db] = rule(p, a!, b!, output, g, wanted)
      return [da && unbroadcast(p, da, a!.shape), db && unbroadcast(p, db, b!.shape)]
    },
  }
}

function unary(derivative: (p: ProgramWriter, x: Tensor, y: Tensor, g: Tensor) => Tensor): Primitive {
  return { shape: ([x]) => x!, gradient: (p, { inputs: [x], output }, g) => [derivative(p, x!, output, g)] }
}

/** A step function, whose derivative is zero wherever it has one; or one whose derivative is said to be. */
const flat: Primitive = { shape: ([x]) => x!, gradient: () => [null] }

export const elementwise: PrimitiveFamily = {
  add: binary((_p, _a, _b, _y, g) => [g, g]),
  subtract: binary((p, _a, _b, _y, g, wanted) => [g, wanted[1] ? p.negate(g) : null]),
  multiply: binary((p, a, b, _y, g, wanted) => [wanted[0] ? p.multiply(g, b) : null, wanted[1] ? p.multiply(g, a) : null]),
  divide: binary((p, _a, b, y, g, wanted) => {
    const da = p.divide(g, b)
    return [da, wanted[1] ? p.negate(p.multiply(da, y)) : null]
  }),
  /** x itself, which no gradient passes. */
  stopGradient: flat,
  negate: unary((p, _x, _y, g) => p.negate(g)),
  exp: unary((p, _x, y, g) => p.multiply(g, y)),
  log: unary((p, x, _y, g) => p.divide(g, x)),
  sqrt: unary((p, _x, y, g) => p.divide(g, p.multiply(y, p.constant(2)))),
  abs: unary((p, x, _y, g) => p.multiply(g, p.emit('sign', [x]))),
  sign: flat,
  /** The mask comes from the output, so that the input need not be kept. */
  relu: unary((p, _x, y, g) => p.multiply(g, p.emit('positive', [y]))),
  /** 1 where x > 0, else 0. */
  positive: flat,
  tanh: unary((p, _x, y, g) => p.multiply(g, p.subtract(p.constant(1), p.multiply(y, y)))),
  sigmoid: unary((p, _x, y, g) => p.multiply(g, p.multiply(y, p.subtract(p.constant(1), y)))),
  softplus: unary((p, x, _y, g) => p.multiply(g, p.sigmoid(x))),
  erf: unary((p, x, _y, g) => p.multiply(g, p.multiply(p.exp(p.negate(p.multiply(x, x))), p.constant(2 / Math.sqrt(Math.PI))))),
}
