import type { DataReport, DataReportError } from '../../ir/dataReport'
import type { ModelGraph } from '../../ir/graph'
import { DataError } from '../dataset'
import { dataReport } from './report'

/**
 * The reporting process: reads one request as JSON from stdin, writes the report as JSON to stdout, and ends. It can be killed at
 * any moment; a file that hurts takes only this process with it.
 */
interface ReportRequest {
  readonly graph: ModelGraph
  /** Absolute folder of the model file, and the one that data may not leave. */
  readonly folder: string
  readonly root: string
}

async function main(): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of process.stdin as AsyncIterable<Buffer>) parts.push(part)
  const { graph, folder, root } = JSON.parse(Buffer.concat(parts).toString('utf8')) as ReportRequest
  process.stdout.write(JSON.stringify(await answer(graph, { folder, root })))
}

async function answer(graph: ModelGraph, place: { folder: string; root: string }): Promise<DataReport | DataReportError> {
  try {
    return await dataReport(graph, place)
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    return { kind: 'error', code: error.code, message: error.message }
  }
}

main().catch((error: unknown) => {
  process.stderr.write(String((error as Error)?.stack ?? error) + '\n')
  process.exitCode = 1
})
