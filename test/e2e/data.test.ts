import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Frame } from 'playwright-core'
import { inSteps, theEditor, Window } from './harness'

/** Garments by class, as training sees them: mirrored and shifted. */
const shelf = `import { classification, conv2d, cutout, dense, flatten, flip, images, input, model, rotate } from 'mtl'

const shelf = images('shelf', { size: [28, 28], channels: 1 })

const trunk = input('image', [28, 28, 1], {
  from: shelf,
  scale: 1 / 255,
  augment: [flip(), rotate(20), cutout(8)],
}).pipe(conv2d(4, { kernel: 3 }), flatten(), dense(8, { activation: 'relu' }))

export default model({ tasks: { kind: classification(shelf.label('class'), trunk) } })
`

describe('the data panel in VS Code, by clicking', function () {
  let folder: string
  let window: Window
  let panel: Frame

  inSteps(this, 'e2e-data', () => [window])

  before(async () => {
    const editor = await theEditor()
    const { path, address } = editor.folder('warnings')
    folder = path
    cpSync(join('examples', 'penguins'), join(path, 'penguins'), { recursive: true })
    plantWarnings(join(path, 'penguins'))
    mkdirSync(join(path, 'garments'))
    writeFileSync(join(path, 'garments', 'garments.mtl.ts'), shelf)
    for (const [kind, first] of [
      ['boots', 0],
      ['bags', 20],
    ] as const)
      for (let i = 0; i < 20; i++) put(kind, first + i)
    window = await Window.open(editor, address)
    await window.trustFolder()
  })

  /** A column that gives the species away, and one that is always the same. */
  function plantWarnings(folder: string): void {
    const csv = join(folder, 'penguins.csv')
    const [head, ...rows] = readFileSync(csv, 'utf8').trimEnd().split('\n')
    const species = (row: string) => row.split(',')[0]!
    const more = rows.map(row => `${row},${species(row).length + 0.5},2007`)
    writeFileSync(csv, [`${head},tag,year`, ...more].join('\n') + '\n')
    const model = join(folder, 'penguins.mtl.ts')
    writeFileSync(model, readFileSync(model, 'utf8').replace("'flipper_length_mm']", "'flipper_length_mm', 'tag', 'year']"))
  }

  const picture = (kind: string, i: number) => join(folder, 'garments', 'shelf', kind, `${i}.png`)
  function put(kind: string, i: number): void {
    mkdirSync(join(folder, 'garments', 'shelf', kind), { recursive: true })
    cpSync(join('examples', 'multi-input', 'pictures', `${String(i).padStart(4, '0')}.png`), picture(kind, i))
  }

  const dataPanel = () => window.panel(frame => frame.getByRole('tablist', { name: 'Views of the data' }))
  const view = (name: string) => panel.getByRole('tab', { name, exact: true }).click()

  it('is opened by its lens', async () => {
    await window.openFromExplorer('penguins', 'penguins.mtl.ts')
    await window.lens('Data').click()
    panel = await dataPanel()
    await panel.getByRole('row', { name: /^bill_length_mm number · feature/ }).waitFor()
    await window.screenshots('e2e-data-columns')
  })

  it('warns on the line of the column, and leads there', async () => {
    const marked = window.page.locator('.editor-instance .squiggly-warning')
    await marked.first().waitFor()
    await window.screenshot('e2e-data-warnings')
    await panel
      .getByRole('list', { name: 'Warnings' })
      .getByRole('button', { name: /^'year' is the same in all rows/ })
      .click()
    await window.statusBarItem(/^Ln 10, Col \d+ \(6 selected\)/).waitFor()
    await window.line('numeric').getByText("'tag'").hover()
    const hover = window.page.locator('.monaco-hover:visible').filter({ hasText: /'tag' alone .*species/ })
    await hover.waitFor()
    await window.screenshot('e2e-data-hover')
    await window.line('export default model').hover()
    await hover.waitFor({ state: 'hidden' }) // it lies over the panel
  })

  it('shows the labels, how tasks hang together, and rows as the network sees them', async () => {
    await panel.getByRole('searchbox', { name: 'Filter columns' }).fill('bill')
    await panel.getByRole('row', { name: /^island/ }).waitFor({ state: 'detached' })
    await view('Labels')
    await panel.getByRole('row', { name: /^Adelie 105 \(43\.9%\) 23 \(44\.2%\)/ }).waitFor()
    await window.screenshots('e2e-data-labels')
    await view('Tasks')
    await panel.getByRole('row', { name: /^species · mass correlation ratio 0\.8/ }).waitFor()
    await window.screenshots('e2e-data-tasks')
    await view('Rows')
    await panel.getByRole('combobox', { name: 'Split' }).click()
    await panel.getByRole('option', { name: 'Test' }).click()
    await panel
      .getByRole('row', { name: /^year 2007 0$/ })
      .first()
      .waitFor()
    await window.screenshots('e2e-data-rows')
  })

  it('turns to another model, whose pictures are seen as training steps see them', async () => {
    await window.page.getByRole('tab', { name: 'penguins.mtl.ts' }).first().click()
    await window.openFromExplorer('garments', 'garments.mtl.ts')
    await window.lens('Data').click()
    await panel.getByRole('img', { name: 'image, training step 3' }).first().waitFor()
    await window.screenshots('e2e-data-images')
  })

  it('follows pictures that come into its folder', async () => {
    await panel.getByText('28 training · 6 validation · 6 test rows').waitFor()
    for (let i = 40; i < 60; i++) put('boots', i)
    await panel.getByText('42 training · 9 validation · 9 test rows').waitFor()
  })

  it('asked nothing of the outside', () => assert.deepEqual([...window.foreign], []))
})
