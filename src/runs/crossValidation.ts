import type { TaskMetrics } from './events'
import type { LaunchRequest } from './launch'
import { numbersLike } from './numberText'
import type { SeriesKind, SeriesManifest, SeriesSummary } from './seriesKind'

/** What a cross-validation was asked for. */
export interface CrossValidationWishes extends Pick<LaunchRequest, 'engine' | 'device' | 'epochs' | 'seed'> {
  readonly folds: number
}

/** `cross-validation.json` */
export interface CrossValidationManifest extends SeriesManifest<CrossValidationWishes> {
  /** What reading the data told for every fold alike, in whole sentences: rows that are left out or held out. */
  readonly notes?: readonly string[]
}

/** Metrics of the test part over the folds, by task: `accuracy`, `rmse`, … */
export interface CrossValidationResult {
  readonly format: 1
  readonly id: string
  readonly model: string
  readonly folds: number
  readonly tasks: Readonly<Record<string, Readonly<Record<string, FoldsOfMetric>>>>
  /** The runs, in the order of the folds. */
  readonly runs: readonly string[]
  /** As in the manifest. */
  readonly notes?: readonly string[]
}

export interface FoldsOfMetric {
  readonly mean: number
  /** Sample standard deviation over the folds; 0 with one value. */
  readonly spread: number
  /** In the order of the folds; null where the metric is undefined on a fold. */
  readonly folds: readonly (number | null)[]
}

/** @param metrics of each fold's best checkpoint, `test_NAME` by task */
export function resultOf(
  id: string,
  { model, notes = [] }: Pick<CrossValidationManifest, 'model' | 'notes'>,
  runs: readonly string[],
  metrics: readonly TaskMetrics[],
): CrossValidationResult {
  const tasks: Record<string, Record<string, FoldsOfMetric>> = {}
  for (const task of new Set(metrics.flatMap(fold => Object.keys(fold)))) {
    const names = new Set(metrics.flatMap(fold => Object.keys(fold[task] ?? {})).filter(name => name.startsWith('test_')))
    tasks[task] = Object.fromEntries(
      [...names].map(name => [name.slice('test_'.length), overFolds(metrics.map(fold => fold[task]?.[name] ?? null))]),
    )
  }
  return { format: 1, id, model, folds: runs.length, tasks, runs, notes }
}

function overFolds(folds: readonly (number | null)[]): FoldsOfMetric {
  const present = folds.filter(value => value !== null)
  const mean = present.reduce((sum, value) => sum + value, 0) / present.length
  const squares = present.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, spread: present.length < 2 ? 0 : Math.sqrt(squares / (present.length - 1)), folds }
}

/** The result for people. */
export function reportOf({ model, folds, tasks, notes = [] }: CrossValidationResult): string {
  const rows = Object.entries(tasks).flatMap(([task, metrics]) =>
    Object.entries(metrics).map(([name, { mean, spread, folds }]) => {
      const text = numbersLike(mean)
      const cells = [`${text(mean)} ± ${text(spread)}`, ...folds.map(value => (value === null ? '–' : text(value)))]
      return `| ${[task.replaceAll('|', '\\|'), name.replaceAll('_', ' '), ...cells].join(' | ')} |`
    }),
  )
  const numbers = Array.from({ length: folds }, (_, i) => i + 1)
  const head = ['| task | metric | mean ± deviation |', ...numbers.map(n => ` fold ${n} |`)].join('')
  const rule = ['|---|---|---:|', ...numbers.map(() => '---:|')].join('')
  return [
    `# ${model}: cross-validation`,
    '',
    `Each of ${folds} runs is tested on another fold; figures are those of its best checkpoint.`,
    '',
    head,
    rule,
    ...rows,
    '',
    ...notes.flatMap(note => [note, '']),
  ].join('\n')
}

interface About {
  readonly kind: 'crossValidation'
  readonly folds: number
}

export type CrossValidationSummary = SeriesSummary<CrossValidationResult, About>

export const crossValidation: SeriesKind<CrossValidationManifest, CrossValidationResult, About> = {
  name: 'cross-validation',
  manifest: 'cross-validation.json',
  ending: 'cv',
  about: ({ asked }) => ({ kind: 'crossValidation', folds: asked.folds }),
}

/** The result for people, beside it. */
export const reportFile = 'result.md'
