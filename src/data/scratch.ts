import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const prefix = 'mtl-scratch-'

/**
 * A folder for what does not fit into memory, gone when it is closed. A process that is killed leaves at most an empty one:
 * its files have no name any more once they are open, where the system allows that; the next process sweeps up.
 */
export class Scratch {
  private folder: string | null = null
  private readonly files: number[] = []

  /** @param memory bytes that need no file: whoever has more to keep asks for one */
  constructor(readonly memory = 2 ** 28) {}

  /** Made when it is first asked for. */
  get path(): string {
    if (this.folder === null) {
      sweep()
      this.folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
    }
    return this.folder
  }

  /** @returns descriptor of a new file, for reading and writing; closed with the scratch folder */
  file(): number {
    const path = join(this.path, `${this.files.length}`)
    const file = openSync(path, 'wx+', 0o600)
    if (process.platform !== 'win32') unlinkSync(path)
    this.files.push(file)
    return file
  }

  close(): void {
    for (const file of this.files.splice(0)) closeSync(file)
    if (this.folder !== null) rmSync(this.folder, { recursive: true, force: true })
    this.folder = null
  }
}

/** Removes the folders of processes that are gone. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
