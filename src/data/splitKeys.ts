import type { SplitSettings } from '../ir/graph'
import { DataError } from './dataset'
import type { SplitKeys } from './split'
import { isNumber, type TableValues } from './table'
import { momentOf } from '../transforms/date'
import { dictionaryIndex } from '../transforms/categories'
import { short } from '../transforms/wording'

export const strataOf = ({ stratify }: SplitSettings): readonly string[] => (stratify === null ? [] : [stratify].flat())

/** Columns or arrays that the split goes by. */
export const keyColumns = (split: SplitSettings): string[] =>
  [...strataOf(split), split.group, split.time, split.column].filter(name => name !== undefined)

/** How a column of the data names the parts. */
const parts: Readonly<Record<string, number>> = { train: 0, training: 0, validation: 1, valid: 1, val: 1, dev: 1, test: 2, testing: 2 }

/** @throws DataError with the row and value that can't be used */
export async function tableKeys(table: TableValues, split: SplitSettings): Promise<SplitKeys> {
  const fail = async (column: string, row: number, message: string) => {
    const place = await table.place(row)
    return new DataError('mtl/data-value', `${table.name}, ${place.text}, column '${column}': ${message}`, {
      file: table.name,
      row: place.number,
      column,
    })
  }
  const strata: Int32Array[] = []
  for (const column of strataOf(split)) {
    const { codes, dictionary } = await table.texts(column)
    const numbers = dictionary.length > 0 && dictionary.every(isNumber)
    // Numbered in sorted order, so that the split does not depend on the order of the rows.
    const values = [...dictionary].sort(numbers ? (a, b) => Number(a) - Number(b) : undefined)
    const index = dictionary.map(dictionaryIndex(values, numbers))
    strata.push(codes.map(code => (code < 0 ? -1 : index[code]!)))
  }
  let time: Float64Array | null = null
  if (split.time !== undefined) {
    const { codes, dictionary } = await table.texts(split.time)
    const moments = dictionary.every(isNumber) ? dictionary.map(Number) : dictionary.map(momentOf)
    time = Float64Array.from(codes, code => (code < 0 ? NaN : moments[code]!))
    const bad = time.findIndex(Number.isNaN)
    if (bad >= 0) {
      const found = codes[bad]! < 0 ? 'no value' : `'${short(dictionary[codes[bad]!]!)}'`
      throw await fail(split.time, bad, `a split by time needs a date or a number in every row, found ${found}`)
    }
  }
  let given: Int8Array | null = null
  if (split.column !== undefined) {
    const { codes, dictionary } = await table.texts(split.column)
    const part = dictionary.map(text => parts[text.toLowerCase()] ?? -1)
    given = Int8Array.from(codes, code => (code < 0 ? -1 : part[code]!))
    const bad = given.indexOf(-1)
    if (bad >= 0) {
      const found = codes[bad]! < 0 ? 'no value' : `'${short(dictionary[codes[bad]!]!)}'`
      throw await fail(split.column, bad, `expected 'train', 'validation' or 'test', found ${found}`)
    }
  }
  return { strata, group: split.group === undefined ? null : (await table.texts(split.group)).codes, time, given }
}

/** As `tableKeys`, for arrays of one number a row; parts are 0 (train), 1 (validation) and 2 (test). */
export function arrayKeys(
  split: SplitSettings,
  read: { readonly numbers: (name: string) => ArrayLike<number>; readonly classes: (name: string) => ArrayLike<number> },
  file: string,
): SplitKeys {
  const fail = (column: string, row: number, message: string) =>
    new DataError('mtl/data-value', `${file}, row ${row + 1}, array '${column}': ${message}`, { file, row: row + 1, column })
  const time = split.time === undefined ? null : Float64Array.from(read.numbers(split.time))
  const late = time?.findIndex(value => !Number.isFinite(value)) ?? -1
  if (late >= 0) throw fail(split.time!, late, `a split by time needs a finite number in every row, found ${time![late]}`)
  let given: Int8Array | null = null
  if (split.column !== undefined) {
    const numbers = Float64Array.from(read.numbers(split.column))
    const bad = numbers.findIndex(value => value !== 0 && value !== 1 && value !== 2)
    if (bad >= 0) throw fail(split.column, bad, `expected 0 (train), 1 (validation) or 2 (test), found ${numbers[bad]}`)
    given = Int8Array.from(numbers)
  }
  return {
    strata: strataOf(split).map(name => Int32Array.from(read.classes(name))),
    group: split.group === undefined ? null : Int32Array.from(codesOf(read.numbers(split.group))),
    time,
    given,
  }
}

/** Distinct numbers in order of first appearance. */
function codesOf(values: ArrayLike<number>): number[] {
  const index = new Map<number, number>()
  return Array.from(values, value => {
    const known = index.get(value)
    if (known !== undefined) return known
    index.set(value, index.size)
    return index.size - 1
  })
}
