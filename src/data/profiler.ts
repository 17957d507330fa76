import { profiles } from './profile'
import type { Options } from '../base/options'

/**
 * The profiling process: reads one request as JSON from stdin, writes the profiles as JSON to stdout, and ends.
 * A file that hurts (endless pipes, memory bombs) takes only this process with it.
 */
interface ProfilingRequest {
  readonly root: string
  /** Paths relative to root. */
  readonly wanted: readonly { readonly kind: string; readonly path: string; readonly options: Options }[]
}

async function main(): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of process.stdin as AsyncIterable<Buffer>) parts.push(part)
  const { root, wanted } = JSON.parse(Buffer.concat(parts).toString('utf8')) as ProfilingRequest
  process.stdout.write(JSON.stringify(await profiles(wanted, root)))
}

main().catch((error: unknown) => {
  process.stderr.write(String((error as Error)?.stack ?? error) + '\n')
  process.exitCode = 1
})
