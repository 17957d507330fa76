import { readFileSync } from 'node:fs'
import { writeFileAtomically } from './atomic'
import type { RunFolder } from './folder'
import { liveProcess } from './live'

/** `progress.json` in a series' folder: how it stands, replaced as a whole. */
export interface SeriesProgress {
  readonly status: 'running' | 'completed' | 'stopped' | 'failed'
  /** Members with a result, of `total`. */
  readonly done: number
  readonly total: number
  /** The member that is trained now, and its run's id once it has one. */
  readonly current: { readonly label: string; readonly run: string | null } | null
  readonly secondsLeft: number | null
  /** Why it failed or was stopped. */
  readonly message?: string
  /** Of writing, in milliseconds since 1970. */
  readonly time: number
}

export function writeProgress(folder: RunFolder, progress: Omit<SeriesProgress, 'time'>): void {
  const sync = progress.status !== 'running'
  writeFileAtomically(folder.progress, `${JSON.stringify({ ...progress, time: Date.now() })}\n`, { sync })
}

const none: SeriesProgress = { status: 'running', done: 0, total: 0, current: null, secondsLeft: null, time: 0 }

/** How a series stands: one that says that it runs and has no process was interrupted. */
export function readProgress(folder: RunFolder): Omit<SeriesProgress, 'status'> & { status: SeriesProgress['status'] | 'interrupted' } {
  // The lock is read first: a series that ends in between has then said so.
  const live = liveProcess(folder) !== null
  let progress = none
  try {
    progress = JSON.parse(readFileSync(folder.progress, 'utf8')) as SeriesProgress
  } catch {
    // Not written yet.
  }
  return live ? { ...progress, status: 'running' } : progress.status === 'running' ? { ...progress, status: 'interrupted' } : progress
}
