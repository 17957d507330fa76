import { oneOf, text, textList } from '../../base/options'
import type { SourceDefinition, SourceFile } from '../source'
import { requireDistinct } from './columnNames'
import { fields, findDelimiter, firstRecord, lineAt, lineOfRow, longLine } from './csvText'

/** Options that every table has. */
export const tableOptions = {
  missing: textList('Texts that count as no value, beside an empty field.', { default: [''] }),
  missingFeatures: oneOf(
    ['drop', 'mean', 'median', 'mode'],
    "What happens to rows with a gap in a feature: 'drop' leaves the row out, 'mean', 'median' and 'mode' fill in the training split’s mean, median or most frequent value (for categories always the most frequent). A column may say otherwise: scale('robust', { missing: 'median' }).",
  ),
  duplicates: oneOf(
    ['keep', 'drop'],
    "What happens to rows that repeat another row in every column: 'drop' keeps the first one only, so that no row of the training split comes again in the others.",
  ),
}

export const csv: SourceDefinition = {
  kind: 'csv',
  doc: 'A table in a CSV file with a header line, next to the model file. Read by DuckDB.',
  example: "csv('penguins.csv', { missing: ['', 'NA'], missingFeatures: 'drop' })",
  options: { ...tableOptions, delimiter: text('Text between two fields; found by itself when not given.') },
  form: 'table',
  sharesRows: true,

  async table(file) {
    const { columns, delimiter, skip } = await readHeader(file)
    const relation = (strict: boolean, extra = '') =>
      `read_csv(${file.quote(file.path)}, auto_detect = false, header = true, skip = ${skip}, delim = ${file.quote(delimiter)}, quote = '"', escape = '"', ` +
      `strict_mode = ${strict}, null_padding = false, columns = {${columns.map((_, i) => `'c${i}': 'VARCHAR'`).join(', ')}}${extra})`
    const attempt = (strict: boolean) => scan(file, relation(strict), columns.length)
    let strict = true
    let rows: number
    try {
      rows = await attempt(true).catch((error: Error) => {
        // Line ends of both kinds in one file are no reason to refuse it, but DuckDB reads them only when it is not strict.
        if (!error.message.includes('reached an invalid state')) throw error
        strict = false
        return attempt(false)
      })
    } catch (error) {
      throw await reason(file, relation(strict, ', store_rejects = true'), columns, error as Error)
    }
    if ((await file.lastLine(mostLineBytes)) > mostLineBytes) throw await tooLong(file)
    if (rows === 0) throw file.fail(' holds a header line but no rows')
    return {
      columns,
      rows,
      select: `SELECT ${columns.map((name, i) => `c${i} AS "${name.replaceAll('"', '""')}"`).join(', ')} FROM ${relation(strict)}`,
      async place(row) {
        const content = await wholeContent(file)
        if (content === null) return { text: `row ${row + 1}`, number: row + 1 }
        const line = lineOfRow(content, row, columns.length === 1)
        return { text: `row ${row + 1} (line ${line})`, number: line }
      },
    }
  },
}

const headerLimit = 2 ** 20
/** DuckDB refuses a longer line, but a last one that outgrows its buffer (16 times as much) it passes over without a word. */
const mostLineBytes = 2_000_000
/** Wider tables take DuckDB minutes and gigabytes. */
const mostColumns = 20_000

const lineEnd = (bytes: Uint8Array) => {
  const end = bytes.findIndex(byte => byte === 0x0a || byte === 0x0d)
  return end < 0 ? bytes.length : end + 1
}

