import { deviceChoiceOf } from '../ir/deviceChoice'
import { choiceOf } from '../ir/engineChoice'
import { EventReader } from './eventReader'
import type { EndEvent } from './events'
import { RunError, runFolders, type RunFolder } from './folder'
import { launch, stopRun, type LaunchRequest } from './launch'
import { liveProcess } from './live'
import type { SeriesProgress } from './seriesProgress'

/** One training of a series: an ordinary run, whose manifest says what it is part of. */
export interface Member {
  /** Names it within its series, today and when the series goes on later: made of what the run depends on. */
  readonly key: string
  /** For people. */
  readonly label: string
  readonly request: Pick<LaunchRequest, 'seed' | 'variant' | 'lookAhead'>
}

export interface MemberResult {
  /** The run's id. */
  readonly run: string
  readonly end: EndEvent
}

export interface SeriesPlan {
  /** Those that are known to be needed, in the order of training, finished ones among them. */
  readonly members: readonly Member[]
  /** How many there will be in the end: what later ones train may depend on results that are not there yet. */
  readonly total: number
}

export interface SeriesRequest {
  /** The series' own folder; its members lie beside it. */
  readonly folder: RunFolder
  /** 'comparison', … */
  readonly kind: string
  /** What all members have in common. */
  readonly launch: Omit<LaunchRequest, 'resume' | 'seed' | 'variant' | 'lookAhead' | 'partOf' | 'signal' | 'onPhase'>
  /** Pure: the same results give the same plan, in this process and in one that goes on later. */
  plan(results: ReadonlyMap<string, MemberResult>): SeriesPlan
  /** Members that other runs have trained already. */
  readonly given?: ReadonlyMap<string, MemberResult>
  /** Whether a run that failed is a result, as one that diverged may be. What is none ends the series; it is tried again when it goes on. */
  counts?(end: EndEvent): boolean
  readonly signal: AbortSignal
  onProgress(progress: Omit<SeriesProgress, 'time'>): void
}

/** The series was stopped from outside. */
export class SeriesStopped extends Error {}

const lookMilliseconds = 200

/**
 * Trains the members of a series one after the other, as the plan unfolds. What was finished before is not trained again, an
 * interrupted member goes on from its checkpoint, one that is being trained by its own process is waited for.
 * @returns the results by member
 * @throws SeriesStopped; RunError or LaunchError where a member can't be trained
 */
export async function runSeries(request: SeriesRequest): Promise<ReadonlyMap<string, MemberResult>> {
  const results = new Map(request.given)
  const known = membersOf(request.folder, request.kind)
  const counts = (end: EndEvent) => end.status === 'completed' || (end.status === 'failed' && (request.counts?.(end) ?? false))
  const pace = new SeriesPace()
  for (;;) {
    const { members, total } = request.plan(results)
    const next = members.find(({ key }) => !results.has(key))
    if (!next) return results
    const before = known.get(next.key)
    const finished = before && !liveProcess(before) ? lastEnd(before) : null
    if (finished && counts(finished)) {
      results.set(next.key, { run: before!.id, end: finished })
      continue
    }
    if (request.signal.aborted) throw new SeriesStopped('stopped')
    const began = performance.now()
    const report = (run: RunFolder | null, secondsLeft: number | null) =>
      request.onProgress({
        status: 'running',
        done: results.size,
        total,
        current: { label: next.label, run: run?.id ?? null },
        secondsLeft: pace.secondsLeft(secondsLeft, (performance.now() - began) / 1000, total - results.size),
      })
    report(before ?? null, null)
    const run = await start(request, next, before, firstOf(members, known))
    known.set(next.key, run)
    const end = await ended(run, request.signal, secondsLeft => report(run, secondsLeft))
    if (end.status === 'stopped') throw new SeriesStopped(`${run.id} (${next.label}) was stopped`)
    if (!counts(end)) throw new RunError(`${run.id} (${next.label}) failed: ${end.message ?? 'it does not say why'}`)
    results.set(next.key, { run: run.id, end })
    pace.finished((performance.now() - began) / 1000)
  }
}

