import { DataError } from './dataset'
import { isNumber, type NumberColumn, type TableValues, type TextColumn } from './table'

/** Rows handed over in memory, under the same rules as rows of a file. */
export class ObjectTable implements TableValues {
  readonly name = 'the data'
  readonly rows: number
  readonly columns: readonly string[]
  private readonly missing: ReadonlySet<string>

  constructor(
    private readonly objects: readonly Readonly<Record<string, unknown>>[],
    missing: readonly string[],
  ) {
    this.rows = objects.length
    this.columns = [...new Set(objects.flatMap(row => Object.keys(row)))]
    this.missing = new Set(['', ...missing.map(marker => marker.trim())])
  }

  place(row: number): Promise<{ readonly text: string; readonly number: number }> {
    return Promise.resolve({ text: `row ${row + 1}`, number: row + 1 })
  }

  numbers(column: string): Promise<NumberColumn> {
    const texts = this.objects.map((_, row) => this.text(row, column))
    const bad = texts.findIndex(text => text !== null && !isNumber(text))
    return Promise.resolve({
      values: Float64Array.from(texts, text => (text === null || !isNumber(text) ? NaN : Number(text))),
      missing: texts.filter(text => text === null).length,
      bad: bad < 0 ? null : { row: bad, text: texts[bad]! },
    })
  }

  texts(column: string): Promise<TextColumn> {
    const texts = this.objects.map((_, row) => this.text(row, column))
    const dictionary = [...new Set(texts.filter(text => text !== null))]
    const index = new Map(dictionary.map((text, i) => [text, i]))
    return Promise.resolve({
      codes: Int32Array.from(texts, text => (text === null ? -1 : index.get(text)!)),
      missing: texts.filter(text => text === null).length,
      dictionary,
    })
  }

  private text(row: number, column: string): string | null {
    const value = this.objects[row]![column]
    if (value === null || value === undefined) return null
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      throw new DataError(
        'mtl/data-format',
        `row ${row + 1}, column '${column}': expected a text or a number, found ${Array.isArray(value) ? 'a list' : 'an object'}`,
        {
          row: row + 1,
          column,
        },
      )
    }
    const text = String(value).trim()
    return this.missing.has(text) ? null : text
  }
}
