import type { DeviceChoice } from '../ir/deviceChoice'
import type { EngineChoice } from '../ir/engineChoice'
import type { Json } from '../base/json'
import type { TaskMetrics } from './events'
import type { LaunchRequest } from './launch'
import type { SeriesKind, SeriesManifest, SeriesSummary } from './seriesKind'

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

/** `comparison.json` */
export interface ComparisonManifest extends SeriesManifest<ComparisonWishes> {
  readonly settings: ComparisonSettings
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

export interface ComparisonWishes extends Pick<LaunchRequest, 'engine' | 'device' | 'epochs'> {
  /** Of the table of methods; the model file's own weighting alone where not given. */
  readonly methods?: readonly string[]
  /** How many; the first one is the model's. */
  readonly seeds?: number
  /** The optimizer's own alone where not given. */
  readonly learningRates?: readonly number[]
}

interface About {
  readonly kind: 'comparison'
  readonly methods: readonly string[]
  readonly seeds: number
}

export type ComparisonSummary = SeriesSummary<ComparisonResult, About>

export const comparison: SeriesKind<ComparisonManifest, ComparisonResult, About> = {
  name: 'comparison',
  manifest: 'comparison.json',
  ending: 'comparison',
  about: ({ settings }) => ({ kind: 'comparison', methods: Object.keys(settings.methods), seeds: settings.seeds.length }),
}

/** The picture of Δm, beside the result. */
export const plotFile = 'delta.svg'
