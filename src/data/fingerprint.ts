import { createHash } from 'node:crypto'
import { createReadStream, promises as fs, type Stats } from 'node:fs'
import { join } from 'node:path'
import type { Fingerprint } from './dataset'

/** What was read, and whether it is still the same. */
export interface DataState {
  readonly fingerprint: Fingerprint
  /** @returns false where something has other content or is gone */
  unchanged(): Promise<boolean>
}

/** Remembers a file's content, and says later whether it is still the same: by size and time first, by content where the time has moved. */
export class FileState implements DataState {
  private constructor(
    private readonly file: string,
    private stat: Stats,
    readonly fingerprint: Fingerprint,
  ) {}

  /** @param path for the manifest: as written in the model */
  static async of(file: string, path: string): Promise<FileState> {
    const stat = await fs.stat(file)
    return new FileState(file, stat, { path, bytes: stat.size, sha256: await hashOf(file) })
  }

  /** @returns false where the file has other content or is gone */
  async unchanged(): Promise<boolean> {
    const now = await fs.stat(this.file).catch(() => null)
    if (now === null || now.size !== this.stat.size) return false
    if (now.mtimeMs === this.stat.mtimeMs && now.ino === this.stat.ino) return true
    if ((await hashOf(this.file).catch(() => '')) !== this.fingerprint.sha256) return false
    this.stat = now
    return true
  }
}

/** Files that are read one by one, such as pictures: remembered together. */
export class FileSetState implements DataState {
  private constructor(
    private readonly folder: string,
    private readonly files: readonly string[],
    private stamp: string,
    readonly fingerprint: Fingerprint,
  ) {}

  /** @param files relative to `folder` */
  static async of(folder: string, files: readonly string[], path: string): Promise<FileSetState> {
    const { stamp, bytes } = await stampOf(folder, files)
    return new FileSetState(folder, files, stamp, { path, bytes, sha256: await hashOfAll(folder, files) })
  }

  async unchanged(): Promise<boolean> {
    const now = await stampOf(this.folder, this.files).catch(() => null)
    if (now === null) return false
    if (now.stamp === this.stamp) return true
    if ((await hashOfAll(this.folder, this.files).catch(() => '')) !== this.fingerprint.sha256) return false
    this.stamp = now.stamp
    return true
  }
}

/** Sizes and times, some files at a time. */
async function stampOf(folder: string, files: readonly string[]): Promise<{ stamp: string; bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  for (let from = 0; from < files.length; from += 64) {
    for (const { size, mtimeMs, ino } of await Promise.all(files.slice(from, from + 64).map(file => fs.stat(join(folder, file))))) {
      hash.update(`${size} ${mtimeMs} ${ino}\n`)
      bytes += size
    }
  }
  return { stamp: hash.digest('hex'), bytes }
}

async function hashOfAll(folder: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${file}\0${await hashOf(join(folder, file))}\n`)
  return hash.digest('hex')
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(part as Buffer)
  return hash.digest('hex')
}
