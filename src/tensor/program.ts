import type { Builder, Tensor } from './builder'
import { ints, sameShape, size, type Attributes, type Operation, type ProgramWriter } from './primitive'
import { poolByPhases } from './phasePooling'
import { primitives } from './table'

/** A mask of dropped values, to be filled anew by the engine before each training step. */
export interface DropoutMask {
  readonly tensor: Tensor
  readonly name: string
  readonly rate: number
}

export interface ProgramOptions {
  /** Whether pooling after a convolution is written as in phasePooling.ts: the same values, a form that suits some engines. */
  readonly poolByPhases?: boolean
}

/**
 * A computation as a list of primitives with static shapes, in topological order. Equal operations on equal operands are
 * one operation: what backward passes of several tasks have in common is computed once.
 */
export class Program implements ProgramWriter {
  readonly operations: Operation[] = []
  readonly constants = new Map<number, Float32Array>()
  readonly masks: DropoutMask[] = []
  private readonly known = new Map<string, Tensor>()

  constructor(private readonly options: ProgramOptions = {}) {}

  /** A value fed by the engine. */
  input(name: string, shape: readonly number[]): Tensor {
    return this.append('input', [], { name }, shape)
  }

  /** Applies the primitive `kind`, or finds the operation that did so before. */
  emit(kind: string, inputs: readonly Tensor[], attributes: Attributes = {}): Tensor {
    const primitive = primitives.get(kind)
    if (!primitive) throw new RangeError(`unknown primitive '${kind}'`)
    const key = `${kind}|${inputs.map(t => t.id).join()}|${JSON.stringify(attributes)}`
    const found = this.known.get(key)
    if (found) return found
    const tensor = this.append(
      kind,
      inputs,
      attributes,
      primitive.shape(
        inputs.map(t => t.shape),
        attributes,
      ),
    )
    this.known.set(key, tensor)
    return tensor
  }

  private append(kind: string, inputs: readonly Tensor[], attributes: Attributes, shape: readonly number[]): Tensor {
    const output = { id: this.operations.length, shape: [...shape] }
    this.operations.push({ kind, inputs, attributes, output })
    return output
  }

  operation(tensor: Tensor): Operation {
    return this.operations[tensor.id]!
  }

  constant(value: number | Float32Array, shape: readonly number[] = typeof value === 'number' ? [] : [value.length]): Tensor {
    const data = typeof value === 'number' ? new Float32Array(size(shape)).fill(value) : value
    if (data.length !== size(shape)) throw new RangeError(`constant: ${data.length} values do not fill [${shape.join(', ')}]`)
    const key = typeof value === 'number' ? `constant|${value}|${shape.join()}` : null
    const found = key !== null && this.known.get(key)
    if (found) return found
    const tensor = this.append('constant', [], typeof value === 'number' ? { value } : {}, shape)
    this.constants.set(tensor.id, data)
    if (key !== null) this.known.set(key, tensor)
    return tensor
  }

  dropoutMask(shape: readonly number[], rate: number): Tensor {
    const name = `dropout/${this.masks.length}`
    const tensor = this.input(name, shape)
    this.masks.push({ tensor, name, rate })
    return tensor
  }

  add = (a: Tensor, b: Tensor) => this.binary('add', a, b)
  subtract = (a: Tensor, b: Tensor) => this.binary('subtract', a, b)
  divide = (a: Tensor, b: Tensor) => this.binary('divide', a, b)
  multiply = (a: Tensor, b: Tensor) => this.binary('multiply', a, b)

  /** Operands that were broadcast explicitly need not be: the operation broadcasts by itself. */
  private binary(kind: string, a: Tensor, b: Tensor): Tensor {
    const [left, right] = [this.narrow(a, b), this.narrow(b, a)]
    return left !== a && right !== b ? this.emit(kind, [left, b]) : this.emit(kind, [left, right])
  }

  private narrow(x: Tensor, other: Tensor): Tensor {
    const { kind, inputs } = this.operation(x)
    return kind === 'broadcast' && sameShape(x.shape, other.shape) ? inputs[0]! : x
  }

  negate(x: Tensor): Tensor {
    const { kind, inputs } = this.operation(x)
    return kind === 'negate'
      ? inputs[0]!
      : kind === 'broadcast'
        ? this.broadcast(this.negate(inputs[0]!), x.shape)
        : this.emit('negate', [x])
  }

