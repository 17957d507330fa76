import { join } from 'node:path'
import type { RunFolder } from '../runs/folder'
import { liveProcess } from '../runs/live'
import { launchSeries, readSeriesResult, type SeriesKind, type SeriesLaunch, type SeriesManifest } from '../runs/seriesKind'
import { followSeries } from './followSeries'
import { launching } from './launching'
import { print, printError, printJson, shortPath } from './output'

export const seriesProgram = join(__dirname, 'series.js')

/** How a command tells of its series. */
export interface SeriesTeller<Result> {
  /** Of the first line: 'Comparison', and its type in JSON. */
  readonly title: string
  readonly type: string
  /** How the user goes on with one that was stopped: 'go on with: mtl compare --resume …'. */
  goOn(folder: RunFolder): string
  tell(result: Result, folder: RunFolder): void
  readonly onPhase?: (message: string) => void
}

/**
 * Starts the process of a series and tells what it does until its end.
 * @param before one to go on with; where it is under way in its own process, or done, it is only watched
 * @returns exit code
 */
export async function runSeriesCommand<Wishes extends object, Result extends { readonly format: 1 }>(
  kind: SeriesKind<SeriesManifest<Wishes>, Result, unknown>,
  launch: SeriesLaunch<Wishes>,
  before: RunFolder | null,
  json: boolean,
  teller: SeriesTeller<Result>,
): Promise<number> {
  if (before && (liveProcess(before) || readSeriesResult(kind, before))) return follow(kind, before, true, json, teller)
  const { onPhase } = teller
  const request = { ...launch, ...(before && { resume: before.path }), ...(onPhase && { onPhase }) }
  const folder = await launching(signal => launchSeries(kind, { ...request, signal }), json)
  return typeof folder === 'number' ? folder : follow(kind, folder, before !== null, json, teller)
}

async function follow<Result extends { readonly format: 1 }>(
  kind: SeriesKind<SeriesManifest, Result, unknown>,
  folder: RunFolder,
  resumed: boolean,
  json: boolean,
  { title, type, goOn, tell }: SeriesTeller<Result>,
): Promise<number> {
  if (json) printJson({ type, id: folder.id, folder: folder.path, resumed })
  else print(`${resumed ? 'Goes on with' : title} ${shortPath(folder.path)}`)
  const { status, message, asked } = await followSeries(folder, json)
  const result = status === 'completed' ? readSeriesResult(kind, folder) : null
  if (result) {
    tell(result, folder)
    return 0
  }
  if (json) printJson({ type: 'end', time: Date.now(), status, ...(message !== undefined && { message }) })
  if (status === 'stopped' || asked) {
    printError(`Stopped; ${goOn(folder)}`)
    return asked ? 130 : 1
  }
  printError(message ?? `The process of the ${kind.name} ended unexpectedly; see ${folder.log}`)
  printError(`Once the reason is gone, ${goOn(folder)}`)
  return 1
}
