import { positiveInteger, text, textList, wholeNumber } from '../../base/options'
import type { SourceDefinition, TextTable } from '../source'
import { anyTableOptions, tableOf } from './anyTable'

/** No row repeats another where the order has no value twice. */
const { duplicates: _, ...withoutDuplicates } = anyTableOptions

export const series: SourceDefinition = {
  kind: 'series',
  doc: 'Windows that slide over the ordered rows of a table, as the array `window` [steps, columns]: the numbers of some consecutive rows, standardised with the training split’s statistics. A label is the value of its column `horizon` rows after the last row of the window. Split by time: windows of neighbouring rows share values.',
  example: "series('weather.csv', { order: 'date', columns: ['temp_max', 'wind'], window: 14, horizon: 1 })",
  options: {
    order: text('Column that orders the rows: numbers or ISO dates, no value twice.', { required: true }),
    columns: textList('Columns of numbers that a window holds.', { required: true }),
    window: positiveInteger('Rows of a window.', { required: true }),
    horizon: wholeNumber('Rows from the last one of the window to the one whose labels are predicted.', { default: 1 }),
    ...withoutDuplicates,
  },
  form: 'arrays',
  array: ({ window, columns }) => ({ name: 'window', shape: [window as number, (columns as readonly string[]).length], dtype: 'float32' }),

  async table(file): Promise<TextTable> {
    const base = await tableOf(file)
    const order = file.options.order as string
    const skipped = (file.options.window as number) - 1 + (file.options.horizon as number)
    const wanted = [order, ...(file.options.columns as readonly string[])]
    const unknown = wanted.find(column => !base.columns.includes(column))
    if (unknown !== undefined) throw file.fail(` has no column '${unknown}'`, { column: unknown })
    if (base.rows <= skipped) throw file.fail(`: a window with its horizon takes ${skipped + 1} rows, but the table has ${base.rows}`)
    const name = `"${order.replaceAll('"', '""')}"`
    const fail = (row: unknown, message: string) =>
      file.fail(`, row ${Number(row)}, column '${order}': ${message}`, { row: Number(row), column: order })
    const numbered = `SELECT trim(${name}) AS v, ${keyOf(`trim(${name})`)} AS key, row_number() OVER () AS r FROM (${base.select})`
    const [odd] = await file.query(`SELECT r, v FROM (${numbered}) WHERE key IS NULL ORDER BY r LIMIT 1`)
    if (odd)
      throw fail(
        odd.r,
        `the order needs a number or an ISO date (2012-01-31), found ${typeof odd.v === 'string' && odd.v !== '' ? `'${odd.v.slice(0, 40)}'` : 'no value'}`,
      )
    const kinds = await file.query(
      `SELECT min(r) AS r, arg_min(v, r) AS v FROM (${numbered}) GROUP BY TRY_CAST(v AS DOUBLE) IS NULL ORDER BY min(r)`,
    )
    const [first, other] = kinds
    if (other) throw fail(other.r, `the order needs numbers or dates alone, found '${String(other.v)}' after '${String(first!.v)}'`)
    const [twice] = await file.query(
      `SELECT max(r) AS r, min(r) AS first, arg_max(v, r) AS v FROM (${numbered}) GROUP BY key HAVING count(*) > 1 ORDER BY r LIMIT 1`,
    )
    if (twice) throw fail(twice.r, `the value '${String(twice.v)}' stands in row ${Number(twice.first)}, too, so the order is not clear`)
    const ordered = `SELECT * FROM (${base.select}) ORDER BY ${keyOf(`trim(${name})`)}`
    const place = (from: number) => (row: number) =>
      Promise.resolve({ text: `row ${row + from + 1} in the order of '${order}'`, number: row + from + 1 })
    return {
      columns: base.columns,
      rows: base.rows - skipped,
      select: `SELECT * FROM (${ordered}) OFFSET ${skipped}`,
      place: place(skipped),
      whole: { columns: base.columns, rows: base.rows, select: ordered, place: place(0) },
      ...(base.check && { check: (columns: readonly string[]) => base.check!(columns) }),
    }
  },
}

/** SQL for a text's place in the order: its number, or its date in seconds of UTC; NULL where it is neither. */
function keyOf(value: string): string {
  const number = `TRY_CAST(${value} AS DOUBLE)`
  const zone = `regexp_extract(${value}, '[T ].*([+-])([0-9]{2}):?([0-9]{2})$', ['sign', 'hours', 'minutes'])`
  const seconds = `coalesce(TRY_CAST(${zone}.sign || '1' AS INTEGER) * (TRY_CAST(${zone}.hours AS INTEGER) * 3600 + TRY_CAST(${zone}.minutes AS INTEGER) * 60), 0)`
  const date = `CASE WHEN regexp_matches(${value}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN epoch(TRY_CAST(${value} AS TIMESTAMP)) - ${seconds} END`
  return `CASE WHEN isfinite(${number}) THEN ${number} WHEN ${number} IS NULL THEN ${date} END`
}
