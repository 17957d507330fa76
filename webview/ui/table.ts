import { html } from './element'

export interface Cell {
  readonly content: string | Node
  readonly numeric?: boolean
  /** Names its row for screen readers. */
  readonly header?: boolean
  readonly title?: string
}

/** A table with a caption; numbers stand right-aligned in figures of one width. */
export function table(
  caption: string,
  columns: readonly (string | Cell)[],
  rows: readonly (readonly (string | Cell)[])[],
): HTMLTableElement {
  const cell = (value: string | Cell): Cell => (typeof value === 'string' ? { content: value } : value)
  const head = columns.map(cell).map(c => html('th', { scope: 'col', class: c.numeric ? 'number' : null, title: c.title }, c.content))
  const body = rows.map(row =>
    html(
      'tr',
      {},
      ...row
        .map(cell)
        .map(c =>
          c.header
            ? html('th', { scope: 'row' }, c.content)
            : html('td', { class: c.numeric ? 'number' : null, title: c.title }, c.content),
        ),
    ),
  )
  return html('table', {}, html('caption', {}, caption), html('thead', {}, html('tr', {}, ...head)), html('tbody', {}, ...body))
}

/** A cell of two lines, the second one smaller. */
export const stacked = (text: string, more: string): HTMLElement => html('div', {}, text, html('div', { class: 'below' }, more))
