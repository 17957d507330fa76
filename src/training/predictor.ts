import type { CompiledModel, Engine } from '../engine/engine'
import type { Batch } from '../ir/batch'
import type { ModelGraph } from '../ir/graph'
import type { Checkpoint } from '../runs/checkpoint'

const rowsPerCall = 256

/** Answers of a trained model. */
export interface Predictor {
  /**
   * @param batch gives the rows with these indices, padded to `size`
   * @param visit gets each row's index in order and its outputs by task, [units]; valid during the call
   */
  each(
    count: number,
    batch: (rows: Uint32Array, size: number) => Batch,
    visit: (index: number, outputs: (task: string) => Float32Array) => void,
  ): void
  dispose(): void
}

/** @throws EngineError where the weights don't fit the model */
export async function openPredictor(engine: Engine, graph: ModelGraph, checkpoint: Checkpoint): Promise<Predictor> {
  const model: CompiledModel = await engine.compile({
    graph,
    batchSize: 1,
    evaluationBatchSize: rowsPerCall,
    optimizer: graph.training.optimizer,
    perTaskGradients: false,
    seed: 0,
  })
  model.writeParameters(new Map([...checkpoint.weights].map(([name, { values }]) => [name, values])))
  return {
    each(count, batch, visit) {
      const rows = new Uint32Array(rowsPerCall)
      for (let start = 0; start < count; start += rowsPerCall) {
        const size = Math.min(rowsPerCall, count - start)
        for (let i = 0; i < size; i++) rows[i] = start + i
        const { predictions } = model.evaluate(batch(rows.subarray(0, size), rowsPerCall))
        for (let i = 0; i < size; i++) {
          visit(start + i, task => {
            const units = predictions[task]!.length / rowsPerCall
            return predictions[task]!.subarray(i * units, (i + 1) * units)
          })
        }
      }
    },
    dispose: () => model.dispose(),
  }
}
