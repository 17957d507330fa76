import { spawn } from 'node:child_process'
import type { DataReport, DataReportError } from '../../ir/dataReport'
import type { ModelGraph } from '../../ir/graph'
import { answerOf } from './profilerProcess'

export interface ReportSettings {
  /** Path of dist/dataReport.js. */
  readonly script: string
  /** After that the process is killed and the report is an error. */
  readonly timeLimit?: number
  readonly node?: string
}

export interface RunningReport {
  readonly done: Promise<DataReport | DataReportError>
  stop(): void
}

const megabytes = 2048

/** Makes a data report in a child process, which can be killed at any moment. Knows neither the editor nor how data is read. */
export function startReport(
  request: { readonly graph: ModelGraph; readonly folder: string; readonly root: string },
  { script, timeLimit = 180_000, node = process.execPath }: ReportSettings,
): RunningReport {
  const child = spawn(node, [`--max-old-space-size=${megabytes}`, script], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    windowsHide: true,
  })
  let ended: DataReportError | null = null
  const end = (message: string) => {
    ended ??= { kind: 'error', code: 'mtl/data-unreadable', message }
    child.kill('SIGKILL')
  }
  const clock = setTimeout(() => end(`the data could not be read within ${timeLimit / 1000} seconds`), timeLimit)
  const done = answerOf(child, JSON.stringify(request))
    .then(answer => JSON.parse(answer) as DataReport | DataReportError)
    .catch(
      (error: unknown): DataReportError =>
        ended ?? { kind: 'error', code: 'mtl/data-unreadable', message: (error as Error).message.split('\n', 1)[0]! },
    )
    .finally(() => clearTimeout(clock))
  return { done, stop: () => end('reading was stopped') }
}
