import { join } from 'node:path'
import { killRun, stopRun } from '../runs/launch'
import { RunFolder } from '../runs/folder'
import { readProgress } from '../runs/seriesProgress'
import { duration, print, printError, printJson } from './output'

const lookMilliseconds = 200

/**
 * Tells how a series of runs gets on until its process is gone. Ctrl-C stops it, with a checkpoint of the present run; a second one
 * at once; closing the terminal leaves it alive.
 */
export async function followSeries(
  folder: RunFolder,
  json: boolean,
): Promise<ReturnType<typeof readProgress> & { readonly asked: boolean }> {
  let asked = false
  const stop = () => {
    if (asked) {
      printError('Ended at once.')
      const { current } = readProgress(folder)
      killRun(folder)
      if (current?.run) killRun(new RunFolder(join(folder.runs, current.run)))
      return
    }
    asked = true
    printError('\nStopping with a checkpoint… (Ctrl-C again ends it at once)')
    stopRun(folder).catch((error: Error) => printError(error.message))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const teller = json ? tellJson() : tellText()
  try {
    for (;;) {
      const progress = readProgress(folder)
      teller(progress)
      if (progress.status !== 'running') return { ...progress, asked }
      await new Promise(resolve => setTimeout(resolve, lookMilliseconds))
    }
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    if (!json && process.stderr.isTTY) process.stderr.write('\r\x1b[2K')
  }
}

type Progress = ReturnType<typeof readProgress>

/** At most two lines a second, and every change of the member. */
function tellJson(): (progress: Progress) => void {
  let [last, member] = [0, '']
  return ({ status, done, total, current, secondsLeft, time }) => {
    const now = `${done} ${current?.label} ${current?.run}`
    if (status !== 'running' || current === null || (now === member && Date.now() - last < 500)) return
    ;[last, member] = [Date.now(), now]
    printJson({ type: 'progress', time, done, total, member: current.label, run: current.run, secondsLeft })
  }
}

/** A line for each member; on a terminal the time left stands below them. */
function tellText(): (progress: Progress) => void {
  let member = ''
  return ({ status, done, total, current, secondsLeft }) => {
    if (status !== 'running' || current === null) return
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K')
    const left = secondsLeft === null ? '' : `${duration(secondsLeft)} left`
    const now = `${done} ${current.label}`
    if (now !== member) print(`${done + 1} of ${total}  ${current.label}${process.stderr.isTTY || left === '' ? '' : `  (${left})`}`)
    member = now
    if (process.stderr.isTTY && left) process.stderr.write(left)
  }
}
