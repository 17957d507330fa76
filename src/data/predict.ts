import { promises as fs } from 'node:fs'
import { basename, dirname } from 'node:path'
import { nearest } from '../base/nearest'
import { tableEndings, tableKindOf } from '../base/tableFiles'
import type { Batch } from '../ir/batch'
import type { Options } from '../base/options'
import { sizeOf, valuesOf, type ArrayEncoding } from './arraysData'
import { EncodedSplit } from './batches'
import { DataError, type Preprocessing } from './dataset'
import { encodedAgain, extractedOf, type ExtractedEncoding } from './extracted'
import { markGaps, readColumn, widthOf, writeFeatures, type ColumnEncoding, type FeatureEncoding } from './features'
import { storedEncoding } from './formerEncoding'
import { ObjectTable } from './objectTable'
import { MemoryRows, type EncodedRows } from './rows'
import { Scratch } from './scratch'
import type { NamedArray } from './source'
import { accessSource } from './sourceAccess'
import { sourceOf } from './sources/table'
import { FileTable, type TableValues } from './table'
import { transformOf } from '../transforms/table'
import type { ColumnValues } from '../transforms/transform'
import { counted, listed } from '../transforms/wording'

/** New rows, encoded as the training rows were. */
export interface PredictionRows {
  /** Rows in the data. */
  readonly rows: number
  /** Those that can be predicted: all, but for rows with a gap in a feature where the model was trained without such rows. */
  readonly usable: Int32Array
  readonly notes: readonly string[]
  /** As of a Split, over the usable rows: `rows` are indices into `usable`. There are no labels: all masks are 0. */
  batch(rows: ArrayLike<number>, size: number): Batch
}

/**
 * @param data absolute path of a CSV, JSON or npz file, or rows as objects
 * @throws DataError with row and column
 */
export async function predictionRows(
  preprocessing: Preprocessing,
  data: string | readonly Readonly<Record<string, unknown>>[],
): Promise<PredictionRows> {
  const encodings = Object.entries(preprocessing.features).map(
    ([name, encoding]) => [name, storedEncoding(encoding as unknown as FeatureEncoding | ArrayEncoding | ExtractedEncoding)] as const,
  )
  const tables = encodings.filter((entry): entry is [string, FeatureEncoding] => entry[1].kind === 'columns')
  const arrays = encodings.filter((entry): entry is [string, ArrayEncoding] => entry[1].kind === 'array')
  const extracted = encodings.filter((entry): entry is [string, ExtractedEncoding] => entry[1].kind === 'extracted')
  const tasks = Object.keys(preprocessing.labels)
  if (typeof data !== 'string') {
    if (arrays.length > 0) throw new DataError('mtl/data-source', 'the model reads arrays: an .npz file is expected')
    if (extracted.length > 0) throw new DataError('mtl/data-source', 'the model reads files or texts: a file is expected')
    return fromTable(new ObjectTable(data, tables[0]![1].missing), tables, tasks)
  }
  const { path, name, kind } = await fileOf(data, extracted[0]?.[1].source)
  const definition = sourceOf(kind)!
  if ((definition.table !== undefined) !== (arrays.length === 0)) {
    const wanted = arrays.length === 0 ? 'a table (.csv, .json, .parquet)' : 'arrays (.npz)'
    throw new DataError('mtl/data-source', `the model reads ${wanted}, ${name} holds ${definition.table ? 'a table' : 'arrays'}`, {
      file: name,
    })
  }
  const scratch = new Scratch()
  const options: Options = extracted[0]?.[1].options ?? { missing: tables[0]?.[1].missing ?? [] }
  const folder = dirname(path)
  const access = await accessSource(definition, { path: basename(path), options }, { folder, root: folder }, scratch, false)
  try {
    if (!definition.table) return fromArrays(await definition.arrays!(access.file), name, arrays, tasks)
    const text = await definition.table(access.file)
    const used = columnsOf(tables).filter(column => text.columns.includes(column))
    await text.check?.(used)
    const table = new FileTable(access.duck, text, name, options, scratch)
    const inputs = (rows: Int32Array) =>
      Promise.all(
        extracted.map(
          async ([input, encoding]) =>
            [
              input,
              await encodedAgain(
                encoding,
                extractedOf({ kind: encoding.source, options: encoding.options }, access, text)!,
                table,
                rows,
                scratch,
              ),
            ] as const,
        ),
      )
    return await fromTable(table, tables, tasks, inputs)
  } finally {
    access.close()
    scratch.close()
  }
}

