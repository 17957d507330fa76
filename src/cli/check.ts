import type { Dataset } from '../data/dataset'
import { parameterCounts, tasksByNode } from '../ir/analysis'
import type { ModelGraph } from '../ir/graph'
import { formatShape } from '../ir/shape'
import type { LaunchProblem } from '../runs/launch'
import { ModelProblem } from '../trainer/modelProblem'
import { openModel, type OpenedModel } from '../trainer/openModel'
import type { Arguments } from './arguments'
import { locateWarnings, openData, scanDataSets } from './dataSets'
import { diagnosticEvent, print, printDiagnostic, printJson, printProblem, shortPath, table } from './output'

/**
 * `mtl check FILE`: everything that training would refuse, told beforehand, and what is suspicious about the data. A model without
 * data yet can be designed, so that is no error.
 * @returns exit code
 */
export async function check({ positionals, json }: Arguments): Promise<number> {
  try {
    const model = await openModel(positionals[0]!)
    const { diagnostics, obstacle } = model
    const dataset = obstacle ? null : await openData(model)
    const suspicions = dataset ? (await scanDataSets(model)).flatMap(({ warnings }) => locateWarnings(model, warnings)) : []
    for (const diagnostic of [...diagnostics, ...suspicions]) tellDiagnostic(diagnostic, json)
    if (obstacle) tellDiagnostic({ ...obstacle, severity: 'information' }, json)
    if (json) printJson(summaryEvent(model.graph, dataset))
    else printSummary(model, dataset)
    dataset?.close()
    return 0
  } catch (error) {
    if (!(error instanceof ModelProblem)) throw error
    printProblem(error.problem)
    if (json) tellProblem(error.problem)
    return 1
  }
}

function tellDiagnostic(diagnostic: OpenedModel['diagnostics'][number], json: boolean): void {
  printDiagnostic(diagnostic)
  if (json) printJson(diagnosticEvent(diagnostic))
}

function tellProblem({ message, diagnostics }: LaunchProblem): void {
  for (const diagnostic of diagnostics) printJson(diagnosticEvent(diagnostic))
  printJson({ type: 'summary', ok: false, message })
}

function summaryEvent(graph: ModelGraph, dataset: Dataset | null): object {
  const users = tasksByNode(graph)
  const counts = parameterCounts(graph)
  return {
    type: 'summary',
    ok: true,
    tasks: graph.tasks.map(({ name, kind, classes, weight }) => ({ name, kind, classes, weight })),
    parameters: counts.total,
    nodes: graph.nodes.map(node => ({
      name: node.name,
      kind: node.kind,
      shape: node.shape,
      parameters: counts.byNode.get(node.id),
      tasks: users.get(node.id),
    })),
    trainable: dataset !== null,
    ...(dataset && {
      rows: { train: dataset.train.rows, validation: dataset.validation.rows, test: dataset.test.rows },
      notes: dataset.notes,
    }),
  }
}

function printSummary({ graph, file }: OpenedModel, dataset: Dataset | null): void {
  const users = tasksByNode(graph)
  const counts = parameterCounts(graph)
  const rows = graph.nodes.map(node => [
    node.name,
    node.kind,
    users.get(node.id)!.length > 1 ? 'trunk' : users.get(node.id)!.join(),
    formatShape(node.shape),
    counts.byNode.get(node.id) ? counts.byNode.get(node.id)!.toLocaleString('en') : '',
  ])
  for (const line of table([['node', 'layer', 'used by', 'shape', 'parameters'], ...rows], 4)) print(line)
  print('')
  for (const note of dataset?.notes ?? []) print(note)
  const size = `${graph.tasks.length} ${graph.tasks.length === 1 ? 'task' : 'tasks'}, ${counts.total?.toLocaleString('en') ?? 'an unknown number of'} parameters`
  const split = dataset && `${dataset.train.rows} + ${dataset.validation.rows} + ${dataset.test.rows} rows (training, validation, test)`
  print(`${shortPath(file)}: ${size}${split ? `, ${split}` : ''}. No errors${dataset ? '' : ', but not ready to train'}.`)
}
