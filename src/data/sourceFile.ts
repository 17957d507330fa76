import { createReadStream, promises as fs, type Dirent } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DataError } from './dataset'
import { quoteText, type Duck } from './duckdb'
import type { SourceFile } from './source'
import { unzip } from './zip'

/** The reading side of a source: the file system, DuckDB and the archive reader, which the source's definition does not import. */
export function sourceFile({ duck, path, name, options, isFolder, beside }: Opened): SourceFile {
  return {
    path,
    name,
    options,
    isFolder,
    beside,
    filesByClass: () => filesBelow(path),
    filesBeside: () => filesBeside(path),
    statements: sql => duck.statements(sql),
    fail: (message, place) => new DataError('mtl/data-format', name + message, { file: name, ...place }),
    quote: quoteText,
    query: sql => duck.query(sql),
    bytes: limit => content(path, name, limit),
    lastLine: limit => lastLine(path, name, limit),
    async checkWhole() {
      const parts = path.endsWith('.gz') ? unpacked(path, name) : null
      while (parts && !(await parts.next()).done);
    },
    decode(bytes) {
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
      } catch {
        return null
      }
    },
    unzip: bytes => unzip(bytes, mostUnpacked),
  }
}

interface Opened extends Pick<SourceFile, 'path' | 'name' | 'options' | 'isFolder' | 'beside'> {
  readonly duck: Duck
}

/** Files of each folder within a folder, sorted; hidden ones, and what is neither file nor folder (links above all), are left out. */
export async function filesBelow(path: string): Promise<{ name: string; files: string[] }[]> {
  const entries = await fs.readdir(path, { withFileTypes: true })
  const folders = entries.filter(entry => entry.isDirectory() && !entry.name.startsWith('.')).map(entry => entry.name)
  return Promise.all(
    folders.sort().map(async name => {
      const within = await fs.readdir(join(path, name), { withFileTypes: true })
      const files = within.filter(entry => entry.isFile() && !entry.name.startsWith('.')).map(entry => entry.name)
      return { name, files: files.sort() }
    }),
  )
}

type Beside = Awaited<ReturnType<SourceFile['filesBeside']>>[number]

async function filesBeside(path: string): Promise<Beside[]> {
  const shown = async (folder: string) => (await fs.readdir(folder, { withFileTypes: true })).filter(entry => !entry.name.startsWith('.'))
  const whatOf = (entry: Dirent): Beside['what'] => (entry.isSymbolicLink() ? 'link' : entry.isDirectory() ? 'folder' : 'file')
  const here = await shown(path)
  const found = here.filter(entry => !entry.isDirectory()).map((entry): Beside => ({ path: entry.name, what: whatOf(entry) }))
  for (const { name } of here.filter(entry => entry.isDirectory())) {
    const within = (await shown(join(path, name))).filter(entry => !entry.isFile())
    found.push(...within.map(entry => ({ path: `${name}/${entry.name}`, what: whatOf(entry) })))
  }
  return found
}

/** What a file may unpack to: guards against files made to fill the memory. */
const mostUnpacked = 2 ** 31

async function content(path: string, name: string, limit = Infinity): Promise<Uint8Array> {
  if (!path.endsWith('.gz')) {
    if (limit === Infinity) return fs.readFile(path)
    const file = await fs.open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(limit), 0, limit, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  }
  // Measured before anything is kept: what a file made to harm unpacks to never stands in memory.
  const bytes = Buffer.allocUnsafe(Math.min(limit, await unpackedSize(path, name, limit)))
  let length = 0
  for await (const part of unpacked(path, name)) {
    if (length >= bytes.length) break
    length += part.copy(bytes, length)
  }
  return bytes.subarray(0, length)
}

/** Of a plain file the end alone is read; a gzipped one is unpacked, part by part. */
async function lastLine(path: string, name: string, limit: number): Promise<number> {
  const parts = path.endsWith('.gz') ? unpacked(path, name) : [await end(path, limit + 2 ** 16)]
  let [finished, open] = [0, 0]
  for await (const part of parts) {
    const last = part.lastIndexOf(0x0a)
    if (last < 0) {
      open += part.length
      continue
    }
    for (let at = last, before = 0; at >= 0; at = before) {
      before = at === 0 ? -1 : part.lastIndexOf(0x0a, at - 1)
      const length = before < 0 ? open + at : at - before - 1
      if (length <= 1) continue // nothing, or the '\r' of an empty line
      finished = length
      break
    }
    open = part.length - last - 1
  }
  return open > 0 ? open : finished
}

async function end(path: string, bytes: number): Promise<Buffer> {
  const file = await fs.open(path)
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, bytes)), 0, Math.min(size, bytes), Math.max(0, size - bytes))
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** @returns how many bytes a gzipped file unpacks to, or a number of at least `enough` @throws DataError where they are too many */
async function unpackedSize(path: string, name: string, enough: number): Promise<number> {
  let length = 0
  for await (const part of unpacked(path, name)) {
    if ((length += part.length) >= enough) break
    if (length > mostUnpacked)
      throw new DataError('mtl/data-format', `${name} unpacks to more than ${mostUnpacked / 2 ** 30} GiB`, { file: name })
  }
  return length
}

/** The content of a gzipped file, part by part. @throws DataError */
async function* unpacked(path: string, name: string): AsyncGenerator<Buffer, void> {
  const packed = createReadStream(path)
  const unpacking = pipeline(packed, createGunzip({ chunkSize: 2 ** 18 }), () => undefined)
  try {
    for await (const part of unpacking as AsyncIterable<Buffer>) yield part
  } catch (error) {
    throw new DataError('mtl/data-format', `${name} is not a whole gzip file (${(error as Error).message})`, { file: name })
  } finally {
    packed.destroy()
    unpacking.destroy()
  }
}