/** @param known the kind of source that the model reads, where no ending of a file's name decides it */
async function fileOf(data: string, known?: string): Promise<{ path: string; name: string; kind: string }> {
  const name = basename(data)
  const fail = (message: string) => new DataError('mtl/data-unreadable', message, { file: name })
  const path = await fs.realpath(data).catch(() => {
    throw fail(`there is no file ${data}`)
  })
  const stat = await fs.stat(path)
  if (known !== undefined && (stat.isFile() || (stat.isDirectory() && sourceOf(known)?.names !== undefined)))
    return { path, name, kind: known }
  if (!stat.isFile()) throw fail(`${data} is ${stat.isDirectory() ? 'a folder' : 'not a plain file'}: name a file`)
  if (stat.size === 0) throw fail(`${name} is empty`)
  const kind = /\.npz(\.gz)?$/i.test(name) ? 'npz' : tableKindOf(name)
  if (kind === undefined) {
    const endings = [...Object.keys(tableEndings), 'npz'].map(ending => `.${ending}`)
    throw fail(`${name}: the kind of file is not known by its name; one of ${endings.join(', ')} is expected`)
  }
  return { path, name, kind }
}

const columnsOf = (tables: readonly (readonly [string, FeatureEncoding])[]): string[] => [
  ...new Set(tables.flatMap(([, { columns }]) => columns.map(({ column }) => column))),
]

async function fromTable(
  table: TableValues,
  tables: readonly (readonly [string, FeatureEncoding])[],
  tasks: readonly string[],
  others: (rows: Int32Array) => Promise<readonly (readonly [string, EncodedRows])[]> = () => Promise.resolve([]),
): Promise<PredictionRows> {
  for (const column of columnsOf(tables)) {
    if (table.columns.includes(column)) continue
    const guess = nearest(column, table.columns)
    throw new DataError(
      'mtl/unknown-column',
      `${table.name} has no column '${column}', which the model needs${guess === undefined ? '' : ` (is it '${guess}'?)`}`,
      {
        file: table.name,
        column,
      },
    )
  }
  const notes: string[] = []
  const gaps = new Uint8Array(table.rows)
  for (const [, { columns }] of tables) {
    for (const encoding of columns) {
      const values = await readColumn(table, encoding)
      notes.push(...unknownValues(encoding, values))
      // Gaps of which nothing was said in training, as there were none, can't be predicted either.
      if (encoding.way === null || encoding.way === 'drop') markGaps(values, gaps)
    }
  }
  const usable = Int32Array.from(gaps.keys()).filter(row => gaps[row] === 0)
  const left = table.rows - usable.length
  if (left > 0)
    notes.push(
      `${counted(left, 'row')} with a gap in a feature ${left === 1 ? 'gets' : 'get'} no prediction: the model was trained without such rows.`,
    )
  const inputs: Record<string, EncodedRows> = Object.fromEntries(await others(usable))
  for (const [name, encoding] of tables) {
    const size = widthOf(encoding)
    const rows = new MemoryRows(new Float32Array(usable.length * size), size)
    await writeFeatures(table, encoding, usable, rows)
    inputs[name] = rows
  }
  return prediction(inputs, table.rows, usable, tasks, notes)
}

function unknownValues({ column, transform, state }: ColumnEncoding, found: ColumnValues): string[] {
  if ('values' in found) return []
  const unknown = transformOf(transform)!.unknown?.(state, found as never) ?? []
  if (unknown.length === 0) return []
  const marked = new Set(unknown)
  const rows = found.codes.reduce((n, code) => n + (code >= 0 && marked.has(found.categories[code]!) ? 1 : 0), 0)
  return [
    `Feature '${column}': ${listed(unknown)} ${unknown.length === 1 ? 'was' : 'were'} not known in training; ${counted(rows, 'row')} encoded as zeros.`,
  ]
}

function fromArrays(
  found: readonly NamedArray[],
  file: string,
  arrays: readonly (readonly [string, ArrayEncoding])[],
  tasks: readonly string[],
): PredictionRows {
  const inputs: Record<string, EncodedRows> = {}
  for (const [name, encoding] of arrays) {
    const array = found.find(array => array.name === encoding.array)
    if (!array)
      throw new DataError('mtl/unknown-array', `${file} has no array '${encoding.array}', which the model needs`, {
        file,
        column: encoding.array,
      })
    inputs[name] = new MemoryRows(valuesOf(array, encoding.shape, file), sizeOf(encoding.shape))
  }
  const rows = found[0]!.shape[0]!
  return prediction(
    inputs,
    rows,
    Int32Array.from({ length: rows }, (_, row) => row),
    tasks,
    [],
  )
}

function prediction(
  inputs: Readonly<Record<string, EncodedRows>>,
  rows: number,
  usable: Int32Array,
  tasks: readonly string[],
  notes: readonly string[],
): PredictionRows {
  const none = new Float32Array(usable.length).fill(NaN)
  const encoded = { inputs, targets: Object.fromEntries(tasks.map(task => [task, none])), blocks: null }
  const split = new EncodedSplit(encoded, 0, usable.length)
  return { rows, usable, notes, batch: (rows, size) => split.batch(rows, size) }
}
