import { dirname } from 'node:path'
import { DataError } from '../data/dataset'
import { open } from '../data/open'
import { joinRelatedness, partsByDataSet } from '../data/report/dataSets'
import { relatednessOf, scan } from '../data/report/relate'
import { warningsOf } from '../data/report/warnings'
import type { DataWarning, Relatedness } from '../ir/dataReport'
import { dataProblem } from '../trainer/dataProblem'
import { ModelProblem } from '../trainer/modelProblem'
import { openTrainableModel } from '../trainer/openModel'
import type { Arguments } from './arguments'
import { diagnosticEvent, print, printError, printJson, printProblem, shortNumber, table } from './output'

/**
 * `mtl relatedness FILE`: how the tasks' labels hang together and what linear probes can tell, before anything is trained. With
 * --json the last line on stdout is one object. @returns exit code
 */
export async function relatedness({ positionals, json }: Arguments): Promise<number> {
  try {
    const { graph, file, root } = await openTrainableModel(positionals[0]!)
    const [found, warnings]: [Relatedness[], DataWarning[]] = [[], []]
    for (const part of partsByDataSet(graph)) {
      const dataset = await open(part, { folder: dirname(file), root }).catch((error: unknown) => {
        throw error instanceof DataError ? new ModelProblem(dataProblem(error, graph, root)) : error
      })
      try {
        const scanned = scan(part, dataset)
        found.push(relatednessOf(scanned))
        warnings.push(...warningsOf(part, scanned.blocks, scanned.splits))
      } finally {
        dataset.close()
      }
    }
    const joined = joinRelatedness(found)
    if (json) printJson({ type: 'relatedness', ...joined, warnings })
    else printRelatedness(joined, warnings)
    return 0
  } catch (error) {
    if (!(error instanceof ModelProblem)) throw error
    printProblem(error.problem)
    if (json) {
      for (const diagnostic of error.problem.diagnostics) printJson(diagnosticEvent(diagnostic))
      printJson({ type: 'summary', ok: false, message: error.problem.message })
    }
    return 1
  }
}

const measures = { cramersV: "Cramér's V", correlationRatio: 'correlation ratio', pearson: 'Pearson' } as const
const figure = (value: number | null | undefined) => (value === null || value === undefined ? '–' : shortNumber(Number(value.toFixed(3))))

function printRelatedness({ tasks, pairs, probes, transfer, rows, width, projected }: Relatedness, warnings: readonly DataWarning[]): void {
  for (const { message } of warnings) printError(`warning: ${message}`)
  if (pairs.length > 0) {
    print('Labels')
    const lines = pairs.map(({ a, b, rows, association, mutualInformation, normalized, similarity }) => [
      `${a} · ${b}`,
      association ? measures[association.measure] : '',
      figure(association?.value),
      figure(mutualInformation),
      figure(normalized),
      figure(similarity),
      rows.toLocaleString('en'),
    ])
    for (const line of table([['tasks', 'association', '', 'information (nats)', 'normalised', 'similarity', 'rows'], ...lines], 2))
      print(`  ${line}`)
    print('')
  }
  const seen = `${width} inputs${projected ? ' after random projection' : ''}, ${rows.train.toLocaleString('en')} + ${rows.validation.toLocaleString('en')} rows (training, validation)`
  print(`Linear probes: ${seen}`)
  const lines = tasks.map((task, i) => [task, figure(probes[i]?.skill), ...transfer[i]!.map(figure)])
  for (const line of table([['task', 'skill', ...tasks.map(task => `→ ${task}`)], ...lines], 1)) print(`  ${line}`)
}
