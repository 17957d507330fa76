import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Writes a file so that every reader sees the old content or the whole new one, also after a crash of the machine. */
export function writeFileAtomically(path: string, content: string, options: { sync: boolean } = { sync: true }): void {
  writeAtomically(path, file => void writeFileSync(file, content), options)
}

/**
 * @param write puts the content into an open file of a temporary name, which is then synced and renamed
 * @throws what `write` or the file system throws; the temporary file is gone then and the old content still there
 */
export function writeAtomically(path: string, write: (file: number) => void, { sync } = { sync: true }): void {
  const temporary = `${path}.tmp`
  try {
    const file = openSync(temporary, 'w')
    try {
      write(file)
      if (sync) fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameOver(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  if (sync) syncFolder(dirname(path))
}

/** `write` may take only a part of a large buffer. */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, Math.min(bytes.length - done, 1 << 30))
}

/** On Windows a rename fails while another process, such as a virus scanner or a reader, has the target open. */
function renameOver(from: string, to: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      return renameSync(from, to)
    } catch (error) {
      const busy = ['EPERM', 'EACCES', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')
      if (process.platform !== 'win32' || !busy || attempt === 20) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 * attempt)
    }
  }
}

function syncFolder(path: string): void {
  // Windows can't open folders; its rename is durable with the file system's journal.
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
