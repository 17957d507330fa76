import { createHash } from 'node:crypto'
import { createReadStream, promises as fs, type Stats } from 'node:fs'
import { join } from 'node:path'
import type { Fingerprint } from './dataset'

/** What was read, and whether it is still the same. */
export interface DataState {
  readonly fingerprint: Fingerprint
  /** @returns null; once a file has other content or is gone, which one and what: 'cars.csv changed' */
  change(): Promise<string | null>
}

/** One file: looked at by size and time first, by content where the time has moved. */
class WatchedFile {
  private constructor(
    private readonly path: string,
    private stat: Pick<Stats, 'size' | 'mtimeMs' | 'ino'>,
    readonly sha256: string,
  ) {}

  static async of(path: string): Promise<WatchedFile> {
    const { size, mtimeMs, ino } = await fs.stat(path)
    return new WatchedFile(path, { size, mtimeMs, ino }, await hashOf(path))
  }

  get bytes(): number {
    return this.stat.size
  }

  async change(): Promise<'changed' | 'was removed' | 'can’t be read any more' | null> {
    try {
      const { size, mtimeMs, ino } = await fs.stat(this.path)
      if (size !== this.stat.size) return 'changed'
      if (mtimeMs === this.stat.mtimeMs && ino === this.stat.ino) return null
      if ((await hashOf(this.path)) !== this.sha256) return 'changed'
      this.stat = { size, mtimeMs, ino }
      return null
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'was removed' : 'can’t be read any more'
    }
  }
}

export class FileState implements DataState {
  private constructor(
    private readonly file: WatchedFile,
    readonly fingerprint: Fingerprint,
  ) {}

  /** @param path for the manifest: as written in the model */
  static async of(file: string, path: string): Promise<FileState> {
    const watched = await WatchedFile.of(file)
    return new FileState(watched, { path, bytes: watched.bytes, sha256: watched.sha256 })
  }

  async change(): Promise<string | null> {
    const change = await this.file.change()
    return change && `${this.fingerprint.path} ${change}`
  }
}

/** A file of many: its path, how messages name it, and the first row of the data that it belongs to, from 0. */
export interface RowFile {
  readonly path: string
  readonly name: string
  readonly row: number
}

/** Files that are looked at together. */
const together = 64

/** Files that are read one by one, such as pictures: one fingerprint for all. */
export class FileSetState implements DataState {
  private constructor(
    private readonly files: readonly RowFile[],
    private readonly table: string | undefined,
    private readonly watched: readonly WatchedFile[],
    readonly fingerprint: Fingerprint,
  ) {}

  /** @param files relative to `folder` @param path for the manifest @param table that names them, where one does */
  static async of(folder: string, files: readonly RowFile[], path: string, table?: string): Promise<FileSetState> {
    const watched: WatchedFile[] = []
    for (let from = 0; from < files.length; from += together)
      watched.push(...(await Promise.all(files.slice(from, from + together).map(file => WatchedFile.of(join(folder, file.path))))))
    const hash = createHash('sha256')
    files.forEach((file, i) => void hash.update(`${file.path}\0${watched[i]!.sha256}\n`))
    const bytes = watched.reduce((sum, file) => sum + file.bytes, 0)
    return new FileSetState(files, table, watched, { path, bytes, sha256: hash.digest('hex') })
  }

  async change(): Promise<string | null> {
    for (let from = 0; from < this.watched.length; from += together) {
      const changes = await Promise.all(this.watched.slice(from, from + together).map(file => file.change()))
      const first = changes.findIndex(change => change !== null)
      if (first < 0) continue
      const { name, row } = this.files[from + first]!
      const within = this.table === undefined ? '' : ` of ${this.table}`
      return `${name} (row ${row + 1}${within}) ${changes[first]}`
    }
    return null
  }
}

/** @returns what the first of them tells */
export async function firstChange(states: readonly { change(): Promise<string | null> }[]): Promise<string | null> {
  const changes = await Promise.all(states.map(state => state.change()))
  return changes.find(change => change !== null) ?? null
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(part as Buffer)
  return hash.digest('hex')
}
