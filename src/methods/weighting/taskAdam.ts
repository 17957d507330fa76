import type { Json } from '../../base/json'

interface State {
  s: number[]
  m: number[]
  v: number[]
  steps: number[]
}

/**
 * One learnt number per task under Adam (Kingma & Ba 2015), as published code learns them. A task that is absent, or whose gradient
 * is no finite number, does not move and neither do its moments.
 */
export class TaskAdam {
  private state: State

  /** @param weightDecay added to the gradient, as in Adam of PyTorch */
  constructor(
    tasks: number,
    private readonly learningRate: number,
    private readonly weightDecay = 0,
    start = 0,
  ) {
    const fill = (value: number) => new Array<number>(tasks).fill(value)
    this.state = { s: fill(start), m: fill(0), v: fill(0), steps: fill(0) }
  }

  get values(): readonly number[] {
    return this.state.s
  }

  /** @param gradients by task */
  step(gradients: ArrayLike<number>, present: readonly boolean[]): void {
    const { s, m, v, steps } = this.state
    const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8]
    present.forEach((here, i) => {
      if (!here || !Number.isFinite(gradients[i])) return
      const gradient = gradients[i]! + this.weightDecay * s[i]!
      const step = ++steps[i]!
      m[i] = beta1 * m[i]! + (1 - beta1) * gradient
      v[i] = beta2 * v[i]! + (1 - beta2) * gradient * gradient
      const mean = m[i] / (1 - beta1 ** step)
      const deviation = Math.sqrt(v[i] / (1 - beta2 ** step))
      s[i]! -= (this.learningRate * mean) / (deviation + epsilon)
    })
  }

  toJson(): Json {
    const { s, m, v, steps } = this.state
    return { s: [...s], m: [...m], v: [...v], steps: [...steps] }
  }

  restore(saved: Json): void {
    const { s, m, v, steps } = saved as unknown as State
    this.state = { s: [...s], m: [...m], v: [...v], steps: [...steps] }
  }
}