  stopGradient = (x: Tensor) => this.emit('stopGradient', [x])
  exp = (x: Tensor) => this.emit('exp', [x])
  log = (x: Tensor) => this.emit('log', [x])
  sqrt = (x: Tensor) => this.emit('sqrt', [x])
  square = (x: Tensor) => this.multiply(x, x)
  abs = (x: Tensor) => this.emit('abs', [x])
  relu = (x: Tensor) => this.emit('relu', [x])
  tanh = (x: Tensor) => this.emit('tanh', [x])
  sigmoid = (x: Tensor) => this.emit('sigmoid', [x])
  softplus = (x: Tensor) => this.emit('softplus', [x])
  erf = (x: Tensor) => this.emit('erf', [x])
  logSoftmax = (x: Tensor) => this.emit('logSoftmax', [x])

  matmul = (a: Tensor, b: Tensor) => this.emit('matmul', [a, b], { transposeA: false, transposeB: false })
  batchMatmul = (a: Tensor, b: Tensor) => this.emit('batchMatmul', [a, b])
  linear = (x: Tensor, kernel: Tensor, bias?: Tensor) => (bias ? this.emit('linear', [x, kernel, bias]) : this.matmul(x, kernel))

  conv2d(x: Tensor, kernel: Tensor, bias: Tensor | undefined, geometry: Parameters<Builder['conv2d']>[3]): Tensor {
    const { strides, pads, dilations } = geometry
    return this.emit('conv2d', bias ? [x, kernel, bias] : [x, kernel], { strides, pads, dilations })
  }

  depthwiseConv2d(x: Tensor, kernel: Tensor, bias: Tensor | undefined, geometry: Parameters<Builder['conv2d']>[3]): Tensor {
    const { strides, pads, dilations } = geometry
    return this.emit('depthwiseConv2d', bias ? [x, kernel, bias] : [x, kernel], { strides, pads, dilations })
  }

  averagePool2d(x: Tensor, { size, strides, pads }: Parameters<Builder['maxPool2d']>[1]): Tensor {
    return this.emit('averagePool2d', [x], { size, strides, pads })
  }

  maxPool2d(x: Tensor, { size, strides, pads }: Parameters<Builder['maxPool2d']>[1]): Tensor {
    const byPhases = this.options.poolByPhases && poolByPhases(this, this.operation(x), { size, strides, pads })
    if (byPhases) return byPhases
    return this.emit('maxPool2d', [x], { size, strides, pads })
  }

  reshape(x: Tensor, shape: readonly number[]): Tensor {
    if (sameShape(x.shape, shape)) return x
    const { kind, inputs } = this.operation(x)
    return kind === 'reshape' ? this.reshape(inputs[0]!, shape) : this.emit('reshape', [x], { shape })
  }

  transpose(x: Tensor, permutation: readonly number[]): Tensor {
    // Where only axes of size 1 move, the order of the values stays.
    const long = permutation.filter(axis => x.shape[axis] !== 1)
    if (long.length < permutation.length && long.every((axis, i) => i === 0 || axis > long[i - 1]!))
      return this.reshape(
        x,
        permutation.map(axis => x.shape[axis]!),
      )
    if (permutation.every((axis, i) => axis === i)) return x
    const { kind, inputs, attributes } = this.operation(x)
    if (kind !== 'transpose') return this.emit('transpose', [x], { permutation })
    const before = ints(attributes, 'permutation')
    return this.transpose(
      inputs[0]!,
      permutation.map(axis => before[axis]!),
    )
  }

  /** Repeats x to `shape` by NumPy's rule. */
  broadcast(x: Tensor, shape: readonly number[]): Tensor {
    return sameShape(x.shape, shape) ? x : this.emit('broadcast', [x], { shape })
  }

  concat = (xs: readonly Tensor[], axis: number) => (xs.length === 1 ? xs[0]! : this.emit('concat', xs, { axis }))

  sum(x: Tensor, axes: readonly number[], keepDimensions = false): Tensor {
    const sorted = [...new Set(axes.map(a => (a < 0 ? a + x.shape.length : a)))].sort((a, b) => a - b)
    const shape = keepDimensions ? x.shape.map((d, i) => (sorted.includes(i) ? 1 : d)) : x.shape.filter((_, i) => !sorted.includes(i))
    return sorted.every(a => x.shape[a] === 1) ? this.reshape(x, shape) : this.emit('sum', [x], { axes: sorted, keep: keepDimensions })
  }

  mean(x: Tensor, axes: readonly number[], keepDimensions = false): Tensor {
    const count = axes.reduce((n, a) => n * x.shape.at(a)!, 1)
    return this.multiply(this.sum(x, axes, keepDimensions), this.constant(1 / count))
  }

  oneHot = (indices: Tensor, depth: number) => this.emit('oneHot', [indices], { depth })
}
