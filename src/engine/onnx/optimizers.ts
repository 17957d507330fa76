import type { Options } from '../../base/options'
import { EngineError } from '../engine'
import type { Kernels } from './arena'

/** Updates `n` weights in place. All addresses are bytes in the arena. */
export interface UpdateRequest {
  readonly weights: number
  readonly gradient: number
  /** In the order of the optimizer's slots. */
  readonly slots: readonly number[]
  readonly n: number
  /** Factor on the gradient. */
  readonly scale: number
  readonly learningRate: number
  /** Updates that these weights have seen, this one included. */
  readonly step: number
}

/** @returns whether all new weights are finite */
export type Update = (kernels: Kernels, request: UpdateRequest) => boolean

/** An update per kind of the optimizer table. */
const updates: Readonly<Record<string, (options: Options) => Update>> = {
  adam,
  adamW(options) {
    const { weightDecay } = options as { weightDecay: number }
    const step = adam(options)
    return (kernels, request) => {
      if (weightDecay > 0) kernels.shrink(request.weights, request.n, 1 - request.learningRate * weightDecay)
      return step(kernels, request)
    }
  },
  sgd(options) {
    const momentum = (options.momentum as number | undefined) ?? 0
    return (kernels, { weights, gradient, slots: [velocity], n, scale, learningRate }) => {
      if (momentum === 0) return kernels.sgd(weights, gradient, n, scale, learningRate) === 1
      const move = options.nesterov === true ? kernels.nesterov : kernels.momentum
      return move(weights, gradient, velocity!, n, scale, learningRate, momentum) === 1
    }
  },
}

function adam(options: Options): Update {
  const { beta1, beta2, epsilon } = options as { beta1: number; beta2: number; epsilon: number }
  return (kernels, { weights, gradient, slots: [m, v], n, scale, learningRate, step }) => {
    const rate = learningRate / (1 - beta1 ** step)
    const correction2 = 1 / (1 - beta2 ** step)
    return kernels.adam(weights, gradient, m!, v!, n, scale, beta1, 1 - beta1, beta2, 1 - beta2, rate, correction2, epsilon) === 1
  }
}

/** @throws EngineError for a kind that has no kernel here */
export function updateOf(kind: string, options: Options): Update {
  const make = updates[kind]
  if (!make) throw new EngineError(`the ONNX engine has no kernel for the optimizer '${kind}'`)
  return make(options)
}
