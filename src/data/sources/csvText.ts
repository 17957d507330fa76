/**
 * What DuckDB does not tell of a CSV file: where its header ends, which text stands between fields, and on which line of
 * the file a row or a byte stands (DuckDB counts a line break inside quotes as no line). RFC 4180 with '"' as quote.
 */

const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d

/** @returns the first record that is not empty, without its line break, and the empty lines before it; null where it does not end within the text */
export function firstRecord(text: string, whole: boolean): { readonly record: string; readonly skip: number } | null {
  let start = 0
  let skip = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) quoted = !quoted
    else if (!quoted && (c === LF || c === CR)) {
      if (text.slice(start, i).trim() !== '') return { record: text.slice(start, i), skip }
      if (c === CR && text.charCodeAt(i + 1) === LF) i++
      skip++
      start = i + 1
    }
  }
  return whole && !quoted ? { record: text.slice(start), skip } : null
}

/** Splits a record at the delimiter; quotes are taken off. */
export function fields(record: string, delimiter: string): string[] {
  const found: string[] = []
  let field = ''
  let quoted = false
  for (let i = 0; i < record.length; i++) {
    if (record[i] === '"') {
      if (quoted && record[i + 1] === '"') field += record[++i]
      else quoted = !quoted
    } else if (!quoted && record.startsWith(delimiter, i)) {
      found.push(field)
      field = ''
      i += delimiter.length - 1
    } else field += record[i]
  }
  return [...found, field]
}

export const delimiters = [',', ';', '\t', '|'] as const

/** The delimiter that splits the header into most fields; ',' for a single column. */
export function findDelimiter(header: string): string {
  return [...delimiters].sort((a, b) => fields(header, b).length - fields(header, a).length)[0]!
}

/** @returns the line, from 1, on which the byte at `offset` stands; '\r\n', '\n' and '\r' end a line */
export function lineAt(bytes: Uint8Array, offset: number): number {
  let line = 1
  for (let i = 0; i < Math.min(offset, bytes.length); i++) {
    if (bytes[i] === LF || (bytes[i] === CR && bytes[i + 1] !== LF)) line++
  }
  return line
}

/** @returns the first line, from 1, of more than `most` bytes; null where there is none */
export function longLine(bytes: Uint8Array, most: number): number | null {
  let line = 1
  for (let from = 0; from < bytes.length; line++) {
    const found = bytes.indexOf(LF, from)
    const end = found < 0 ? bytes.length : found
    if (end - from > most) return line
    from = end + 1
  }
  return null
}

/**
 * @param row from 0, the header not counted
 * @param blankRows whether an empty line is a row (true for tables of one column)
 * @returns the line, from 1, on which the row begins
 */
export function lineOfRow(bytes: Uint8Array, row: number, blankRows: boolean): number {
  let line = 1
  let record = -1 // the header
  let begin = 0
  let beginLine = 1
  let quoted = false
  for (let i = 0; i <= bytes.length; i++) {
    const c = i < bytes.length ? bytes[i]! : LF
    if (c === QUOTE) quoted = !quoted
    const ends = c === LF || (c === CR && bytes[i + 1] !== LF)
    if (!ends) continue
    const empty = i === begin || (i === begin + 1 && bytes[begin] === CR)
    line++
    if (quoted) continue
    if (!empty || (blankRows && record >= 0)) {
      if (record === row) return beginLine
      record++
    }
    begin = i + 1
    beginLine = line
  }
  return beginLine
}
