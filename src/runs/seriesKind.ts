import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRunFolder, RunError, RunFolder } from './folder'
import { modelName, startProcess, type LaunchRequest } from './launch'
import type { RecordedModel } from './manifest'
import { readProgress } from './seriesProgress'
import { Turns } from './turns'

/** A series' manifest, written once. Its members are the runs beside it whose manifests say that they are part of it. */
export interface SeriesManifest<Wishes extends object = object> extends RecordedModel {
  readonly format: 1
  readonly created: number
  /** What was asked for, before it was filled in. */
  readonly asked: Wishes
}

interface SeriesResult {
  readonly format: 1
}

/** The file in a series' folder that is written when all members are there. */
export const resultFile = 'result.json'

/** What tells one kind of series from another, to whom reads, lists and starts them. */
export interface SeriesKind<Manifest extends SeriesManifest = SeriesManifest, Result extends SeriesResult = SeriesResult, About = object> {
  /** `PartOf.kind` of its members, and how people call it. */
  readonly name: string
  /** File name of its manifest. */
  readonly manifest: string
  /** Ending of its folders' names. */
  readonly ending: string
  /** What lists show of it beside what they show of every series. */
  about(manifest: Manifest): About
  /** Never there: it ties a kind to its result. */
  readonly result?: Result
}

type KindOf<Manifest extends SeriesManifest> = SeriesKind<Manifest, SeriesResult, unknown>

/** What lists show of a series. */
export type SeriesSummary<Result = unknown, About = object> = ReturnType<typeof readProgress> &
  About & {
    readonly id: string
    readonly folder: string
    readonly model: string
    readonly modelFile: string
    readonly created: number
    readonly result: Result | null
  }

/** @throws RunError where the folder holds no such series, or one of a later version */
export function readSeries<Manifest extends SeriesManifest>({ name, manifest: file }: KindOf<Manifest>, folder: RunFolder): Manifest {
  const manifest = readJson<Manifest>(join(folder.path, file))
  if (!manifest) throw new RunError(`${folder.path} is not a ${name}: it has no readable ${file}`)
  if ((manifest.format as number) !== 1)
    throw new RunError(`${folder.path} has format ${String(manifest.format)}, which this version does not know; it reads format 1`)
  return manifest
}

/** @returns null while there is none */
export function readSeriesResult<Result extends SeriesResult>(
  _: SeriesKind<SeriesManifest, Result, unknown>,
  folder: RunFolder,
): Result | null {
  const result = readJson<Result>(join(folder.path, resultFile))
  return result?.format === 1 ? result : null
}

/** Folders in `runs` that hold a series of this kind, newest first. */
export function seriesFolders({ manifest }: KindOf<SeriesManifest>, runs: string): RunFolder[] {
  let names: string[]
  try {
    names = readdirSync(runs)
  } catch {
    return []
  }
  const there = names.filter(name => existsSync(join(runs, name, manifest)))
  return there.sort((a, b) => (a < b ? 1 : -1)).map(name => new RunFolder(join(runs, name)))
}

/** The newest series of this file with these wishes, if it has no result yet; what has changed since is for the caller to see. */
export function unfinishedSeries<Wishes extends object, Manifest extends SeriesManifest<Wishes>>(
  kind: KindOf<Manifest>,
  runs: string,
  modelFile: string,
  wishes: Wishes,
): { readonly folder: RunFolder; readonly manifest: Manifest } | null {
  const sorted = (asked: Wishes) => JSON.stringify(Object.entries(asked).sort(([a], [b]) => (a < b ? -1 : 1)))
  for (const folder of seriesFolders(kind, runs)) {
    if (existsSync(join(folder.path, resultFile))) continue
    try {
      const manifest = readSeries(kind, folder)
      if (manifest.modelFile === modelFile && sorted(manifest.asked) === sorted(wishes)) return { folder, manifest }
    } catch {
      // One of a later version is not gone on with.
    }
  }
  return null
}

/** Whether the model's text is no longer as it was when something was started. */
export const textChanged = ({ sources, root }: RecordedModel): boolean =>
  Object.entries(sources).some(([file, text]) => textOf(join(root, file)) !== text)

/** Summaries of the series of one kind in one folder; what never changes is read once. */
export class SeriesSummaries<Manifest extends SeriesManifest, Result extends SeriesResult, About> {
  private readonly known = new Map<string, { readonly manifest: Manifest; result: Result | null }>()
  private readonly turns = new Turns()

  constructor(
    private readonly kind: SeriesKind<Manifest, Result, About>,
    /** Absolute path. */
    private readonly runs: string,
  ) {}

  /** Newest first; those of later versions are left out. Between two of them the thread may be left to others. */
  async list(): Promise<SeriesSummary<Result, About>[]> {
    const found: SeriesSummary<Result, About>[] = []
    for (const folder of seriesFolders(this.kind, this.runs)) {
      const summary = this.summary(folder)
      if (summary) found.push(summary)
      await this.turns.next()
    }
    return found
  }

  manifest(id: string): Manifest | undefined {
    return this.known.get(join(this.runs, id))?.manifest
  }

  private summary(folder: RunFolder): SeriesSummary<Result, About> | null {
    const known = this.known.get(folder.path) ?? this.open(folder)
    if (!known) return null
    const { model, modelFile, created } = known.manifest
    const progress = readProgress(folder)
    if (progress.status === 'completed') known.result ??= readSeriesResult(this.kind, folder)
    const { result } = known
    return { ...progress, ...this.kind.about(known.manifest), id: folder.id, folder: folder.path, model, modelFile, created, result }
  }

  private open(folder: RunFolder) {
    try {
      const known: { manifest: Manifest; result: Result | null } = { manifest: readSeries(this.kind, folder), result: null }
      this.known.set(folder.path, known)
      return known
    } catch {
      return null
    }
  }
}

/** What the process of a series is asked to do: its one argument, as JSON. */
export interface SeriesRequest<Wishes extends object = object> extends Pick<LaunchRequest, 'modelFile' | 'root' | 'tensorflow'> {
  /** `SeriesKind.name` */
  readonly kind: string
  readonly folder: string
  /** Goes on with the series in `folder`, whose wishes stay. */
  readonly resume: boolean
  readonly asked: Wishes
}

export interface SeriesLaunch<Wishes extends object = object>
  extends
    Omit<SeriesRequest<Wishes>, 'kind' | 'folder' | 'resume' | 'asked'>,
    Pick<LaunchRequest, 'node' | 'runs' | 'resume' | 'onPhase' | 'signal'> {
  /** Path of `dist/series.js`. */
  readonly program: string
  /** Of a new series; one that goes on keeps its own. */
  readonly asked?: Wishes
}

/**
 * Starts the process of a series, detached.
 * @returns the series' folder, once its manifest is there
 * @throws LaunchError where the model, its data or the wishes are at fault
 */
export async function launchSeries<Wishes extends object>(
  { name, manifest, ending }: KindOf<SeriesManifest<Wishes>>,
  launch: SeriesLaunch<Wishes>,
): Promise<RunFolder> {
  const { program, node, runs, resume, onPhase, signal, asked, ...rest } = launch
  const folder = resume === undefined ? createRunFolder(runs, `${modelName(rest.modelFile ?? 'model')}-${ending}`) : new RunFolder(resume)
  const request: SeriesRequest = { ...rest, kind: name, asked: asked ?? {}, folder: folder.path, resume: resume !== undefined }
  await startProcess(folder, request, { program, manifest: join(folder.path, manifest), node, onPhase, signal })
  return folder
}

function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T
  } catch {
    return null
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
