import type { Shape } from '../ir/shape'
import { report, shapeOf, stackHere } from './recorder'
import { describeAs, show } from './values'

/** Applies something inside a pipe. @returns the tensor, or undefined where it is no tensor (reported) */
export type PipeStep = (tensor: Tensor, pipe: { readonly stack: number; readonly argument: number }) => Tensor

/** Layers know how to take part in a pipe; any other function from tensor to tensor is simply called. */
const steps = new WeakMap<object, PipeStep>()
export const addPipeStep = (layer: object, step: PipeStep) => void steps.set(layer, step)
export const isLayer = (value: unknown): boolean => typeof value === 'function' && steps.has(value)

let operators = 0
/** Whether an operator was used on a tensor: that was reported, and what it gave is NaN. */
export const operatorWasUsed = (): boolean => operators > 0

/** A symbolic tensor: stands for a node of the graph and holds no numbers. */
export class Tensor {
  readonly #node: number

  constructor(node: number) {
    this.#node = node
    describeAs(this, 'a tensor')
  }

  /** @returns the node's id, or undefined for anything that is not a tensor */
  static nodeOf(value: unknown): number | undefined {
    return typeof value === 'object' && value !== null && #node in value ? value.#node : undefined
  }

  static shapeOf = (tensor: Tensor): Shape => shapeOf(tensor.#node)

  pipe(...layers: unknown[]): Tensor {
    const stack = stackHere()
    return layers.reduce<Tensor>((tensor, layer, argument) => {
      const step = typeof layer === 'function' ? steps.get(layer) : undefined
      if (step) return step(tensor, { stack, argument })
      if (typeof layer !== 'function') {
        report({
          code: 'mtl/not-a-layer',
          message: `pipe takes layers and functions from tensor to tensor, not ${show(layer)}`,
          place: { stack, argument },
        })
        return tensor
      }
      const result = (layer as (x: Tensor) => unknown)(tensor)
      if (Tensor.nodeOf(result) !== undefined) return result as Tensor
      report({
        code: 'mtl/not-a-tensor',
        message: `a function in a pipe must return a tensor, but this one returns ${show(result)}`,
        place: { stack, argument },
      })
      return tensor
    }, this)
  }

  [Symbol.toPrimitive](): number {
    operators++
    report({
      code: 'mtl/tensor-arithmetic',
      message:
        'a tensor is symbolic: it holds no numbers, so operators such as +, * and < do not work on it; write add(a, b) or multiply(a, b), or join tensors with concat(a, b)',
      place: { stack: stackHere() },
    })
    return NaN
  }
}

// Without it a model file could make tensors that stand for no node.
delete (Tensor.prototype as { constructor?: unknown }).constructor
Object.freeze(Tensor.prototype)
