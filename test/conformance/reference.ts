import type { Program } from '../../src/tensor/program'
import type { Tensor } from '../../src/tensor/builder'

/**
 * Computes a Program in float64, straight from the definition of each primitive and slowly: the measure for the engines.
 * It shares no code with them.
 */
export function interpret(program: Program, feeds: ReadonlyMap<string, ArrayLike<number>>, outputs: readonly Tensor[]): Float64Array[] {
  const values = new Map<number, Float64Array>()
  const last = Math.max(...outputs.map(t => t.id))
  for (const { kind, inputs, attributes, output } of program.operations.slice(0, last + 1)) {
    if (kind === 'input') {
      const fed = feeds.get(attributes.name as string)
      if (fed) values.set(output.id, Float64Array.from(fed))
    } else if (kind === 'constant') values.set(output.id, Float64Array.from(program.constants.get(output.id)!))
    else if (inputs.every(x => values.has(x.id))) {
      const compute = definitions[kind]
      if (!compute) throw new Error(`the reference has no definition of '${kind}'`)
      values.set(
        output.id,
        compute(
          inputs.map(x => ({ shape: x.shape, values: values.get(x.id)! })),
          output.shape,
          attributes,
        ),
      )
    }
  }
  return outputs.map(t => values.get(t.id)!)
}

interface Value {
  readonly shape: readonly number[]
  readonly values: Float64Array
}

// Each definition knows the attributes of its primitive.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Definition = (inputs: readonly Value[], shape: readonly number[], attributes: any) => Float64Array

const count = (shape: readonly number[]) => shape.reduce((n, d) => n * d, 1)

/** The index along each axis of every position, in row-major order. */
function positions(shape: readonly number[]): number[][] {
  return Array.from({ length: count(shape) }, (_, flat) => {
    const index: number[] = []
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index.unshift(flat % shape[axis]!)
      flat = Math.floor(flat / shape[axis]!)
    }
    return index
  })
}

const at = (shape: readonly number[], index: readonly number[]) => index.reduce((flat, i, axis) => flat * shape[axis]! + i, 0)

/** Reads with NumPy's broadcasting: axes are aligned at the end, axes of size 1 repeat. */
function read({ shape, values }: Value, index: readonly number[]): number {
  const own = index.slice(index.length - shape.length).map((i, axis) => (shape[axis] === 1 ? 0 : i))
  return values[at(shape, own)]!
}

const elementwise =
  (f: (...xs: number[]) => number): Definition =>
  (inputs, shape) =>
    Float64Array.from(positions(shape), index => f(...inputs.map(x => read(x, index))))