async function readHeader(file: SourceFile): Promise<{ columns: string[]; delimiter: string; skip: number }> {
  const fail = (message: string) => file.fail(`: ${message}`, { row: 1 })
  const head = await file.bytes(headerLimit)
  const mark = head.subarray(0, 4).join()
  if (/^(255,254|254,255)/.test(mark)) throw fail('the file is UTF-16; save it as UTF-8')
  if (mark.startsWith('31,139'))
    throw fail(file.path.endsWith('.gz') ? 'it is gzipped twice' : 'the file is gzipped: let its name end in .gz')
  if (mark === '80,75,3,4') throw fail('the file is a zip archive or an Excel workbook, no text; save it as CSV')
  const whole = head.length < headerLimit
  // Where another encoding begins further down, the header may be fine: `reason` then names the line.
  const content =
    file.decode(whole ? head : head.subarray(0, Math.max(head.lastIndexOf(0x0a), head.lastIndexOf(0x0d)) + 1)) ??
    file.decode(head.subarray(0, lineEnd(head)))
  if (content === null) throw fail('line 1 is not UTF-8; save the file as UTF-8')
  const first = firstRecord(content, whole)
  if (first === null) throw fail(`the header line does not end${content.includes('"') ? ': is a quote (") left open?' : ''}`)
  const { record, skip } = first
  if (record.trim() === '') throw fail('the file is empty: a header line with the names of the columns is expected')
  if (record.includes('\0')) throw fail('the file is not text')

  const found = findDelimiter(record)
  const delimiter = (file.options.delimiter as string | undefined) ?? found
  if (delimiter === '' || /["\r\n]/.test(delimiter)) throw fail(`${JSON.stringify(delimiter)} can't be a delimiter`)
  const columns = fields(record, delimiter).map(name => name.trim())
  if (columns.length === 1 && fields(record, found).length > 1) {
    throw fail(
      `the header line holds no delimiter ${JSON.stringify(delimiter)}; ${JSON.stringify(found)} would split it into ${fields(record, found).length} columns`,
    )
  }
  if (columns.length > mostColumns)
    throw fail(`the header line names ${columns.length.toLocaleString('en')} columns; at most ${mostColumns.toLocaleString('en')} are read`)
  const nameless = columns.indexOf('')
  if (nameless >= 0) {
    throw fail(
      `column ${nameless + 1} has no name in the header line${nameless === 0 ? ' (an index written by pandas? write the file with index=False)' : ''}`,
    )
  }
  requireDistinct(columns, file, 1)
  if (columns.every(name => name !== '' && Number.isFinite(Number(name)))) {
    throw fail(`line 1 holds only numbers ('${columns.slice(0, 3).join("', '")}'): a header line with the names of the columns is expected`)
  }
  return { columns, delimiter, skip }
}

/** For the number of a line. @returns null for a file of more than 2 GiB, whose lines are not counted */
const wholeContent = (file: SourceFile): Promise<Uint8Array | null> => file.bytes().catch(() => null)

/** Reads every field once, so that whatever DuckDB objects to comes up here. @returns the number of rows */
async function scan(file: SourceFile, relation: string, columns: number): Promise<number> {
  const fields = Array.from({ length: columns }, (_, i) => `count(c${i})`)
  return Number((await file.query(`SELECT count(*) AS n, ${fields.join(', ')} FROM ${relation}`))[0]!.n)
}

async function tooLong(file: SourceFile): Promise<Error> {
  const content = await wholeContent(file)
  const line = content && longLine(content, mostLineBytes)
  const where = line === null ? ': a' : `, line ${line}: the`
  return file.fail(
    `${where} line is longer than ${mostLineBytes.toLocaleString('en')} bytes, the most that is read; is a quote (") left open?`,
    line === null ? undefined : { row: line },
  )
}

/** Asks DuckDB which row it stumbled over. */
async function reason(file: SourceFile, rejecting: string, columns: readonly string[], cause: Error): Promise<Error> {
  if (cause.message.includes('does not support a full read')) return tooLong(file)
  const fallback = () => file.fail(` can't be read as CSV: ${cause.message.split('\n')[0]}`)
  const [reject] = await scan(file, rejecting, columns.length)
    .then(() =>
      file.query(
        'SELECT line_byte_position, byte_position, column_idx, column_name, error_type, csv_line, error_message FROM reject_errors ORDER BY line_byte_position LIMIT 1',
      ),
    )
    .catch(() => [])
  if (!reject) return fallback()
  const content = await wholeContent(file)
  const line = content === null ? null : lineAt(content, Number(reject.line_byte_position))
  const where = line === null ? `near byte ${Number(reject.line_byte_position)}` : `line ${line}`
  const column = columns[Number(reject.column_idx) - 1]
  const number = /Found: (\d+)/.exec(String(reject.error_message))?.[1]
  const say = (what: string, inColumn?: string) =>
    file.fail(`, ${where}${inColumn === undefined ? '' : `, column '${inColumn}'`}: ${what}`, {
      ...(line !== null && { row: line }),
      column: inColumn,
    })
  switch (reject.error_type) {
    case 'MISSING COLUMNS':
    case 'TOO MANY COLUMNS': {
      const values = number ?? String(Number(reject.column_idx))
      return say(`expected ${columns.length} ${columns.length === 1 ? 'field' : 'fields'} as in the header line, found ${values}`)
    }
    case 'UNQUOTED VALUE':
      return say('a quote (") is opened but not closed before the next delimiter or the end of the file', column)
    case 'INVALID ENCODING':
      return say('the text is not UTF-8; save the file as UTF-8', column)
    case 'LINE SIZE OVER MAXIMUM':
      return tooLong(file)
    default:
      return fallback()
  }
}
