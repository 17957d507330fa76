import type { MethodDefinition } from '../../src/methods/method'
import type { Verdict } from './compare'
import { checkDiagnostics, checkGrouping, checkRecon, type GroupingFile, type ReconRecord } from './conflictRecords'
import { checkMethod, type Inputs, type MethodRecord } from './methodRecords'
import { checkToy, type ToyFile } from './toyRecords'

interface AggregatorsFile {
  readonly cases?: readonly {
    readonly inputs: Inputs
    readonly records?: readonly MethodRecord[]
    readonly diagnostics?: Readonly<Record<string, unknown>>
  }[]
  readonly recon_conflict_scores?: readonly ReconRecord[]
}

/** What the known formats say beside their records. */
const described = [
  'about',
  'conventions',
  'record_count',
  'formulas',
  'scale',
  'inits',
  'note_at_x2_zero',
  'optimiser',
  'methods',
  'source',
  'notes',
]
const known = ['cases', 'recon_conflict_scores', 'runs', 'points', 'best', 'tasks', 'affinity', ...described]

/** Compares every record of a file. What it does not know counts as failed. */
export function checkFile(content: unknown, methodOf: (kind: string) => MethodDefinition | undefined): Verdict[] {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return [{ name: 'file', problem: 'is no object' }]
  const { cases = [], recon_conflict_scores: recon = [] } = content as AggregatorsFile
  const verdicts = [
    ...cases.flatMap(({ inputs, records = [], diagnostics = {}, ...others }) => [
      ...records.map(record => checkMethod(record, inputs, methodOf)),
      ...checkDiagnostics(diagnostics, inputs),
      ...unknown(Object.keys(others), ['id', 'kind', 'name', 'notes']),
    ]),
    ...recon.flatMap(checkRecon),
    ...('runs' in content ? checkToy(content as ToyFile, methodOf) : []),
    ...('best' in content ? checkGrouping(content as GroupingFile) : []),
    ...unknown(Object.keys(content), known),
  ]
  return verdicts.length > 0 ? verdicts : [{ name: 'file', problem: 'has no record of a known kind' }]
}

const unknown = (given: readonly string[], known: readonly string[]): Verdict[] =>
  given.filter(name => !known.includes(name)).map(name => ({ name, problem: 'is a kind of record that is not known' }))
