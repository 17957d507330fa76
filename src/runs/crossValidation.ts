import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TaskMetrics } from './events'
import { createRunFolder, RunFolder } from './folder'
import { modelName, startProcess, type LaunchRequest } from './launch'
import type { RecordedModel } from './manifest'
import { readProgress } from './seriesProgress'
import { Turns } from './turns'
import { readSeriesFile, readSeriesManifest, readSeriesResult, seriesFolders } from './seriesFiles'

export const crossValidationKind = 'cross-validation'

export const crossValidationFiles = { manifest: 'cross-validation.json', result: 'result.json', report: 'result.md' } as const

/** What a cross-validation was asked for. */
export interface CrossValidationWishes extends Pick<LaunchRequest, 'engine' | 'device' | 'epochs' | 'seed'> {
  readonly folds: number
}

/** `cross-validation.json`, written once. Its folds are the runs beside it whose manifests say that they are part of it. */
export interface CrossValidationManifest extends RecordedModel {
  readonly format: 1
  readonly created: number
  readonly asked: CrossValidationWishes
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
  const digits = (value: number | null) => (value === null ? '–' : String(Number(value.toPrecision(4))))
  const rows = Object.entries(tasks).flatMap(([task, metrics]) =>
    Object.entries(metrics).map(
      ([name, { mean, spread, folds }]) =>
        `| ${task.replaceAll('|', '\\|')} | ${name.replaceAll('_', ' ')} | ${digits(mean)} ± ${digits(spread)} | ${folds.map(digits).join(' | ')} |`,
    ),
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

/** What lists show of a cross-validation. */
export interface CrossValidationSummary extends ReturnType<typeof readProgress> {
  readonly id: string
  readonly folder: string
  readonly model: string
  readonly created: number
  readonly folds: number
  readonly result: CrossValidationResult | null
}

/** Summaries of the cross-validations in one folder; what never changes is read once. */
export class CrossValidationSummaries {
  private readonly known = new Map<string, { readonly manifest: CrossValidationManifest; result: CrossValidationResult | null }>()

  private readonly turns = new Turns()

  constructor(private readonly runs: string) {}

  /** Newest first; those of later versions are left out. Between two of them the thread may be left to others. */
  async list(): Promise<CrossValidationSummary[]> {
    const found: CrossValidationSummary[] = []
    for (const folder of crossValidationFolders(this.runs)) {
      const summary = this.summary(folder)
      if (summary) found.push(summary)
      await this.turns.next()
    }
    return found
  }

  private summary(folder: RunFolder): CrossValidationSummary | null {
    let known = this.known.get(folder.path)
    if (!known) {
      const manifest = readSeriesFile<CrossValidationManifest>(folder, crossValidationFiles.manifest)
      if (manifest?.format !== 1) return null
      this.known.set(folder.path, (known = { manifest, result: null }))
    }
    const { model, created, asked } = known.manifest
    const progress = readProgress(folder)
    if (progress.status === 'completed') known.result ??= readCrossValidationResult(folder)
    return { ...progress, id: folder.id, folder: folder.path, model, created, folds: asked.folds, result: known.result }
  }
}

/** @throws RunError where the folder is no cross-validation, or one of a later version */
export const readCrossValidation = (folder: RunFolder): CrossValidationManifest =>
  readSeriesManifest(folder, crossValidationFiles.manifest, 'cross-validation')

/** @returns null while there is none */
export const readCrossValidationResult = (folder: RunFolder): CrossValidationResult | null =>
  readSeriesResult(folder, crossValidationFiles.result)

/** Folders in `runs` that hold a cross-validation, newest first. */
export const crossValidationFolders = (runs: string): RunFolder[] => seriesFolders(runs, crossValidationFiles.manifest)

/** The newest cross-validation of this file with these wishes that has no result yet, and whose model has not changed since. */
export function unfinishedCrossValidation(runs: string, modelFile: string, wishes: CrossValidationWishes): RunFolder | null {
  const sorted = (asked: CrossValidationWishes) => JSON.stringify(Object.entries(asked).sort())
  for (const folder of crossValidationFolders(runs)) {
    if (existsSync(join(folder.path, crossValidationFiles.result))) continue
    const manifest = readSeriesFile<CrossValidationManifest>(folder, crossValidationFiles.manifest)
    if (manifest?.format !== 1 || manifest.modelFile !== modelFile || sorted(manifest.asked) !== sorted(wishes)) continue
    return Object.entries(manifest.sources).every(([file, text]) => textOf(join(manifest.root, file)) === text) ? folder : null
  }
  return null
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** What the cross-validating process is asked to do: its one argument, as JSON. */
export interface CrossValidationRequest extends Pick<LaunchRequest, 'modelFile' | 'root' | 'tensorflow'> {
  readonly folder: string
  readonly asked: CrossValidationWishes
  /** Goes on with the cross-validation in `folder`. */
  readonly resume: boolean
}

export interface CrossValidationLaunch
  extends Omit<CrossValidationRequest, 'folder' | 'resume'>, Pick<LaunchRequest, 'node' | 'runs' | 'resume' | 'onPhase' | 'signal'> {
  /** Path of `dist/crossValidator.js`. */
  readonly program: string
}

/**
 * Starts the cross-validating process, detached.
 * @returns the cross-validation's folder, once its manifest is there
 * @throws LaunchError where the model or its data are at fault
 */
export async function launchCrossValidation(launch: CrossValidationLaunch): Promise<RunFolder> {
  const { program, node, runs, resume, onPhase, signal, ...rest } = launch
  const folder = resume === undefined ? createRunFolder(runs, `${modelName(rest.modelFile ?? 'model')}-cv`) : new RunFolder(resume)
  const request: CrossValidationRequest = { ...rest, folder: folder.path, resume: resume !== undefined }
  const manifest = join(folder.path, crossValidationFiles.manifest)
  await startProcess(folder, request, { program, manifest, node, onPhase, signal })
  return folder
}
