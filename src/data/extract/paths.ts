import { DataError } from '../dataset'
import type { RowFile } from '../fingerprint'
import type { Extraction } from './extractor'

/** Files that are read at once. */
const together = 16

export interface NamedFile {
  readonly path: string
  /** As written in the table. */
  readonly name: string
}

const columnOf = ({ options }: Extraction): string => (options.column as string | undefined) ?? 'file'

/** The files that a column names, row by row. @throws DataError with the first row that names none */
async function namesOf(extraction: Extraction): Promise<{ readonly codes: Int32Array; readonly dictionary: readonly string[] }> {
  const { table } = extraction
  const { codes, dictionary } = await table.texts(columnOf(extraction))
  const gap = codes.indexOf(-1)
  if (gap >= 0) throw await atRow(extraction, gap, 'expected the path of a file, found no value')
  return { codes, dictionary }
}

/** @returns all files by their absolute path, each once @throws DataError */
export async function filesOf(extraction: Extraction): Promise<RowFile[]> {
  const { codes, dictionary } = await namesOf(extraction)
  const rows = new Int32Array(dictionary.length)
  for (let row = codes.length - 1; row >= 0; row--) rows[codes[row]!] = row
  const files: RowFile[] = []
  for (const [i, name] of dictionary.entries()) files.push({ path: await located(extraction, name, () => rows[i]!), name, row: rows[i]! })
  return files
}

/** Reads the files of some rows, several at once, in the order of the rows. @param read gets each file @throws DataError with the row */
export async function eachFile<T>(
  extraction: Extraction,
  order: Int32Array,
  read: (file: NamedFile) => Promise<T>,
  take: (position: number, value: T) => void,
): Promise<void> {
  const { codes, dictionary } = await namesOf(extraction)
  for (let from = 0; from < order.length; from += together) {
    const part = [...order.subarray(from, from + together)]
    // All are waited for, so that of several bad files the first row's is told.
    const settled = await Promise.allSettled(
      part.map(async row => {
        const name = dictionary[codes[row]!]!
        const path = await located(extraction, name, () => row)
        return read({ path, name }).catch(async (error: unknown) => {
          throw await atRow(extraction, row, (error as Error).message)
        })
      }),
    )
    settled.forEach((result, i) => {
      if (result.status === 'rejected') throw result.reason
      take(from + i, result.value)
    })
  }
}

async function located(extraction: Extraction, name: string, row: () => number): Promise<string> {
  try {
    return await extraction.locate(name)
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    throw await atRow(extraction, row(), error.message, error.code)
  }
}

async function atRow(extraction: Extraction, row: number, message: string, code = 'mtl/data-value'): Promise<DataError> {
  const { table, name } = extraction
  const place = await table.place(row)
  const column = columnOf(extraction)
  const inColumn = extraction.options.column === undefined ? '' : `, column '${column}'`
  const at = inColumn === '' ? `${name}/${place.text}` : `${name}, ${place.text}${inColumn}`
  return new DataError(code, `${at}: ${message}`, { file: name, row: place.number, column })
}
