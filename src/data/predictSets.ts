import { basename } from 'node:path'
import { nearest } from '../base/nearest'
import type { Batch } from '../ir/batch'
import { sourceOfNode } from '../ir/dataSets'
import type { ModelGraph } from '../ir/graph'
import { elementCount } from '../ir/shape'
import { DataError, type Preprocessing } from './dataset'
import { dataSetPlans, type DataSetPlan } from './modelSource'
import { predictionRows, type PredictionRows } from './predict'
import { listed } from '../transforms/wording'

/** New rows for a model whose tasks may have data sets of their own. */
export interface SetPredictionRows extends PredictionRows {
  /** Whether the row, an index into `usable`, has what the task needs. */
  predicts(task: string, row: number): boolean
}

/**
 * Every task is predicted whose inputs the data have.
 * @param source path of a data source as in the model file: only tasks that learnt from it
 * @throws DataError where the data have the inputs of no task, or there is no such source
 */
export async function predictionOfSets(
  graph: ModelGraph,
  preprocessing: Preprocessing,
  data: string | readonly Readonly<Record<string, unknown>>[],
  source?: string,
): Promise<SetPredictionRows> {
  const plans = chosen(dataSetPlans(graph), source)
  const fitting: FittingSet[] = []
  const failures: DataError[] = []
  for (const plan of plans) {
    try {
      fitting.push({ plan, rows: await predictionRows(ofPlan(preprocessing, plan), data) })
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      failures.push(error)
    }
  }
  if (fitting.length > 0) return new JoinedRows(graph, fitting)
  const [first] = failures
  if (failures.length === 1) throw first!
  const name = typeof data === 'string' ? basename(data) : 'the rows'
  const reasons = plans.map(({ sources }, i) => `${sources[0].path}: ${failures[i]!.message}`)
  throw new DataError(first!.code, `${name} fits none of the data sources of the model (${reasons.join('; ')})`, { file: name })
}

interface FittingSet {
  readonly plan: DataSetPlan
  readonly rows: PredictionRows
}

function chosen(plans: readonly DataSetPlan[], source: string | undefined): readonly DataSetPlan[] {
  if (source === undefined) return plans
  const found = plans.filter(({ sources }) => sources.some(({ path }) => path === source))
  if (found.length > 0) return found
  const paths = plans.flatMap(({ sources }) => sources.map(({ path }) => path))
  const guess = nearest(source, paths)
  throw new DataError(
    'mtl/data-source',
    `the model has no data source '${source}'; ${guess === undefined ? `it has ${listed(paths)}` : `did you mean '${guess}'?`}`,
  )
}

function ofPlan({ version, features, labels }: Preprocessing, { graph }: DataSetPlan): Preprocessing {
  const only = <T>(record: Readonly<Record<string, T>>, names: readonly { readonly name: string }[]): Record<string, T> =>
    Object.fromEntries(names.filter(({ name }) => name in record).map(({ name }) => [name, record[name]!]))
  return { version, features: only(features, graph.nodes), labels: only(labels, graph.tasks) }
}

class JoinedRows implements SetPredictionRows {
  readonly rows: number
  readonly usable: Int32Array
  readonly notes: readonly string[]
  /** For each set the place of each row of the data among its usable rows, -1 where it can't be used. */
  private readonly places: readonly Int32Array[]

  constructor(
    private readonly graph: ModelGraph,
    private readonly sets: readonly FittingSet[],
  ) {
    this.rows = Math.max(...sets.map(({ rows }) => rows.rows))
    this.places = sets.map(({ rows: { usable } }) => {
      const places = new Int32Array(this.rows).fill(-1)
      usable.forEach((row, place) => void (places[row] = place))
      return places
    })
    this.usable = Int32Array.from({ length: this.rows }, (_, row) => row).filter(row => this.places.some(places => places[row]! >= 0))
    this.notes = [...new Set(sets.flatMap(({ rows }) => rows.notes))]
  }

  predicts(task: string, row: number): boolean {
    const set = this.sets.findIndex(({ plan }) => plan.graph.tasks.some(({ name }) => name === task))
    return set >= 0 && this.places[set]![this.usable[row]!]! >= 0
  }

  batch(rows: ArrayLike<number>, size: number): Batch {
    const { nodes, tasks } = this.graph
    const inputs = nodes.filter(node => sourceOfNode(node) !== null)
    const nothing = () => Object.fromEntries(tasks.map(({ name }) => [name, new Float32Array(size)]))
    const batches = this.sets.flatMap(({ rows: own }, set) => {
      // A row that this set can't use is predicted from another one, and nobody asks for the answer.
      const places = Array.from(rows, row => Math.max(0, this.places[set]![this.usable[row]!]!))
      return own.usable.length === 0 ? [] : [own.batch(places, size)]
    })
    return {
      rows: rows.length,
      inputs: {
        // Of data sets that these rows have nothing of.
        ...Object.fromEntries(inputs.map(({ name, shape }) => [name, new Float32Array(size * elementCount(shape)!)])),
        ...(Object.assign({}, ...batches.map(({ inputs }) => inputs)) as Batch['inputs']),
      },
      targets: nothing(),
      masks: nothing(),
    }
  }
}
