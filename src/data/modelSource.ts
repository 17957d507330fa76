import { nearest } from '../base/nearest'
import type { DataSource, GraphNode, ModelGraph } from '../ir/graph'
import { DataError } from './dataset'
import { tableOptions } from './sources/csv'
import { sourceOf } from './sources/table'

/**
 * The sources that the features and labels of a model come from: one, or several over the rows of one table, such as the
 * pictures and the texts that it names.
 * @returns the first, whose options say how the table is read, and the others
 */
export function sourcesOf(graph: ModelGraph): readonly [DataSource, ...DataSource[]] {
  const used = new Map<number, string>()
  for (const node of graph.nodes) {
    if (node.kind !== 'features' && node.kind !== 'input') continue
    const id = sourceOfNode(node)
    if (id === null)
      throw new DataError(
        'mtl/data-source',
        `input '${node.name}' has no data: name its source, e.g. input('${node.name}', …, { from: … })`,
      )
    if (!used.has(id)) used.set(id, node.kind === 'input' ? `input '${node.name}'` : `the features '${node.name}'`)
  }
  for (const task of graph.tasks) {
    if (task.label === null) throw new DataError('mtl/data-source', `task '${task.name}' has no label`)
    if (!used.has(task.label.source)) used.set(task.label.source, `the label of task '${task.name}'`)
  }
  const [first, ...others] = [...used].map(([id, user]) => ({ source: graph.sources.find(source => source.id === id)!, user }))
  if (!first) throw new DataError('mtl/data-source', 'the model uses no data')
  const other = others.find(({ source }) => !sharesRows(source, first.source))
  if (other) {
    throw new DataError(
      'mtl/data-source',
      `all features and labels of a model come from one source: ${first.user} is from ${first.source.path}, but ${other.user} is from ${other.source.path}` +
        (first.source.path === other.source.path ? ' with other options' : ''),
      { source: other.source.id },
    )
  }
  return [first.source, ...others.map(({ source }) => source)]
}

const sorted = (record: object) => JSON.stringify(Object.entries(record).sort())

/** Whether two sources have the same rows in the same order. */
function sharesRows(a: DataSource, b: DataSource): boolean {
  if (a.path !== b.path || sorted(a.split) !== sorted(b.split)) return false
  if (a.kind === b.kind && sorted(a.options) === sorted(b.options)) return true
  const reading = ({ options }: DataSource) =>
    sorted(Object.fromEntries(Object.entries(options).filter(([name]) => name in tableOptions || name === 'delimiter')))
  return [a, b].every(({ kind }) => sourceOf(kind)?.sharesRows) && reading(a) === reading(b)
}

/** Options of `features` and `input` nodes hold the id of their source. */
export function sourceOfNode(node: GraphNode): number | null {
  const id = node.options.source ?? node.options.from
  return typeof id === 'number' ? id : null
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
