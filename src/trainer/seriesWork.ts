import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomically } from '../runs/atomic'
import { RunFolder } from '../runs/folder'
import type { LaunchRequest, TrainerMessage } from '../runs/launch'
import { runSeries, type MemberResult, type SeriesPlan, type SeriesRequest as MembersRequest } from '../runs/series'
import { readSeries, resultFile, type SeriesKind, type SeriesManifest, type SeriesRequest } from '../runs/seriesKind'
import type { SeriesProgress } from '../runs/seriesProgress'
import { workspaceOf } from '../runs/workspace'
import { seriesSession } from './seriesSession'

export type MemberResults = ReadonlyMap<string, MemberResult>

/** Where the model stands now, as the request says, or where it stood. */
export interface SeriesPlace {
  readonly folder: RunFolder
  readonly modelFile: string
  readonly root: string
}

/** What one kind of series does that others do not. */
export interface SeriesWork<Wishes extends object, Manifest extends SeriesManifest<Wishes>, Result extends { readonly format: 1 }> {
  readonly kind: SeriesKind<Manifest, Result, unknown>
  /** Reads the model and its data, so that what is wrong is told at once. @throws ModelProblem */
  begin(folder: RunFolder, request: SeriesRequest<Wishes>): Promise<Manifest>
  /** What all members have in common beside the model. */
  settings(manifest: Manifest): Pick<LaunchRequest, 'epochs' | 'engine' | 'device'>
  /** As in `runSeries`. */
  plan(manifest: Manifest, results: MemberResults): SeriesPlan
  readonly counts?: MembersRequest['counts']
  /** Runs that were there before and stand for members. @param runs folder of all runs */
  given?(manifest: Manifest, runs: string): MemberResults
  /** What the members say; it may write further files. */
  conclude(manifest: Manifest, results: MemberResults, place: SeriesPlace): Result | Promise<Result>
}

/**
 * A series' process from its request to its result.
 * @param trainer path of `dist/trainer.js`
 * @throws ModelProblem where the model, its data or the wishes are at fault; RunError, LaunchError where a member can't be trained
 */
export async function runSeriesWork<Wishes extends object, Manifest extends SeriesManifest<Wishes>, Result extends { readonly format: 1 }>(
  work: SeriesWork<Wishes, Manifest, Result>,
  request: SeriesRequest<Wishes>,
  trainer: string,
  abort: AbortController,
  tell: (message: TrainerMessage) => void,
): Promise<SeriesProgress['status']> {
  const folder = new RunFolder(request.folder)
  const write = (file: string, value: unknown) => writeFileAtomically(join(folder.path, file), `${JSON.stringify(value, null, 1)}\n`)
  tell({ type: 'phase', message: 'Reading the model and its data' })
  const manifest = request.resume ? readSeries(work.kind, folder) : await work.begin(folder, request)
  const recorded = join(folder.path, work.kind.manifest)
  return seriesSession(folder, abort, async onProgress => {
    if (!existsSync(recorded)) write(work.kind.manifest, manifest)
    tell({ type: 'started' })
    const modelFile = request.modelFile ?? manifest.modelFile
    const root = request.root ?? (request.modelFile === undefined ? manifest.root : workspaceOf(request.modelFile))
    const results = await runSeries({
      folder,
      kind: work.kind.name,
      launch: {
        trainer,
        runs: folder.runs,
        recorded,
        modelFile,
        root,
        ...work.settings(manifest),
        ...(request.tensorflow !== undefined && { tensorflow: request.tensorflow }),
      },
      plan: results => work.plan(manifest, results),
      ...(work.counts && { counts: work.counts }),
      ...(work.given && { given: work.given(manifest, folder.runs) }),
      signal: abort.signal,
      onProgress,
    })
    write(resultFile, await work.conclude(manifest, results, { folder, modelFile, root }))
  })
}
