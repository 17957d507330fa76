import type { Options } from '../../../base/options'
import { EngineError } from '../../engine'
import type { OnnxGraph } from '../onnxGraph'

/** An update as operations on whole groups of parameters: the formulas of the kernels (kernels.as.ts). */
export interface DeviceUpdate {
  /** Numbers that change from step to step, by name. @param step updates that the group has seen, this one included */
  numbers(learningRate: number, step: number): Readonly<Record<string, number>>
  /** @param number gives the value of one of `numbers` */
  write(
    write: Arithmetic,
    state: UpdateState,
    number: (name: string) => string,
  ): { readonly weights: string; readonly slots: readonly string[] }
}

export interface UpdateState {
  readonly weights: string
  readonly gradient: string
  /** In the order of the optimizer's slots. */
  readonly slots: readonly string[]
}

export interface Arithmetic {
  add(a: string, b: string): string
  subtract(a: string, b: string): string
  multiply(a: string | number, b: string): string
  divide(a: string, b: string): string
  sqrt(a: string): string
  constant(value: number): string
}

export function arithmeticIn(graph: OnnxGraph): Arithmetic {
  const constant = (value: number) => graph.floats(Float32Array.of(value), [1])
  return {
    add: (a, b) => graph.node('Add', [a, b]),
    subtract: (a, b) => graph.node('Sub', [a, b]),
    multiply: (a, b) => graph.node('Mul', [typeof a === 'number' ? constant(a) : a, b]),
    divide: (a, b) => graph.node('Div', [a, b]),
    sqrt: a => graph.node('Sqrt', [a]),
    constant,
  }
}

/** An update per kind of the optimizer table. */
const updates: Readonly<Record<string, (options: Options) => DeviceUpdate>> = {
  adam: options => adam(options, 0),
  adamW: options => adam(options, (options as { weightDecay: number }).weightDecay),
  sgd(options) {
    const momentum = (options.momentum as number | undefined) ?? 0
    return {
      numbers: rate => ({ rate }),
      write(a, { weights, gradient, slots: [velocity] }, number) {
        if (momentum === 0) return { weights: a.subtract(weights, a.multiply(number('rate'), gradient)), slots: [] }
        const v = a.add(a.multiply(momentum, velocity!), gradient)
        const move = options.nesterov === true ? a.add(gradient, a.multiply(momentum, v)) : v
        return { weights: a.subtract(weights, a.multiply(number('rate'), move)), slots: [v] }
      },
    }
  },
}

function adam(options: Options, weightDecay: number): DeviceUpdate {
  const { beta1, beta2, epsilon } = options as { beta1: number; beta2: number; epsilon: number }
  return {
    numbers: (learningRate, step) => ({
      rate: learningRate / (1 - beta1 ** step),
      correction: 1 / (1 - beta2 ** step),
      ...(weightDecay > 0 && { keep: 1 - learningRate * weightDecay }),
    }),
    write(a, { weights, gradient, slots }, number) {
      const m = a.add(a.multiply(beta1, slots[0]!), a.multiply(1 - beta1, gradient))
      const v = a.add(a.multiply(beta2, slots[1]!), a.multiply(1 - beta2, a.multiply(gradient, gradient)))
      const size = a.add(a.sqrt(a.multiply(number('correction'), v)), a.constant(epsilon))
      const kept = weightDecay > 0 ? a.multiply(number('keep'), weights) : weights
      return { weights: a.subtract(kept, a.divide(a.multiply(number('rate'), m), size)), slots: [m, v] }
    },
  }
}

/** @throws EngineError for a kind that has no update here */
export function updateOf(kind: string, options: Options): DeviceUpdate {
  const make = updates[kind]
  if (!make) throw new EngineError(`the GPU engine has no update for the optimizer '${kind}'`)
  return make(options)
}
