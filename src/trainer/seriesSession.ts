import { SeriesStopped } from '../runs/series'
import type { RunFolder } from '../runs/folder'
import { RunLock } from '../runs/lock'
import { readProgress, writeProgress, type SeriesProgress } from '../runs/seriesProgress'
import { Presence } from './presence'

/**
 * Runs a series in its folder as the one process that may: known to others by `control.json`, stopped by its control channel or
 * by `abort`, its state in `progress.json`.
 * @param work trains the members; what it throws ends the series as failed, or as stopped
 * @throws RunError where another process runs the series; what `work` throws
 */
export async function seriesSession(
  folder: RunFolder,
  abort: AbortController,
  work: (onProgress: (progress: Omit<SeriesProgress, 'time'>) => void) => Promise<void>,
): Promise<SeriesProgress['status']> {
  const lock = RunLock.acquire(folder)
  const presence = await Presence.begin(folder, async ({ command }) => {
    if (command !== 'stop') return { ok: false, error: `a series of runs can be stopped; ${command} is for its members` }
    abort.abort()
    return { ok: true }
  })
  const before = readProgress(folder)
  let last: Omit<SeriesProgress, 'time'> = { status: 'running', done: before.done, total: before.total, current: null, secondsLeft: null }
  const finish = (status: SeriesProgress['status'], message?: string) =>
    writeProgress(folder, { ...last, status, current: null, secondsLeft: null, ...(message !== undefined && { message }) })
  try {
    writeProgress(folder, last)
    await work(progress => writeProgress(folder, (last = progress)))
    last = { ...last, done: last.total }
    finish('completed')
    return 'completed'
  } catch (error) {
    if (!(error instanceof SeriesStopped)) {
      finish('failed', (error as Error).message)
      throw error
    }
    finish('stopped', error.message)
    return 'stopped'
  } finally {
    presence.end()
    lock.release()
  }
}
