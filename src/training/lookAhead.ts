import { lookaheadAffinity, type Affinity } from '../conflict/affinity'
import type { CompiledModel } from '../engine/engine'
import type { Batch } from '../ir/batch'

/**
 * Inter-task affinity by real steps (Fifty et al. 2021, TAG, equation 1): the optimizer moves the shared parameters as task i's loss
 * alone asks, and the losses of all tasks are looked at on the same batch, with the same dropout masks and the heads as they were.
 * Afterwards weights, running statistics, optimizer and dropout generator are bit by bit what they were.
 */
export function lookAhead(model: CompiledModel, batch: Batch, learningRate: number, tasks: readonly string[]): Affinity {
  const [parameters, state] = [model.readParameters(), model.readState()]
  const heads = new Map(model.parameters.filter(p => p.tasks.length < 2).map(({ name }) => [name, parameters.get(name)!]))
  const before = new Array<number>(tasks.length).fill(NaN)
  const after = tasks.map((_, i) => {
    const alone = Float64Array.from(tasks, (_, j) => Number(i === j))
    const { losses } = model.step(batch, learningRate, () => ({ shared: alone, heads: alone }))
    losses.forEach((loss, j) => (before[j] = loss))
    model.writeParameters(new Map([...model.readParameters(), ...heads]))
    const moved = Array.from(model.lossesAfterStep(batch))
    model.writeParameters(parameters)
    model.writeState(state)
    return moved
  })
  const present = tasks.map((_, i) => Number.isFinite(before[i]))
  return lookaheadAffinity(before, after).map((row, i) =>
    row.map(value => (present[i] && value !== null && Number.isFinite(value) ? value : null)),
  )
}
