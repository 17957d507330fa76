import { writeColumn } from '../chunked'
import { DataError } from '../dataset'
import type { Extractor } from './extractor'

interface WindowState {
  readonly window: number
  readonly columns: readonly { readonly column: string; readonly mean: number; readonly deviation: number }[]
  readonly missingFeatures: string | null
}

/** Windows [steps, columns] over the rows of an ordered table; row r of the labels belongs to the window that begins at row r. */
export const windows: Extractor = {
  columns: ({ columns }) => ({ numbers: columns as readonly string[] }),

  async fit({ table, options, name }, train, notes) {
    const window = options.window as number
    // Rows that some training window sees: statistics are theirs alone.
    const seen = new Uint8Array(table.rows)
    for (const row of train) seen.fill(1, row, row + window)
    const columns: WindowState['columns'][number][] = []
    for (const column of options.columns as readonly string[]) {
      const { values, missing, bad } = await table.numbers(column)
      if (bad !== null) {
        const place = await table.place(bad.row)
        throw new DataError(
          'mtl/data-value',
          `${name}, ${place.text}, column '${column}': expected a number, found '${bad.text.slice(0, 40)}'`,
          { row: place.number, column },
        )
      }
      if (missing > 0 && options.missingFeatures !== 'mean') {
        const place = await table.place(values.findIndex(Number.isNaN))
        throw new DataError(
          'mtl/missing-features',
          `${name}, ${place.text}, column '${column}': no value, but a window has no gaps: say missingFeatures: 'mean'`,
          { row: place.number, column },
        )
      }
      if (missing > 0)
        notes.push(`Column '${column}': ${missing.toLocaleString('en')} gaps of the windows filled with the training split’s mean.`)
      const present = values.filter((value, row) => seen[row] === 1 && !Number.isNaN(value))
      if (present.length === 0)
        throw new DataError('mtl/data-value', `${name}, column '${column}': no value in the training split`, { column })
      const mean = present.reduce((sum, value) => sum + value, 0) / present.length
      const deviation = Math.sqrt(present.reduce((sum, value) => sum + (value - mean) ** 2, 0) / present.length)
      if (deviation === 0) notes.push(`Column '${column}' is the same (${mean}) in all windows of the training split.`)
      columns.push({ column, mean, deviation: deviation || 1 })
    }
    return { window, columns, missingFeatures: options.missingFeatures ?? null }
  },

  async write({ table }, state, order, writer) {
    const { window, columns } = state as unknown as WindowState
    const scaled: Float32Array[] = []
    for (const { column, mean, deviation } of columns) {
      const { values } = await table.numbers(column)
      scaled.push(Float32Array.from(values, value => (Number.isNaN(value) ? 0 : (value - mean) / deviation)))
    }
    const width = window * columns.length
    writeColumn(order, writer, 0, width, rows => {
      const out = new Float32Array(rows.length * width)
      let at = 0
      for (const row of rows) for (let step = 0; step < window; step++) for (const values of scaled) out[at++] = values[row + step]!
      return out
    })
  },
}
