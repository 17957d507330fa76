import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder for each test, gone afterwards. Call it within a describe. */
export function temporaryFolder(): () => string {
  let path = ''
  beforeEach(() => void (path = mkdtempSync(join(tmpdir(), 'mtl-test-'))))
  afterEach(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }))
  return () => path
}

export const wait = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

/** @throws where the condition does not come true in time, which is long: a busy machine may be slow, and what is fast costs nothing */
export async function until(what: string, condition: () => unknown, milliseconds = 120_000): Promise<void> {
  for (const end = Date.now() + milliseconds; Date.now() < end; await wait(20)) if (condition()) return
  throw new Error(`not within ${milliseconds} ms: ${what}`)
}