/** Abramowitz & Stegun 7.1.5 (series) and 7.1.14 (continued fraction). */
function erf(x: number): number {
  if (Math.abs(x) > 2.5) {
    let f = 0
    for (let k = 60; k >= 1; k--) f = k / 2 / (Math.abs(x) + f)
    return Math.sign(x) * (1 - Math.exp(-x * x) / (Math.abs(x) + f) / Math.sqrt(Math.PI))
  }
  let [term, sum] = [x, x]
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

interface Geometry {
  strides: number[]
  pads: number[]
  dilations: number[]
}

/** Calls `visit` with the flat places of x, kernel and output that meet in a convolution. */
function meet(
  x: readonly number[],
  kernel: readonly number[],
  y: readonly number[],
  { strides, pads, dilations }: Geometry,
  visit: (x: number, k: number, y: number) => void,
): void {
  const [N, O, P, Q] = y as [number, number, number, number]
  const [, C, H, W] = x as [number, number, number, number]
  const [, , I, J] = kernel as [number, number, number, number]
  for (let n = 0, out = 0; n < N; n++) {
    for (let o = 0; o < O; o++) {
      for (let p = 0; p < P; p++) {
        for (let q = 0; q < Q; q++, out++) {
          for (let c = 0; c < C; c++) {
            for (let i = 0; i < I; i++) {
              const row = p * strides[0]! + i * dilations[0]! - pads[0]!
              if (row < 0 || row >= H) continue
              for (let j = 0; j < J; j++) {
                const column = q * strides[1]! + j * dilations[1]! - pads[1]!
                if (column >= 0 && column < W) visit(((n * C + c) * H + row) * W + column, ((o * C + c) * I + i) * J + j, out)
              }
            }
          }
        }
      }
    }
  }
}

/** For each output of a max pooling the flat place of its first maximum. */
function maxima(x: Value, y: readonly number[], { size, strides, pads }: { size: number[]; strides: number[]; pads: number[] }): number[] {
  return positions(y).map(([n, c, p, q]) => {
    let best = -1
    for (const [i, j] of positions(size) as [number, number][]) {
      const [row, column] = [p! * strides[0]! + i - pads[0]!, q! * strides[1]! + j - pads[1]!]
      if (row < 0 || row >= x.shape[2]! || column < 0 || column >= x.shape[3]!) continue
      const place = at(x.shape, [n!, c!, row, column])
      if (best < 0 || x.values[place]! > x.values[best]!) best = place
    }
    return best
  })
}

/** The places of the image that each window sees. */
function windows(
  x: readonly number[],
  y: readonly number[],
  attributes: { size: number[]; strides: number[]; pads: number[] },
): number[][] {
  const { size, strides, pads } = attributes
  return positions(y).map(([n, c, p, q]) =>
    positions(size).flatMap(([i, j]) => {
      const [row, column] = [p! * strides[0]! + i! - pads[0]!, q! * strides[1]! + j! - pads[1]!]
      return row < 0 || row >= x[2]! || column < 0 || column >= x[3]! ? [] : [at(x, [n!, c!, row, column])]
    }),
  )
}

/** As `meet`, where output channel o sees input channel ⌊o / multiplier⌋ only. */
function meetByChannel(
  x: readonly number[],
  kernel: readonly number[],
  y: readonly number[],
  { strides, pads, dilations }: { strides: number[]; pads: number[]; dilations: number[] },
  visit: (x: number, kernel: number, y: number) => void,
): void {
  const multiplier = kernel[0]! / x[1]!
  for (const [n, o, p, q] of positions(y))
    for (const [i, j] of positions(kernel.slice(2))) {
      const [row, column] = [p! * strides[0]! + i! * dilations[0]! - pads[0]!, q! * strides[1]! + j! * dilations[1]! - pads[1]!]
      if (row < 0 || row >= x[2]! || column < 0 || column >= x[3]!) continue
      visit(at(x, [n!, Math.floor(o! / multiplier), row, column]), at(kernel, [o!, 0, i!, j!]), at(y, [n!, o!, p!, q!]))
    }
}

const definitions: Record<string, Definition> = {
  add: elementwise((a, b) => a + b),
  subtract: elementwise((a, b) => a - b),
  multiply: elementwise((a, b) => a * b),
  divide: elementwise((a, b) => a / b),
  negate: elementwise(x => -x),
  exp: elementwise(x => Math.exp(x)),
  log: elementwise(x => Math.log(x)),
  sqrt: elementwise(x => Math.sqrt(x)),
  abs: elementwise(x => Math.abs(x)),
  sign: elementwise(x => Math.sign(x)),
  stopGradient: elementwise(x => x),
  relu: elementwise(x => (x > 0 ? x : 0)),
  positive: elementwise(x => (x > 0 ? 1 : 0)),
  tanh: elementwise(x => Math.tanh(x)),
  sigmoid: elementwise(x => 1 / (1 + Math.exp(-x))),
  softplus: elementwise(x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  erf: elementwise(x => erf(x)),

  matmul([a, b], [m, n], { transposeA, transposeB }) {
    const inner = transposeA ? a!.shape[0]! : a!.shape[1]!
    return Float64Array.from(positions([m!, n!]), ([i, j]) => {
      let sum = 0
      for (let k = 0; k < inner; k++) sum += read(a!, transposeA ? [k, i!] : [i!, k]) * read(b!, transposeB ? [j!, k] : [k, j!])
      return sum
    })
  },
  batchMatmul([a, b], shape) {
    return Float64Array.from(positions(shape), ([n, i, j]) => {
      let sum = 0
      for (let k = 0; k < a!.shape[2]!; k++) sum += read(a!, [n!, i!, k]) * read(b!, [n!, k, j!])
      return sum
    })
  },
  linear([x, kernel, bias], shape) {
    return Float64Array.from(positions(shape), ([i, j]) => {
      let sum = bias!.values[j!]!
      for (let k = 0; k < kernel!.shape[0]!; k++) sum += read(x!, [i!, k]) * read(kernel!, [k, j!])
      return sum
    })
  },
  conv2d([x, kernel, bias], shape, attributes) {
    const y = Float64Array.from(positions(shape), ([, o]) => bias?.values[o!] ?? 0)
    meet(x!.shape, kernel!.shape, shape, attributes, (a, k, o) => (y[o]! += x!.values[a]! * kernel!.values[k]!))
    return y
  },
  conv2dInputGradient([g, kernel], shape, attributes) {
    const dx = new Float64Array(count(shape))
    meet(shape, kernel!.shape, g!.shape, attributes, (a, k, o) => (dx[a]! += g!.values[o]! * kernel!.values[k]!))
    return dx
  },
  conv2dKernelGradient([x, g], shape, attributes) {
    const dk = new Float64Array(count(shape))
    meet(x!.shape, shape, g!.shape, attributes, (a, k, o) => (dk[k]! += x!.values[a]! * g!.values[o]!))
    return dk
  },
  depthwiseConv2d([x, kernel, bias], shape, attributes) {
    const y = Float64Array.from(positions(shape), ([, o]) => bias?.values[o!] ?? 0)
    meetByChannel(x!.shape, kernel!.shape, shape, attributes, (a, k, o) => (y[o]! += x!.values[a]! * kernel!.values[k]!))
    return y
  },
  depthwiseConv2dInputGradient([g, kernel], shape, attributes) {
    const dx = new Float64Array(count(shape))
    meetByChannel(shape, kernel!.shape, g!.shape, attributes, (a, k, o) => (dx[a]! += g!.values[o]! * kernel!.values[k]!))
    return dx
  },
  depthwiseConv2dKernelGradient([x, g], shape, attributes) {
    const dk = new Float64Array(count(shape))
    meetByChannel(x!.shape, shape, g!.shape, attributes, (a, k, o) => (dk[k]! += x!.values[a]! * g!.values[o]!))
    return dk
  },
  averagePool2d([x], shape, attributes) {
    return Float64Array.from(
      windows(x!.shape, shape, attributes),
      places => places.reduce((sum, p) => sum + x!.values[p]!, 0) / places.length,
    )
  },
  averagePool2dGradient([g], shape, attributes) {
    const dx = new Float64Array(count(shape))
    windows(shape, g!.shape, attributes).forEach((places, i) => places.forEach(p => (dx[p]! += g!.values[i]! / places.length)))
    return dx
  },
  maxPool2d: ([x], shape, attributes) => Float64Array.from(maxima(x!, shape, attributes), place => x!.values[place]!),
  maxPool2dGradient([x, g], shape, attributes) {
    const dx = new Float64Array(count(shape))
    maxima(x!, g!.shape, attributes).forEach((place, i) => (dx[place]! += g!.values[i]!))
    return dx
  },
  sum([x], shape, { axes, keep }) {
    const y = new Float64Array(count(shape))
    positions(x!.shape).forEach((index, flat) => {
      const kept = keep
        ? index.map((i, axis) => ((axes as number[]).includes(axis) ? 0 : i))
        : index.filter((_, axis) => !(axes as number[]).includes(axis))
      y[at(shape, kept)]! += x!.values[flat]!
    })
    return y
  },
  logSoftmax([x], shape) {
    const width = shape.at(-1)!
    return x!.values.map((value, flat) => {
      const row = x!.values.subarray(flat - (flat % width), flat - (flat % width) + width)
      const most = Math.max(...row)
      return value - most - Math.log(row.reduce((sum, v) => sum + Math.exp(v - most), 0))
    })
  },
  reshape: ([x]) => x!.values,
  transpose: ([x], shape, { permutation }) =>
    Float64Array.from(positions(shape), index =>
      read(
        x!,
        x!.shape.map((_, axis) => index[(permutation as number[]).indexOf(axis)]!),
      ),
    ),
  broadcast: ([x], shape) => Float64Array.from(positions(shape), index => read(x!, index)),
  concat(inputs, shape, { axis }) {
    return Float64Array.from(positions(shape), index => {
      let along = index[axis]!
      const source = inputs.find(x => {
        if (along < x.shape[axis]!) return true
        along -= x.shape[axis]!
        return false
      })!
      return read(
        source,
        index.map((i, a) => (a === axis ? along : i)),
      )
    })
  },
  slice: ([x], shape, { axis, start }) =>
    Float64Array.from(positions(shape), index =>
      read(
        x!,
        index.map((i, a) => (a === axis ? i + start : i)),
      ),
    ),
  pad: ([x], shape, { axis, before }) =>
    Float64Array.from(positions(shape), index => {
      const along = index[axis]! - before
      return along >= 0 && along < x!.shape[axis]!
        ? read(
            x!,
            index.map((i, a) => (a === axis ? along : i)),
          )
        : 0
    }),
  oneHot: ([indices], shape) =>
    Float64Array.from(positions(shape), index => (indices!.values[at(shape.slice(0, -1), index.slice(0, -1))] === index.at(-1) ? 1 : 0)),
}
