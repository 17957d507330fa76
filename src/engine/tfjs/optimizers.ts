import type { Options } from '../../base/options'
import { EngineError } from '../engine'
import type { TensorFlow, Values } from './runtime'

export interface UpdateRequest {
  readonly weights: Values
  readonly gradient: Values
  /** In the order of the optimizer's slots. */
  readonly slots: readonly Values[]
  readonly learningRate: number
  /** Updates that these weights have seen, this one included. */
  readonly step: number
}

/** @returns new values, to take the place of the old ones */
export type Update = (tf: TensorFlow, request: UpdateRequest) => { readonly weights: Values; readonly slots: readonly Values[] }

function adam(options: Options): Update {
  const { beta1, beta2, epsilon } = options as { beta1: number; beta2: number; epsilon: number }
  return (tf, { weights, gradient, slots: [m, v], learningRate, step }) => {
    const mean = tf.add(tf.mul(m!, beta1), tf.mul(gradient, 1 - beta1))
    const square = tf.add(tf.mul(v!, beta2), tf.mul(tf.mul(gradient, gradient), 1 - beta2))
    const size = tf.add(tf.sqrt(tf.mul(square, 1 / (1 - beta2 ** step))), epsilon)
    const change = tf.div(tf.mul(mean, learningRate / (1 - beta1 ** step)), size)
    return { weights: tf.sub(weights, change), slots: [mean, square] }
  }
}

/** An update per kind of the optimizer table. */
const updates: Readonly<Record<string, (options: Options) => Update>> = {
  adam,
  adamW(options) {
    const { weightDecay } = options as { weightDecay: number }
    const step = adam(options)
    return (tf, request) => step(tf, { ...request, weights: tf.mul(request.weights, 1 - request.learningRate * weightDecay) })
  },
  sgd(options) {
    const momentum = (options.momentum as number | undefined) ?? 0
    return (tf, { weights, gradient, slots: [velocity], learningRate }) => {
      if (momentum === 0) return { weights: tf.sub(weights, tf.mul(gradient, learningRate)), slots: [] }
      const moved = tf.add(tf.mul(velocity!, momentum), gradient)
      const direction = options.nesterov === true ? tf.add(gradient, tf.mul(moved, momentum)) : moved
      return { weights: tf.sub(weights, tf.mul(direction, learningRate)), slots: [moved] }
    }
  },
}

/** @throws EngineError for a kind that has no update here */
export function updateOf(kind: string, options: Options): Update {
  const make = updates[kind]
  if (!make) throw new EngineError(`the TensorFlow.js engine has no update for the optimizer '${kind}'`)
  return make(options)
}
