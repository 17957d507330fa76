import { nearest } from '../base/nearest'
import { dataSetOf, dataSetsOf, sourceOfNode } from '../ir/dataSets'
import type { DataSource, GraphTask, ModelGraph } from '../ir/graph'
import { DataError } from './dataset'

/** Sources with the same rows, and what of a model reads them. */
export interface DataSetPlan {
  readonly id: number
  /** The first, whose options say how the table is read; and the others, such as the pictures and the texts that it names. */
  readonly sources: readonly [DataSource, ...DataSource[]]
  /** The model's inputs and tasks of this data set, and no layers. */
  readonly graph: ModelGraph
}

/** The data sets that a model learns from: each task from one. @throws DataError */
export function dataSetPlans(graph: ModelGraph): readonly DataSetPlan[] {
  const inputs = graph.nodes.filter(({ kind }) => kind === 'features' || kind === 'input')
  const free = inputs.find(node => sourceOfNode(node) === null)
  if (free)
    throw new DataError('mtl/data-source', `input '${free.name}' has no data: name its source, e.g. input('${free.name}', …, { from: … })`)
  for (const task of graph.tasks) checkTask(graph, task)
  const sets = dataSetsOf(graph)
  if (sets.length === 0) throw new DataError('mtl/data-source', 'the model uses no data')
  return sets.map(id => {
    const nodes = inputs.filter(node => dataSetOf(graph, sourceOfNode(node)!) === id)
    const tasks = graph.tasks.filter(({ label }) => dataSetOf(graph, label!.source) === id)
    const used = new Set([id, ...nodes.map(node => sourceOfNode(node)!), ...tasks.map(({ label }) => label!.source)])
    const [first, ...others] = graph.sources.filter(source => used.has(source.id))
    return { id, sources: [first!, ...others], graph: { ...graph, nodes, tasks } }
  })
}

/** What a task sees of a row must be of the row that its label is of. */
function checkTask(graph: ModelGraph, { name, output, loss, label }: GraphTask): void {
  if (label === null) throw new DataError('mtl/data-source', `task '${name}' has no label`)
  const open = [output, ...(loss == null ? [] : [loss])]
  for (const id of open) {
    const node = graph.nodes[id]
    if (!node) continue
    const source = sourceOfNode(node)
    if (source !== null && dataSetOf(graph, source) !== dataSetOf(graph, label.source)) {
      const [seen, own] = [source, label.source].map(id => graph.sources.find(source => source.id === id)!)
      const read = node.kind === 'input' ? `the input '${node.name}'` : `the features '${node.name}'`
      throw new DataError(
        'mtl/data-source',
        `task '${name}' has its label from ${own!.path}, but ${read} from ${seen!.path}${seen!.path === own!.path ? ' with other options' : ''}: rows of different sources can’t be matched`,
        { source: own!.id },
      )
    }
    for (const input of node.inputs) if (!open.includes(input)) open.push(input)
  }
}

export function unknownName(what: 'column' | 'array', name: string, known: readonly string[], source: DataSource): DataError {
  const guess = nearest(name, known)
  return new DataError(
    `mtl/unknown-${what}`,
    `${source.path} has no ${what} '${name}'${guess === undefined ? '' : `; did you mean '${guess}'?`}`,
    {
      file: source.path,
      column: name,
      source: source.id,
    },
  )
}
