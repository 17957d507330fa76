import type { CompiledModel } from '../../src/engine/engine'
import { pcGradWeights } from '../../src/methods/aggregation/pcGrad'
import type { makeBatch } from './workloads'

export const learningRate = 1e-3

/** One step as the trainer makes it. PCGrad projects in task order, as PyTorch's side does. */
export function stepper(model: CompiledModel, batch: ReturnType<typeof makeBatch>, T: number): () => Float64Array {
  const tasks = Array.from({ length: T }, (_, i) => i)
  const equal = { shared: new Float64Array(T).fill(1) }
  return () =>
    model.step(batch, learningRate, ({ gram }) => {
      if (!gram) return equal
      const total = new Float64Array(T * T)
      gram.blocks.forEach((value, k) => (total[k % (T * T)]! += value))
      return { shared: pcGradWeights(total, T, tasks, others => others) }
    }).losses
}
