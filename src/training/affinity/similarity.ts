import { linearCka, rowsEnough } from '../../conflict/cka'
import type { Dataset } from '../../data/dataset'
import type { CompiledModel, Engine } from '../../engine/engine'
import { dataSetOf } from '../../ir/dataSets'
import type { GraphNode, ModelGraph } from '../../ir/graph'
import { variantOf } from '../../ir/variant'
import type { Checkpoint } from '../../runs/checkpoint'
import { commonLayers } from './sharedLayers'

const rowsPerCall = 256
/** Fewer rows than these say nothing of a similarity. */
const leastRows = 10

/** Similarities by index of task; null where two tasks share no layer or no rows. */
export type Similarity = (number | null)[][]

export interface TrunkSimilarity {
  /** At the last node that two tasks share. */
  readonly last: Similarity
  /** By name of the layer, in graph order. */
  readonly layers: ReadonlyMap<string, Similarity>
  /** Pairs of tasks that could not be compared. */
  readonly apart: readonly { readonly pair: readonly [string, string]; readonly why: 'no layer' | 'no rows' }[]
}

/** A model of one task alone, trained, with the data that it was trained on. */
export class SingleTaskModel {
  private constructor(
    private readonly graph: ModelGraph,
    private readonly model: CompiledModel,
    readonly dataset: Dataset,
  ) {}

  /**
   * @param layers names of the nodes whose outputs will be asked for
   * @param dataset opened for this task alone, as it was for its training: rows and statistics are the same
   */
  static async open(engine: Engine, whole: ModelGraph, task: string, layers: readonly string[], checkpoint: Checkpoint, dataset: Dataset) {
    const graph = variantOf(whole, { task })
    const model = await engine.compile({
      graph,
      batchSize: 1,
      evaluationBatchSize: rowsPerCall,
      optimizer: graph.training.optimizer,
      perTaskGradients: false,
      activations: graph.nodes.filter(({ name }) => layers.includes(name)).map(({ id }) => id),
      seed: 0,
    })
    model.writeParameters(new Map([...checkpoint.weights].map(([name, { values }]) => [name, values])))
    return new SingleTaskModel(graph, model, dataset)
  }

  /** Validation rows by their row in the source. */
  get rows(): Int32Array {
    return this.dataset.validation.origin!
  }

  /** @param rows of the validation split @returns [rows, features] */
  outputs(layer: string, rows: Int32Array): Float32Array {
    const { id } = this.graph.nodes.find(({ name }) => name === layer)!
    let all = new Float32Array(0)
    for (let start = 0; start < rows.length; start += rowsPerCall) {
      const batch = this.dataset.validation.batch(rows.subarray(start, start + rowsPerCall), rowsPerCall)
      const values = this.model.evaluate(batch).activations.get(id)!
      const features = values.length / rowsPerCall
      if (start === 0) all = new Float32Array(rows.length * features)
      all.set(values.subarray(0, Math.min(rowsPerCall, rows.length - start) * features), start * features)
    }
    return all
  }

  dispose(): void {
    this.model.dispose()
    this.dataset.close()
  }
}

/**
 * How alike the trunks are that tasks learn alone: linear CKA of each pair on the validation rows of both, at every layer that
 * they share in the whole model, and at the last node of their common trunk.
 * @param turn awaited between two layers, so that the process stays responsive
 */
export async function trunkSimilarity(
  graph: ModelGraph,
  models: ReadonlyMap<string, Pick<SingleTaskModel, 'rows' | 'outputs'>>,
  turn: () => Promise<void>,
): Promise<TrunkSimilarity> {
  const empty = (): Similarity => graph.tasks.map((_, i) => graph.tasks.map((_, j) => (i === j ? 1 : null)))
  const last = empty()
  const layers = new Map<string, Similarity>()
  const apart: { pair: [string, string]; why: 'no layer' | 'no rows' }[] = []
  const setOf = (t: number) => dataSetOf(graph, graph.tasks[t]!.label!.source)
  for (let i = 0; i < graph.tasks.length; i++) {
    for (let j = i + 1; j < graph.tasks.length; j++) {
      const pair: [string, string] = [graph.tasks[i]!.name, graph.tasks[j]!.name]
      const [a, b] = [models.get(pair[0])!, models.get(pair[1])!]
      const common = commonLayers(graph, ...pair)
      const rows = setOf(i) === setOf(j) ? commonRows(a.rows, b.rows) : []
      if (!common || rows.length < leastRows) {
        apart.push({ pair, why: common ? 'no rows' : 'no layer' })
        continue
      }
      const at = async ({ name, shape }: GraphNode): Promise<number | null> => {
        await turn()
        const some = spread(rows, rowsEnough(shape!.reduce<number>((n, d) => n * d!, 1)))
        const outputs = [a, b].map((model, k) =>
          model.outputs(
            name,
            Int32Array.from(some, row => row[k]!),
          ),
        )
        return linearCka(outputs[0]!, outputs[1]!, some.length)
      }
      for (const layer of common.layers) {
        const similarity = layers.get(layer.name) ?? empty()
        layers.set(layer.name, similarity)
        similarity[i]![j] = similarity[j]![i] = await at(layer)
      }
      last[i]![j] = last[j]![i] = layers.get(common.last.name)?.[i]![j] ?? (await at(common.last))
    }
  }
  const inOrder = graph.nodes.flatMap(({ name }) => (layers.has(name) ? [[name, layers.get(name)!] as const] : []))
  return { last, layers: new Map(inOrder), apart }
}

/** Positions in both of the rows that both have. */
function commonRows(a: Int32Array, b: Int32Array): (readonly [number, number])[] {
  const place = new Map(Array.from(b, (row, k) => [row, k]))
  return Array.from(a, (row, k) => [k, place.get(row) ?? -1] as const).filter(([, k]) => k >= 0)
}

/** As many of them at even distances. */
const spread = <T>(items: readonly T[], most: number): readonly T[] =>
  items.length <= most ? items : Array.from({ length: most }, (_, k) => items[Math.floor((k * items.length) / most)]!)
