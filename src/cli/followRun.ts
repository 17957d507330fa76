import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sendControl } from '../runs/controlClient'
import { EventReader, followEvents } from '../runs/eventReader'
import type { EndEvent } from '../runs/events'
import type { RunFolder } from '../runs/folder'
import { killRun } from '../runs/launch'
import { liveProcess } from '../runs/live'
import { Locator } from '../trainer/located'
import { runName } from './findRun'
import { printError, shortPath } from './output'
import type { Reporter } from './reporter'

const interruptedExit = 130
const lookMilliseconds = 300

/** @returns the log's length: what follows it is new */
export const logEnd = (folder: RunFolder): number => sizeOf(folder.events)

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/**
 * Tells what happens in a run until it ends. Ctrl-C ends the run with a checkpoint, a second one at once; closing the terminal
 * leaves it alive.
 * @param offset of the first event in the log to tell
 * @returns exit code
 */
export async function followRun(folder: RunFolder, offset: number, reporter: Reporter): Promise<number> {
  reporter.began(folder)
  const stopping = stopOnSignal(folder)
  try {
    const end = await untilEnd(folder, offset, reporter)
    reporter.ended(end, end.message === undefined ? undefined : located(folder, end))
    if (stopping.asked) return interruptedExit
    return end.status === 'failed' ? 1 : 0
  } finally {
    stopping.dispose()
  }
}

/** A failure's message, behind the place in the model file that it belongs to. */
function located(folder: RunFolder, { message, setting }: EndEvent): string {
  const { graph, root, sources } = folder.readManifest()
  const span = setting === undefined ? undefined : graph.training.spans[setting]
  if (!span) return message!
  const { line, column } = new Locator(root, sources).position(span.file, span.start)
  return `${shortPath(join(root, span.file))}:${line}:${column}: ${message}`
}

function untilEnd(folder: RunFolder, offset: number, reporter: Reporter): Promise<EndEvent> {
  return new Promise(resolve => {
    let reported = 0
    const said = sizeOf(folder.log)
    const finish = (end: EndEvent) => {
      clearInterval(timer)
      follower.dispose()
      resolve(end)
    }
    const follower = followEvents(
      folder.events,
      events => {
        for (const event of events) {
          reported++
          if (event.type === 'end') return finish(event)
          reporter.event(event)
        }
      },
      { offset, pollMilliseconds: lookMilliseconds },
    )
    const timer = setInterval(() => {
      if (liveProcess(folder) !== null) return
      // The process is gone. What it wrote before is read once more, from the start: nothing can be written any more.
      const rest = new EventReader(folder.events, offset).read()
      for (const event of rest.slice(reported)) {
        reported++
        if (event.type === 'end') return finish(event)
        reporter.event(event)
      }
      const why = lastError(folder, said)
      const message = `The training process ended unexpectedly${why && ` (${why})`}; see ${folder.log}. Go on from the last checkpoint with: mtl resume ${runName(folder)}`
      finish({ type: 'end', time: Date.now(), status: 'failed', metrics: {}, message })
    }, lookMilliseconds)
  })
}

/** The last error that the process has written since, '' where there is none: its event log can be out of reach, as on a full disk. */
function lastError(folder: RunFolder, since: number): string {
  if (sizeOf(folder.log) <= since) return ''
  const lines = readFileSync(folder.log).subarray(since).toString('utf8').split('\n')
  return lines.findLast(line => /^\w*Error: /.test(line))?.slice(0, 300) ?? ''
}

function stopOnSignal(folder: RunFolder): { readonly asked: boolean; dispose(): void } {
  const state = { asked: false, dispose }
  const stop = () => {
    if (state.asked) {
      printError('Ended at once.')
      return killRun(folder)
    }
    state.asked = true
    printError('\nStopping with a checkpoint… (Ctrl-C again ends it at once)')
    sendControl(folder, { command: 'stop' }).catch((error: Error) => printError(error.message))
  }
  // A closed terminal (SIGHUP) ends this process only.
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  function dispose() {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
  return state
}
