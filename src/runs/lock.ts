import { closeSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RunError, type RunFolder } from './folder'
import { liveProcess } from './live'
import { isAlive, ownMark, type ProcessMark } from './process'

/**
 * The right to write to a run. Locks are numbered: who wants the run looks at the highest number and, where its holder is
 * gone, creates the next one, which the file system grants to one process only. A holder deletes lower numbers, never its own,
 * so that a slow competitor who still creates a lower one sees the higher one afterwards and gives up.
 */
export class RunLock {
  private constructor(
    private readonly path: string,
    private readonly mark: ProcessMark,
  ) {}

  /** @throws RunError where another process holds the run */
  static acquire(folder: RunFolder): RunLock {
    const mark = ownMark()
    for (;;) {
      const numbers = lockNumbers(folder)
      const highest = numbers.at(-1)
      if (highest !== undefined) {
        const holder = holderOf(folder, highest)
        if (holder) throw new RunError(`Process ${holder.pid} is training ${folder.id} already`)
      }
      const own = (highest ?? 0) + 1
      if (!create(lockPath(folder, own), mark)) continue
      if (lockNumbers(folder).at(-1) !== own) {
        rmSync(lockPath(folder, own), { force: true })
        continue
      }
      for (const lower of numbers) rmSync(lockPath(folder, lower), { force: true })
      return new RunLock(lockPath(folder, own), mark)
    }
  }

  release(): void {
    writeFileSync(this.path, JSON.stringify({ ...this.mark, released: true }))
  }
}

/** Who has the right to write to the run now, also before it is known as the process that trains it; null where nobody has. */
export function lockHolder(folder: RunFolder): ProcessMark | null {
  const highest = lockNumbers(folder).at(-1)
  return highest === undefined ? null : holderOf(folder, highest)
}

const lockPath = (folder: RunFolder, number: number) => join(folder.path, `lock-${number}`)

function lockNumbers(folder: RunFolder): number[] {
  return readdirSync(folder.path)
    .map(name => Number(/^lock-(\d+)$/.exec(name)?.[1]))
    .filter(Number.isInteger)
    .sort((a, b) => a - b)
}

function create(path: string, mark: ProcessMark): boolean {
  let file: number
  try {
    file = openSync(path, 'wx')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  try {
    writeFileSync(file, JSON.stringify(mark))
  } finally {
    closeSync(file)
  }
  return true
}

/** @returns null where the lock was released or its holder is gone */
function holderOf(folder: RunFolder, number: number): ProcessMark | null {
  const path = lockPath(folder, number)
  let holder: ProcessMark & { readonly released?: boolean }
  try {
    holder = JSON.parse(readFileSync(path, 'utf8')) as typeof holder
  } catch {
    // Created, but not written yet; or its process was killed in between.
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    return age < 10_000 ? { pid: NaN, host: '', identity: null } : null
  }
  if (holder.released) return null
  return (isAlive(holder) ?? liveProcess(folder) !== null) ? holder : null
}
