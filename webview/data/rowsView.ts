import { splitNames, type DataReport, type SampleImage, type SampleRow, type SplitName } from '../../src/ir/dataReport'
import { dropdown } from '../ui/controls'
import { html } from '../ui/element'
import { count, figure } from '../ui/format'
import { table, type Cell } from '../ui/table'

const titles = { train: 'Training', validation: 'Validation', test: 'Test' } as const

/** Some rows as they are in the file and as the network sees them. */
export function rowsView({ samples, sources }: DataReport): HTMLElement {
  const several = new Set(samples.rows.map(({ source }) => source)).size > 1
  const title = ({ row, source }: SampleRow) =>
    several ? `${sources.find(one => one.source === source)?.path ?? ''}, row ${count(row)}` : `Row ${count(row)}`
  const place = html('div', { class: 'cards' })
  const draw = (split: SplitName) =>
    place.replaceChildren(...samples.rows.filter(row => row.split === split).map(row => card(row, title(row))))
  const present = splitNames.filter(name => samples.rows.some(({ split }) => split === name))
  draw(present[0] ?? 'train')
  const choice = dropdown(
    'Split',
    present.map(name => [name, titles[name]] as const),
    present[0] ?? 'train',
    draw,
  )
  const augmented = samples.augmented ? ' Training images are shown as they are, then as three training steps see them.' : ''
  return html(
    'div',
    {},
    html('div', { class: 'group filters' }, choice),
    html('p', { class: 'muted' }, `Evenly spread rows, in the file and after preprocessing as the network sees them.${augmented}`),
    place,
  )
}

function card(row: SampleRow, title: string): HTMLElement {
  const labels = row.labels.map(({ task, text, target }) => [
    { content: task, header: true },
    text ?? muted('no label'),
    { content: target === null ? '' : figure(target), numeric: true },
  ])
  const encoded = new Map(row.encoded.map(one => [one.name, one]))
  const columns = row.raw.filter(({ column }) => encoded.has(column)).map(({ column, text }) => line(column, text, encoded.get(column)!))
  // Images are drawn, other arrays told by their first values.
  const arrays = row.encoded.filter(
    ({ name }) => !row.raw.some(({ column }) => column === name) && !row.images.some(({ input }) => input === name),
  )
  const others = row.raw.filter(({ column }) => !encoded.has(column))
  const values = [...columns, ...arrays.map(one => line(one.name, '', one))]
  return html(
    'article',
    { class: 'card' },
    html('h3', {}, title),
    ...row.images.map(images),
    table('', ['label', 'in the file', { content: 'target', numeric: true }], labels),
    values.length > 0 && table('', ['feature', 'in the file', 'the network sees'], values),
    others.length > 0 && rest(others),
  )
}

const muted = (text: string): Cell => ({ content: html('span', { class: 'muted' }, text) })

function line(name: string, text: string | null, { values, width }: SampleRow['encoded'][number]): (string | Cell)[] {
  const shown = values.slice(0, 8).map(figure).join('  ')
  const all = `${values.map(figure).join('  ')}${width > values.length ? ` … (${count(width)} values)` : ''}`
  return [
    { content: name, header: true },
    text ?? muted('missing'),
    { content: width > 8 ? `${shown} … (${count(width)})` : shown, title: all },
  ]
}

function rest(others: SampleRow['raw']): HTMLElement {
  const lines = others.map(({ column, text }) => [{ content: column, header: true }, text ?? muted('missing')])
  return html('details', {}, html('summary', {}, 'Other columns'), table('', ['column', 'in the file'], lines))
}

function images({ input, height, width, channels, low, high, pixels }: SampleImage): HTMLElement {
  const drawn = pixels.map((bytes, i) => {
    const name = i === 0 ? 'as it is' : `training step ${i}`
    const canvas = html('canvas', { width, height, role: 'img', 'aria-label': `${input}, ${name}` })
    // Small images are enlarged by whole factors, so that each pixel is seen.
    const factor = Math.max(1, Math.floor(112 / Math.max(width, height)))
    canvas.style.width = `${width * factor}px`
    canvas.style.height = `${height * factor}px`
    paint(canvas, bytes, channels)
    return html('figure', {}, canvas, html('figcaption', { class: 'muted' }, name))
  })
  return html(
    'div',
    {},
    html('div', { class: 'images' }, ...drawn),
    html('p', { class: 'muted' }, `${input}: ${figure(low)} (black) … ${figure(high)} (white)`),
  )
}

function paint(canvas: HTMLCanvasElement, base64: string, channels: number): void {
  const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0))
  const context = canvas.getContext('2d')!
  const image = context.createImageData(canvas.width, canvas.height)
  for (let i = 0; i < canvas.width * canvas.height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = bytes[i * channels + (channels === 3 ? c : 0)]!
    image.data[4 * i + 3] = 255
  }
  context.putImageData(image, 0, 0)
}
