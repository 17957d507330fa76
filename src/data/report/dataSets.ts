import type { DataReport, Relatedness } from '../../ir/dataReport'
import type { ModelGraph } from '../../ir/graph'
import { tasksOnly } from '../../ir/singleTask'
import { dataSetPlans } from '../modelSource'

/** The parts of a model by the data sets that its tasks learn from: what is told of rows is told of each by itself. */
export function partsByDataSet(graph: ModelGraph): ModelGraph[] {
  const plans = dataSetPlans(graph)
  if (plans.length === 1) return [graph]
  return plans.map(({ graph: { tasks } }) =>
    tasksOnly(
      graph,
      tasks.map(({ name }) => name),
    ),
  )
}

export function joinReports(parts: readonly DataReport[]): DataReport {
  const [first, ...others] = parts
  if (others.length === 0) return first!
  const splits = first!.splits.map(({ name }, i) => ({ name, rows: parts.reduce((sum, part) => sum + part.splits[i]!.rows, 0) }))
  const told = (what: (part: DataReport) => readonly string[]) =>
    parts.flatMap(part => what(part).map(text => `${part.sources[0]?.path ?? ''}: ${text}`))
  return {
    sources: parts.flatMap(({ sources }) => sources),
    splits,
    tasks: parts.flatMap(({ tasks }) => tasks),
    relatedness: joinRelatedness(parts.map(({ relatedness }) => relatedness)),
    samples: {
      rows: parts.flatMap(({ samples }) => samples.rows),
      augmented: parts.some(({ samples }) => samples.augmented),
    },
    warnings: parts.flatMap(({ warnings }) => warnings),
    notes: told(({ notes }) => notes),
    sampling: told(({ sampling }) => sampling),
  }
}

/** No row has labels of two data sets, nor the inputs of both: pairs are within a set, and between sets nothing is known. */
export function joinRelatedness(parts: readonly Relatedness[]): Relatedness {
  const tasks = parts.flatMap(part => part.tasks)
  const transfer = parts.flatMap(part =>
    part.transfer.map(row => tasks.map(task => (part.tasks.includes(task) ? row[part.tasks.indexOf(task)]! : null))),
  )
  const sum = (of: (part: Relatedness) => number) => parts.reduce((total, part) => total + of(part), 0)
  return {
    tasks,
    pairs: parts.flatMap(({ pairs }) => pairs),
    probes: parts.flatMap(({ probes }) => probes),
    transfer,
    rows: { train: sum(({ rows }) => rows.train), validation: sum(({ rows }) => rows.validation) },
    width: Math.max(...parts.map(({ width }) => width)),
    projected: parts.some(({ projected }) => projected),
  }
}
