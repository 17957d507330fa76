import type { Tensor } from './builder'
import { ints, size, type Operation } from './primitive'
import type { Program } from './program'

type Values = Float64Array

const binary: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
}

const unary: Readonly<Record<string, (x: number) => number>> = {
  negate: x => -x,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
}

/**
 * Computes a small program in float64, operation by operation: what a weighting of the model file consists of. Layers are the
 * engines' business.
 * @param inputs values by name, row-major
 * @throws RangeError for a primitive that is not among the functions of tensors
 */
export function evaluate(program: Program, output: Tensor, inputs: ReadonlyMap<string, Values>): Values {
  const known = new Map<number, Values>()
  const valueOf = (tensor: Tensor): Values => {
    let value = known.get(tensor.id)
    if (!value) known.set(tensor.id, (value = compute(program.operation(tensor))))
    return value
  }
  const compute = (operation: Operation): Values => {
    const { kind, attributes, inputs: operands, output } = operation
    if (kind === 'input') return inputs.get(attributes.name as string) ?? new Float64Array(size(output.shape)).fill(NaN)
    if (kind === 'constant') return Float64Array.from(program.constants.get(output.id)!)
    const [a, b] = operands
    const x = valueOf(a!)
    if (Object.hasOwn(unary, kind)) return x.map(value => unary[kind]!(value))
    if (kind === 'reshape') return x
    if (kind === 'broadcast') return indexed(output.shape, at => x[place(at, a!.shape)]!)
    if (kind === 'transpose') {
      const permutation = ints(attributes, 'permutation')
      return indexed(
        output.shape,
        at =>
          x[
            place(
              a!.shape.map((_, axis) => at[permutation.indexOf(axis)]!),
              a!.shape,
            )
          ]!,
      )
    }
    if (kind === 'sum') return summed(x, a!.shape, ints(attributes, 'axes'))
    const y = b && valueOf(b)
    if (y && Object.hasOwn(binary, kind)) {
      return indexed(output.shape, at => binary[kind]!(x[place(at, a!.shape)]!, y[place(at, b.shape)]!))
    }
    if (y && (kind === 'matmul' || kind === 'batchMatmul')) return products(operation, x, y)
    throw new RangeError(`'${kind}' is not computed here`)
  }
  return valueOf(output)
}

/** The value at each index of a shape, in row-major order. */
function indexed(shape: readonly number[], value: (at: readonly number[]) => number): Values {
  return Float64Array.from({ length: size(shape) }, (_, k) => {
    const at = new Array<number>(shape.length)
    for (let axis = shape.length - 1, rest = k; axis >= 0; axis--) {
      at[axis] = rest % shape[axis]!
      rest = Math.floor(rest / shape[axis]!)
    }
    return value(at)
  })
}

/** Where an index lies in an array whose axes of size 1 repeat, aligned at the last axes. */
function place(at: readonly number[], shape: readonly number[]): number {
  const lead = at.length - shape.length
  return shape.reduce((offset, d, axis) => offset * d + (d === 1 ? 0 : at[lead + axis]!), 0)
}

function summed(x: Values, shape: readonly number[], axes: readonly number[]): Values {
  const kept = shape.map((d, axis) => (axes.includes(axis) ? 1 : d))
  const result = new Float64Array(size(kept))
  let k = 0
  indexed(shape, at => (result[place(at, kept)]! += x[k++]!))
  return result
}

/** Matrix products, batched or not. */
function products({ inputs: [a, b], attributes, output }: Operation, x: Values, y: Values): Values {
  const [transposeA, transposeB] = [attributes.transposeA === true, attributes.transposeB === true]
  const inner = transposeA ? a!.shape.at(-2)! : a!.shape.at(-1)!
  return indexed(output.shape, at => {
    const [row, column, lead] = [at.at(-2)!, at.at(-1)!, at.slice(0, -2)]
    let sum = 0
    for (let k = 0; k < inner; k++) {
      const left = x[place([...lead, ...(transposeA ? [k, row] : [row, k])], a!.shape)]!
      sum += left * y[place([...lead, ...(transposeB ? [column, k] : [k, column])], b!.shape)]!
    }
    return sum
  })
}
