import type { DataReport } from '../../ir/dataReport'
import type { ModelGraph } from '../../ir/graph'
import { sourceOfNode } from '../../ir/dataSets'
import { plansOf } from '../features'
import { open } from '../open'
import { openSource, type OpenedSource } from './columns'
import { joinReports, partsByDataSet } from './dataSets'
import { labelCounts } from './labelCounts'
import { relatednessOf, scan, type ScannedData } from './relate'
import { samplesOf } from './samples'
import { warningsOf } from './warnings'

/**
 * Opens the data of a model and tells what is in it.
 * @param place as for `open`
 * @throws DataError where training could not read them either
 */
export async function dataReport(graph: ModelGraph, place: { readonly folder: string; readonly root: string }): Promise<DataReport> {
  const reports: DataReport[] = []
  for (const part of partsByDataSet(graph)) reports.push(await reportOf(part, place))
  return joinReports(reports)
}

/** @param graph of one data set */
async function reportOf(graph: ModelGraph, place: { readonly folder: string; readonly root: string }): Promise<DataReport> {
  const dataset = await open(graph, place)
  const sources: OpenedSource[] = []
  try {
    const scanned = scan(graph, dataset)
    const { blocks, splits } = scanned
    for (const source of usedSources(graph)) sources.push(await openSource(source, place, usersOf(graph, source.id)))
    return {
      sources: sources.map(({ report }) => report),
      splits: splits.map(({ name, rows }) => ({ name, rows })),
      tasks: labelCounts(graph, splits),
      relatedness: relatednessOf(scanned),
      samples: await samplesOf(graph, dataset, blocks, sources),
      warnings: warningsOf(graph, blocks, splits),
      notes: dataset.notes,
      sampling: [...sources.flatMap(({ sampling }) => sampling), ...bounds(scanned)],
    }
  } finally {
    for (const source of sources) source.close()
    dataset.close()
  }
}

function usedSources(graph: ModelGraph): ModelGraph['sources'] {
  const used = new Set([...graph.nodes.map(sourceOfNode), ...graph.tasks.map(({ label }) => label?.source)])
  return graph.sources.filter(({ id }) => used.has(id))
}

/** Features and tasks by the column or array that they read. */
function usersOf(graph: ModelGraph, source: number): Map<string, string[]> {
  const users = new Map<string, string[]>()
  const add = (column: string, user: string) => void users.set(column, [...(users.get(column) ?? []), user])
  for (const node of graph.nodes) {
    if (sourceOfNode(node) !== source) continue
    if (node.kind === 'features') for (const { column } of plansOf(node)) add(column, 'feature')
    else if (node.kind === 'input') add((node.options.array as string | undefined) ?? node.name, `input '${node.name}'`)
  }
  for (const { name, label } of graph.tasks) if (label?.source === source) add(label.column, `label of '${name}'`)
  return users
}

function bounds({ splits }: ScannedData): string[] {
  return splits.flatMap(({ name, rows, positions, sample }) => [
    ...(positions.length < rows
      ? [
          `Labels, constants and duplicates of the ${name} split are of ${positions.length.toLocaleString('en')} of its ${rows.toLocaleString('en')} rows, evenly spread.`,
        ]
      : []),
    ...(name !== 'test' && sample.positions.length < rows
      ? [
          `${name === 'train' ? 'Leakage and probes use' : 'Probes are measured on'} ${sample.positions.length.toLocaleString('en')} rows of the ${name} split, evenly spread.`,
        ]
      : []),
  ])
}
