import { promises as fs } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Options } from '../base/options'
import { DataError } from './dataset'
import { Duck } from './duckdb'
import { FileSetState, FileState, type DataState } from './fingerprint'
import { locate, locateFolder } from './location'
import type { PartFile } from './partFiles'
import type { SplitSettings } from '../ir/graph'
import type { Scratch } from './scratch'
import type { SourceDefinition, SourceFile } from './source'
import { filesBelow, sourceFile } from './sourceFile'

/** A source opened for reading: its file or folder, a database that may read there, and what was read, to notice changes. */
export interface SourceAccess {
  readonly file: SourceFile
  readonly duck: Duck
  readonly states: DataState[]
  /** Files of their own for parts of the split. */
  readonly parts: readonly PartFile[]
  /** Absolute folder to which paths in the data are relative. */
  readonly home: string
  /** Absolute path of a file named in the data, such as a picture in a column. @throws DataError where it leads out of the workspace */
  locate(path: string): Promise<string>
  close(): void
}

/**
 * @param folder absolute: paths are relative to it
 * @param root that data may not leave
 * @param fingerprints whether the files are hashed, so that changes are noticed
 * @throws DataError
 */
export async function accessSource(
  definition: SourceDefinition,
  source: { readonly path: string; readonly options: Options; readonly id?: number; readonly split?: Pick<SplitSettings, 'files'> },
  place: { readonly folder: string; readonly root: string },
  scratch: Scratch,
  fingerprints = true,
): Promise<SourceAccess> {
  const states: DataState[] = []
  const remember = async (path: string, name: string) => void (fingerprints && states.push(await FileState.of(path, name)))
  const { path, isFolder, readable } = await locateSource(definition, source, place)
  const mebibytes = isFolder || definition.names === 'query' ? Infinity : await memoryFor(path)
  if (isFolder && fingerprints) {
    const files = (await filesBelow(path)).flatMap(({ name, files }) => files.map(file => `${name}/${file}`))
    const named = files.map((file, row) => ({ path: file, name: `${source.path}/${file}`, row }))
    states.push(await FileSetState.of(path, named, source.path))
  } else if (definition.names !== 'query') await remember(path, source.path)
  const others = await partPaths(source, place)
  for (const other of others) await remember(other.path, other.name)
  const duck = await Duck.open(
    { ...readable, folders: [...(readable.folders ?? []), ...others.map(other => dirname(other.path))], mebibytes },
    scratch,
    definition.names === 'query' ? 1 : 2,
  )
  const home = isFolder ? path : dirname(path)
  const beside = async (other: string): Promise<SourceFile> => {
    const found = await locate(other, home, place.root, source.id)
    await remember(found, other)
    return sourceFile({ duck, path: found, name: other, options: source.options, isFolder: false, beside })
  }
  return {
    file: sourceFile({ duck, path, name: source.path, options: source.options, isFolder, beside }),
    duck,
    states,
    parts: others.map(({ part, ...other }) => ({
      part,
      file: sourceFile({ duck, ...other, options: source.options, isFolder: false, beside }),
    })),
    home,
    locate: other => locate(other, home, place.root, source.id),
    close: () => duck.close(),
  }
}

async function partPaths(
  { split, id }: { readonly split?: Pick<SplitSettings, 'files'>; readonly id?: number },
  { folder, root }: { readonly folder: string; readonly root: string },
): Promise<{ part: 1 | 2; path: string; name: string }[]> {
  const { validation, test } = split?.files ?? {}
  const named = [
    ...(validation === undefined ? [] : [{ part: 1 as const, name: validation }]),
    ...(test === undefined ? [] : [{ part: 2 as const, name: test }]),
  ]
  return Promise.all(named.map(async ({ part, name }) => ({ part, name, path: await locate(name, folder, root, id) })))
}

/**
 * Memory for DuckDB: small files can't take much, whatever it is allowed; large ones get some for each column, of which a
 * wide table holds thousands of values at once.
 */
async function memoryFor(path: string): Promise<number> {
  if (path.endsWith('.gz')) return Infinity // its header line can't be seen from here
  const file = await fs.open(path)
  try {
    if ((await file.stat()).size < 2 ** 26) return Infinity
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2 ** 20), 0, 2 ** 20, 0)
    const head = buffer.subarray(0, bytesRead)
    const end = head.indexOf(0x0a)
    const columns =
      (head
        .subarray(0, end < 0 ? head.length : end)
        .toString('latin1')
        .match(/[,;\t|]/g)?.length ?? 0) + 1
    return 256 + columns / 2
  } finally {
    await file.close()
  }
}

/** Where a source lies, and what the database may read for it. */
async function locateSource(
  { names }: SourceDefinition,
  { path, options, id }: { readonly path: string; readonly options: Options; readonly id?: number },
  { folder, root }: { readonly folder: string; readonly root: string },
): Promise<{ path: string; isFolder: boolean; readable: { folders?: readonly string[]; files?: readonly string[] } }> {
  if (names === 'query') {
    // A query stands in the model file: its files are relative to the same folder, and it sees no others.
    const here = join(folder, path)
    const files = Object.values((options.files ?? {}) as Readonly<Record<string, string>>)
    return { path: here, isFolder: false, readable: { files: await Promise.all(files.map(file => locate(file, dirname(here), root, id))) } }
  }
  const asFolder = names === undefined ? null : await locateFolder(path, folder, root, id)
  if (asFolder !== null) return { path: asFolder, isFolder: true, readable: { folders: [asFolder] } }
  if (names === 'folder') throw new DataError('mtl/data-unreadable', `${path} is a file: name a folder`, { file: path, source: id })
  const file = await locate(path, folder, root, id)
  return { path: file, isFolder: false, readable: { folders: [dirname(file)] } }
}