/** The runs of a series by member. */
export function membersOf(folder: RunFolder, kind: string): Map<string, RunFolder> {
  const members = new Map<string, RunFolder>()
  for (const run of runFolders(folder.runs).reverse()) {
    try {
      const { partOf } = run.readManifest()
      if (partOf?.kind === kind && partOf.id === folder.id) members.set(partOf.member, run)
    } catch {
      // A run of a later version is none of this series.
    }
  }
  return members
}

/** How a run ended; null for one that was interrupted or goes on. */
export function lastEnd(run: RunFolder): EndEvent | null {
  const last = new EventReader(run.events).read().findLast(event => event.type === 'end' || event.type === 'resume')
  return last?.type === 'end' ? last : null
}

const firstOf = (members: readonly Member[], known: ReadonlyMap<string, RunFolder>): RunFolder | undefined =>
  members.map(({ key }) => known.get(key)).find(run => run !== undefined)

/** @param first a member that has begun: where it computes, all do, so that nothing but the members' own settings differs */
async function start(
  { folder, kind, launch: common, signal }: SeriesRequest,
  { key, label, request }: Member,
  before: RunFolder | undefined,
  first: RunFolder | undefined,
): Promise<RunFolder> {
  if (before && liveProcess(before)) return before
  const { engine, device, ...place } = common
  const { engine: found } = first?.readManifest() ?? {}
  const on = found ? { engine: choiceOf(found.name), device: deviceChoiceOf(found.device) } : { engine, device }
  try {
    // A run that goes on keeps its engine and device.
    const { lookAhead } = request
    if (before) return await launch({ ...place, ...(lookAhead !== undefined && { lookAhead }), resume: before.path, signal })
    const given = Object.fromEntries(Object.entries(on).filter(([, value]) => value !== undefined))
    return await launch({ ...place, ...given, ...request, partOf: { kind, id: folder.id, member: key, label }, signal })
  } catch (error) {
    if (signal.aborted) throw new SeriesStopped('stopped')
    throw error
  }
}

/** Waits for the end of a run that is being trained; a signal stops the run first. */
async function ended(run: RunFolder, signal: AbortSignal, onProgress: (secondsLeft: number | null) => void): Promise<EndEvent> {
  const reader = new EventReader(run.events)
  const log: { end: EndEvent | null } = { end: null }
  const read = () => {
    for (const event of reader.read()) {
      if (event.type === 'end') log.end = event
      // An end is one only until the run goes on.
      else if (event.type === 'resume') log.end = null
      else if (event.type === 'progress') onProgress(event.secondsLeft)
    }
  }
  while (liveProcess(run)) {
    if (signal.aborted) {
      await stopRun(run)
      throw new SeriesStopped('stopped')
    }
    read()
    await new Promise(resolve => setTimeout(resolve, lookMilliseconds))
  }
  // Nothing can be written any more.
  read()
  if (!log.end) throw new RunError(`The training process of ${run.id} ended unexpectedly; see ${run.log}. Going on later resumes it.`)
  return log.end
}

/** How long the rest of a series takes, from what its members took so far. */
class SeriesPace {
  private seconds = 0
  private members = 0

  finished(seconds: number): void {
    this.seconds += seconds
    this.members++
  }

  /**
   * @param current seconds left of the present member as it says itself; null while it doesn't
   * @param elapsed seconds of it so far
   * @param open members that are not finished, the present one among them
   */
  secondsLeft(current: number | null, elapsed: number, open: number): number | null {
    const whole = this.members > 0 ? this.seconds / this.members : current === null ? null : elapsed + current
    if (whole === null) return null
    return (current ?? Math.max(0, whole - elapsed)) + whole * Math.max(0, open - 1)
  }
}
