import { joinRelatedness } from '../data/report/dataSets'
import { relatednessOf } from '../data/report/relate'
import type { Relatedness } from '../ir/dataReport'
import { ModelProblem } from '../trainer/modelProblem'
import { openTrainableModel } from '../trainer/openModel'
import type { Arguments } from './arguments'
import { locateWarnings, scanDataSets } from './dataSets'
import { diagnosticEvent, print, printDiagnostic, printJson, printProblem, shortNumber, table } from './output'

/**
 * `mtl relatedness FILE`: how the tasks' labels hang together and what linear probes can tell, before anything is trained. With
 * --json the last line on stdout is one object. @returns exit code
 */
export async function relatedness({ positionals, json }: Arguments): Promise<number> {
  try {
    const model = await openTrainableModel(positionals[0]!)
    const sets = await scanDataSets(model)
    const warnings = sets.flatMap(set => set.warnings)
    const joined = joinRelatedness(sets.map(({ scanned }) => relatednessOf(scanned)))
    for (const warning of locateWarnings(model, warnings)) printDiagnostic(warning)
    if (json) printJson({ type: 'relatedness', ...joined, warnings })
    else printRelatedness(joined)
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

function printRelatedness({ tasks, pairs, probes, transfer, rows, width, projected }: Relatedness): void {
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
