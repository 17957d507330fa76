import { basename, join, resolve } from 'node:path'
import type { DeviceChoice } from '../ir/deviceChoice'
import type { EngineChoice } from '../ir/engineChoice'
import type { Json } from '../base/json'
import type { TaskMetrics } from './events'
import { createRunFolder, RunFolder } from './folder'
import { modelName, startProcess, type LaunchRequest } from './launch'
import type { RecordedModel } from './manifest'
import { readProgress } from './seriesProgress'
import { Turns } from './turns'
import { readSeriesManifest, readSeriesResult, seriesFolders } from './seriesFiles'

export const comparisonKind = 'comparison'

export interface Weighting {
  readonly kind: string
  readonly options: Readonly<Record<string, Json>>
}

/** What is compared, everything filled in. */
export interface ComparisonSettings {
  /** Weightings by name of the method, in order of the report; 'fixed' without weights is tuned. */
  readonly methods: Readonly<Record<string, Weighting>>
  /** The fixed weights are searched on the validation split. */
  readonly tuned: boolean
  readonly seeds: readonly number[]
  readonly learningRates: readonly number[]
  readonly epochs: number
  readonly engine: EngineChoice
  readonly device: DeviceChoice
}

/** `comparison.json`, written once. Its members are the runs beside it whose manifests say that they are part of it. */
export interface ComparisonManifest extends RecordedModel {
  readonly format: 1
  readonly created: number
  readonly settings: ComparisonSettings
  /** What was asked for, before it was filled in. */
  readonly asked: ComparisonWishes
}

/** Figures by task, and `overall`, the mean over tasks. */
export type Deltas = Readonly<Record<string, number>>

/** One seed of one contender. */
export interface SeedResult {
  readonly seed: number
  readonly run: string
  /** Of the test split, at the best checkpoint: `accuracy`, … by task. */
  readonly metrics: TaskMetrics
}

/** What was tried on the first seed, and what the validation split said of it: lower is better; null for one that diverged. */
export interface Candidate {
  readonly learningRate: number
  readonly weighting: Weighting | null
  readonly run: string
  readonly score: number | null
}

/** `result.json`, written when all members are there. Changes are fractions: 0.01 is one percent better than the single-task models. */
export interface ComparisonResult {
  readonly format: 1
  readonly id: string
  readonly model: string
  readonly tasks: readonly string[]
  readonly seeds: readonly number[]
  /** Δm: mean over metrics of the signed relative change against the single-task models; mean over seeds. */
  readonly delta: Readonly<Record<string, Deltas>>
  /** Sample standard deviation of Δm over seeds; empty with one seed. */
  readonly spread: Readonly<Record<string, Deltas>>
  /** Metrics that Δm is made of, by task; `true` where higher is better. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, boolean>>>>
  readonly baselines: Readonly<Record<string, Contender>>
  readonly methods: Readonly<Record<string, Contender & { readonly deltas: readonly { readonly seed: number; readonly delta: Deltas }[] }>>
  /** What could not be trained or measured, in whole sentences. */
  readonly notes: readonly string[]
}

export interface Contender {
  /** Means over seeds. */
  readonly mean: TaskMetrics
  /** Sample standard deviations; empty with one seed. */
  readonly deviation: TaskMetrics
  readonly learningRate: number
  readonly weighting: Weighting | null
  readonly candidates: readonly Candidate[]
  readonly seeds: readonly SeedResult[]
}

export const comparisonFiles = { manifest: 'comparison.json', result: 'result.json', plot: 'delta.svg' } as const

/** @throws RunError where the folder is no comparison, or one of a later version */
export const readComparison = (folder: RunFolder): ComparisonManifest => readSeriesManifest(folder, comparisonFiles.manifest, 'comparison')

/** @returns null while there is none */
export const readResult = (folder: RunFolder): ComparisonResult | null => readSeriesResult(folder, comparisonFiles.result)

/** Folders in `runs` that hold a comparison, newest first. */
export const comparisonFolders = (runs: string): RunFolder[] => seriesFolders(runs, comparisonFiles.manifest)

/** What lists show of a comparison. */
export interface ComparisonSummary extends ReturnType<typeof readProgress> {
  readonly id: string
  readonly folder: string
  readonly model: string
  readonly modelFile: string
  readonly created: number
  readonly methods: readonly string[]
  readonly seeds: number
  readonly result: ComparisonResult | null
}

/** Summaries of the comparisons in one folder; what never changes is read once. */
export class ComparisonSummaries {
  private readonly known = new Map<string, { readonly manifest: ComparisonManifest; result: ComparisonResult | null }>()

  private readonly turns = new Turns()

  constructor(private readonly runs: string) {}

  /** Newest first; those of later versions are left out. Between two of them the thread may be left to others. */
  async list(): Promise<ComparisonSummary[]> {
    const found: ComparisonSummary[] = []
    for (const folder of comparisonFolders(this.runs)) {
      const summary = this.summary(folder)
      if (summary) found.push(summary)
      await this.turns.next()
    }
    return found
  }

  manifest(id: string): ComparisonManifest | undefined {
    return this.known.get(join(resolve(this.runs), id))?.manifest
  }

  private summary(folder: RunFolder): ComparisonSummary | null {
    let known = this.known.get(folder.path)
    if (!known) {
      try {
        known = { manifest: readComparison(folder), result: null }
      } catch {
        return null
      }
      this.known.set(folder.path, known)
    }
    const { model, modelFile, created, settings } = known.manifest
    const progress = readProgress(folder)
    if (progress.status === 'completed') known.result ??= readResult(folder)
    return {
      ...progress,
      id: basename(folder.path),
      folder: folder.path,
      model,
      modelFile,
      created,
      methods: Object.keys(settings.methods),
      seeds: settings.seeds.length,
      result: known.result,
    }
  }
}

export interface ComparisonWishes extends Pick<LaunchRequest, 'engine' | 'device' | 'epochs'> {
  /** Of the table of methods; the model file's own weighting alone where not given. */
  readonly methods?: readonly string[]
  /** How many; the first one is the model's. */
  readonly seeds?: number
  /** The optimizer's own alone where not given. */
  readonly learningRates?: readonly number[]
}

/** What the comparing process is asked to do: its one argument, as JSON. */
export interface ComparisonRequest extends ComparisonWishes, Pick<LaunchRequest, 'modelFile' | 'root' | 'tensorflow'> {
  readonly folder: string
  /** Goes on with the comparison in `folder`, whose settings stay. */
  readonly resume: boolean
}

export interface ComparisonLaunch
  extends Omit<ComparisonRequest, 'folder' | 'resume'>, Pick<LaunchRequest, 'node' | 'runs' | 'resume' | 'onPhase' | 'signal'> {
  /** Path of `dist/comparer.js`. */
  readonly comparer: string
}

/**
 * Starts the comparing process, detached.
 * @returns the comparison's folder, once its manifest is there
 * @throws LaunchError where the model, its data or the settings are at fault
 */
export async function launchComparison(launch: ComparisonLaunch): Promise<RunFolder> {
  const { comparer, node, runs, resume, onPhase, signal, ...rest } = launch
  const folder = resume === undefined ? createRunFolder(runs, `${modelName(rest.modelFile ?? 'model')}-comparison`) : new RunFolder(resume)
  const request: ComparisonRequest = { ...rest, folder: folder.path, resume: resume !== undefined }
  const manifest = join(folder.path, comparisonFiles.manifest)
  await startProcess(folder, request, { program: comparer, manifest, node, onPhase, signal })
  return folder
}
