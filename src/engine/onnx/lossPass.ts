import type { Batch } from '../../ir/batch'
import type { ModelGraph } from '../../ir/graph'
import { load, meanLosses } from '../batchArrays'
import { Arena } from './arena'
import type { ParameterLayout } from './layout'
import { threadsFor } from './partition'
import { rowProgram, RowSession, type DropoutKey, type Weights } from './rowSession'
import type { Backend } from './runtime'

/** The forward pass of a training step alone: what the losses are, without gradients and without moving running statistics. */
export class LossPass {
  private readonly session: RowSession

  constructor(
    backend: Backend,
    private readonly graph: ModelGraph,
    layout: ParameterLayout,
    batchSize: number,
    weights: Weights,
  ) {
    const program = rowProgram(graph, layout, batchSize, 'sum')
    const arena = new Arena(RowSession.floats(program, 'losses'))
    this.session = new RowSession({ ...backend, threads: threadsFor(program, backend.threads) }, program, arena, weights, 'losses')
  }

  /** @returns mean losses over the labelled rows. @param counts how many there are per task */
  run(batch: Batch, counts: readonly number[], dropout: DropoutKey): Float64Array {
    load(this.session.arrays, this.graph, batch)
    this.session.forward(dropout)
    return meanLosses(this.session.arrays, this.graph, batch, counts)
  }

  dispose(): void {
    this.session.dispose()
  }
}
