import type { MethodDefinition } from '../../src/methods/method'
import type { Verdict } from './compare'
import { checkDiagnostics, checkGrouping, checkRecon, type GroupingFile, type ReconRecord } from './conflictRecords'
import { checkMethod, inputsOf, type MethodRecord } from './methodRecords'
import { checkEach, objectOf, readable } from './reading'
import { checkToy } from './toyRecords'

interface Case {
  readonly inputs?: unknown
  readonly records?: unknown
  readonly diagnostics?: Readonly<Record<string, unknown>>
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

/** Compares every record of a file. What it does not know, and what it can't read, counts as failed. */
export function checkFile(content: unknown, methodOf: (kind: string) => MethodDefinition | undefined): Verdict[] {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return [{ name: 'file', problem: 'is no object' }]
  const { cases = [], recon_conflict_scores: recon = [] } = content as { cases?: unknown; recon_conflict_scores?: unknown }
  const checkCase = ({ inputs: given, records = [], diagnostics = {}, ...others }: Case): Verdict[] => {
    const inputs = inputsOf(given)
    return [
      ...checkEach<MethodRecord>('records', records, record => [checkMethod(record, inputs, methodOf)]),
      ...checkDiagnostics(objectOf(diagnostics, 'diagnostics'), inputs),
      ...unknown(Object.keys(others), ['id', 'kind', 'name', 'notes']),
    ]
  }
  const verdicts = [
    ...checkEach('cases', cases, checkCase),
    ...checkEach<ReconRecord>('recon_conflict_scores', recon, checkRecon),
    ...('runs' in content || 'points' in content ? checkToy(content, methodOf) : []),
    ...('best' in content ? readable('grouping', () => checkGrouping(content as GroupingFile)) : []),
    ...unknown(Object.keys(content), known),
  ]
  return verdicts.length > 0 ? verdicts : [{ name: 'file', problem: 'has no record of a known kind' }]
}

const unknown = (given: readonly string[], known: readonly string[]): Verdict[] =>
  given.filter(name => !known.includes(name)).map(name => ({ name, problem: 'is a kind of record that is not known' }))
