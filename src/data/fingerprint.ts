import { createHash } from 'node:crypto'
import { createReadStream, promises as fs, type Stats } from 'node:fs'
import type { Fingerprint } from './dataset'

/** Remembers a file's content, and says later whether it is still the same: by size and time first, by content where the time has moved. */
export class FileState {
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

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(part as Buffer)
  return hash.digest('hex')
}
