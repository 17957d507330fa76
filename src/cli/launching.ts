import type { RunFolder } from '../runs/folder'
import { LaunchError } from '../runs/launch'
import { diagnosticEvent, printJson, printProblem } from './output'

/**
 * Starts a process, which Ctrl-C gives up, and tells why it could not start.
 * @param ended what the end event holds beside status and message
 * @returns what was started, or an exit code
 */
export async function launching(
  start: (signal: AbortSignal) => Promise<RunFolder>,
  json: boolean,
  ended: object = {},
): Promise<RunFolder | number> {
  const abort = new AbortController()
  const stop = () => abort.abort()
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  try {
    return await start(abort.signal)
  } catch (error) {
    if (abort.signal.aborted) return 130
    if (!(error instanceof LaunchError)) throw error
    printProblem(error.problem)
    if (json) {
      for (const diagnostic of error.problem.diagnostics) printJson(diagnosticEvent(diagnostic))
      printJson({ type: 'end', time: Date.now(), status: 'failed', ...ended, message: error.message })
    }
    return 1
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}
