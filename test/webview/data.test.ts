import assert from 'node:assert/strict'
import { dirname, join, resolve } from 'node:path'
import { dataReport } from '../../src/data/report/report'
import type { DataReport } from '../../src/ir/dataReport'
import type { DataDelta, DataPanelState, DataSnapshot } from '../../src/protocol/dataPanel'
import { openModel } from '../../src/trainer/openModel'
import { folderWith } from '../unit/data/folder'
import { seriousFindings } from './axe'
import { themeNames } from './page'
import { panelPages } from './pages'

/** Reports of the examples, made as the product makes them. */
const reportOf = (example: string): Promise<DataReport> => reportOfFile(resolve('examples', example, `${example}.mtl.ts`))

async function reportOfFile(path: string): Promise<DataReport> {
  const { graph, file, root } = await openModel(path, undefined, resolve('dist'))
  return dataReport(graph, { folder: dirname(file), root })
}

/** A data set for each task. */
const twoSets = (): string =>
  join(
    folderWith({
      'sizes.csv': ['a,size', ...Array.from({ length: 60 }, (_, i) => `${i},${(i * 7) % 10}`)].join('\n'),
      'kinds.csv': ['a,kind', ...Array.from({ length: 90 }, (_, i) => `${i},${i % 3 ? 'x' : 'y'}`)].join('\n'),
      'two.mtl.ts': `import { classification, csv, dense, model, regression } from 'mtl'

const sizes = csv('sizes.csv')
const kinds = csv('kinds.csv')
const trunk = dense(8, { activation: 'relu' })

export default model({
  tasks: {
    size: regression(sizes.label('size'), sizes.features({ numeric: ['a'] }).pipe(trunk)),
    kind: classification(kinds.label('kind'), kinds.features({ numeric: ['a'] }).pipe(trunk)),
  },
})
`,
    }),
    'two.mtl.ts',
  )

const leak = {
  code: 'mtl/leakage',
  message: "'island' alone predicts the label of task 'species' with an AUC of 0.990 (warned from 0.90): is it known before the label is?",
  node: 'measurements',
  column: 'island',
  task: 'species',
  source: 0,
} as const

describe('data panel in a browser', function () {
  const open = panelPages<DataSnapshot, DataDelta>(this, 'data', first => (first.report ? '[role=tabpanel] *' : '.empty h2'), {
    height: 900,
  })
  let penguins: DataReport
  let fashion: DataReport
  before(async () => {
    penguins = await reportOf('penguins')
    fashion = await reportOf('multi-fashion')
  })
  const shown = (report: DataReport | null, more: Partial<DataSnapshot> = {}): DataSnapshot => ({
    uri: 'file:///penguins.mtl.ts',
    title: 'penguins',
    status: 'ready',
    message: null,
    report,
    ...more,
  })
  const warned = () => ({ ...penguins, warnings: [leak] })

  for (const theme of themeNames) {
    it(`draws every view, without serious findings of axe-core, in the ${theme} theme`, async () => {
      const panel = await open(shown(warned()), { theme })
      const { page } = panel
      const found: string[] = []
      for (const view of ['Columns', 'Labels', 'Tasks', 'Rows']) {
        await page.getByRole('tab', { name: view }).click()
        found.push(...(await seriousFindings(page)).map(finding => `${view}: ${finding}`))
        await panel.shot(`data-${view.toLowerCase()}-${theme}`)
      }
      await panel.snapshot(shown(fashion, { title: 'multi-fashion' }))
      await page.locator('.images canvas').first().waitFor()
      found.push(...(await seriousFindings(page)).map(finding => `images: ${finding}`))
      await panel.shot(`data-images-${theme}`)
      assert.deepEqual(found, [])
    })
  }

  it('tells columns with what lacks in them, filters them, and shows where one is written', async () => {
    const panel = await open(shown(penguins))
    const { page } = panel
    const row = (name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) })
    assert.match(
      (await row('body_mass_g').innerText()).replace(/\s+/g, ' '),
      /^body_mass_g number · label of 'mass' 2700 6300 2 0\.6% 94 0$/,
    )
    assert.equal(
      await page
        .getByRole('img', { name: /^Histogram of bill_length_mm from 32\.1 to 59\.6/ })
        .locator('.bar')
        .count(),
      20,
    )
    await page.getByRole('searchbox', { name: 'Filter columns' }).fill('bill')
    assert.equal(await page.locator('tbody tr').count(), 2)
    await page.getByRole('button', { name: 'penguins.csv' }).click()
    assert.deepEqual(await panel.actions(), [{ kind: 'reveal', source: 0 }])
    assert.equal(((await panel.state()) as DataPanelState).filter, 'bill')
  })

  it('walks through its views by keys, and counts labels by split', async () => {
    const panel = await open(shown(penguins))
    const { page } = panel
    await page.getByRole('tab', { name: 'Columns' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('heading', { name: 'species' }).waitFor()
    const adelie = penguins.tasks[0]!.splits.map(({ counts }) => counts[0]!)
    const text = (await page.getByRole('row', { name: /^Adelie/ }).innerText()).replace(/\s+/g, ' ')
    assert.deepEqual(
      [...text.matchAll(/(\d+) \(/g)].map(match => Number(match[1])),
      adelie,
    )
    await page.getByRole('button', { name: 'sex', exact: true }).click()
    assert.deepEqual(await panel.actions(), [{ kind: 'reveal', source: 0, task: 'sex' }])
    await page.getByRole('tab', { name: 'Labels' }).focus()
    await page.keyboard.press('End')
    await page.getByRole('heading', { name: 'Row 2', exact: true }).waitFor()
    await page.keyboard.press('Home')
    await page.getByRole('searchbox').waitFor()
  })

  it('tells of a data set for each task where its labels and rows are from', async () => {
    const two = await reportOfFile(twoSets())
    const panel = await open(shown(two))
    const { page } = panel
    await page.getByRole('tab', { name: 'Labels' }).click()
    await page.getByText('classification of kind in kinds.csv').waitFor()
    await page.getByRole('button', { name: 'kind', exact: true }).click()
    const { source } = two.sources.find(({ path }) => path === 'kinds.csv')!
    assert.deepEqual(await panel.actions(), [{ kind: 'reveal', source, task: 'kind' }])
    assert.notEqual(source, two.tasks.find(({ task }) => task === 'size')!.source)
    await page.getByRole('tab', { name: 'Rows' }).click()
    for (const path of ['sizes.csv', 'kinds.csv'])
      await page
        .getByRole('heading', { name: new RegExp(`^${path}, row \\d+$`) })
        .first()
        .waitFor()
  })

  it('relates tasks, and lets choose which pair is counted', async () => {
    const panel = await open(shown(penguins), {
      state: { uri: 'file:///penguins.mtl.ts', view: 'tasks', filter: '', usedOnly: false, scroll: 0 },
    })
    const { page } = panel
    const pair = page.getByRole('region', { name: 'Labels that go together' }).getByRole('row', { name: /^species · mass/ })
    assert.match((await pair.innerText()).replace(/\s+/g, ' '), /^species · mass correlation ratio 0\.8\d* /)
    await page.getByRole('region', { name: 'Rows by species and sex' }).waitFor()
    await page.getByRole('combobox', { name: 'Tasks' }).click()
    await page.getByRole('option', { name: 'sex · mass' }).click()
    await page.getByRole('region', { name: 'Rows by sex and mass' }).waitFor()
  })

  it('shows rows of a split as the network sees them', async () => {
    const panel = await open(shown(penguins), {
      state: { uri: 'file:///penguins.mtl.ts', view: 'rows', filter: '', usedOnly: false, scroll: 0 },
    })
    const { page } = panel
    const first = penguins.samples.rows.find(({ split }) => split === 'test')!
    await page.getByRole('combobox', { name: 'Split' }).click()
    await page.getByRole('option', { name: 'Test' }).click()
    const card = page.locator('article').first()
    assert.equal(await card.getByRole('heading').innerText(), `Row ${first.row}`)
    const island = first.encoded.find(({ name }) => name === 'island')!
    assert.match(
      (await card.getByRole('row', { name: /^island/ }).innerText()).replace(/\s+/g, ' '),
      new RegExp(`${island.values.join(' ')}$`),
    )
  })

  it('leads from a warning to its line, stops and reads again', async () => {
    const panel = await open(shown(warned()))
    const { page } = panel
    await page.getByRole('list', { name: 'Warnings' }).getByRole('button').click()
    await page.getByRole('button', { name: 'Read again' }).click()
    await panel.snapshot(shown(warned(), { status: 'reading' }))
    await page.getByRole('button', { name: 'Stop' }).click()
    const { source, node, column, task } = leak
    assert.deepEqual(await panel.actions(), [{ kind: 'reveal', source, node, column, task }, { kind: 'refresh' }, { kind: 'stop' }])
  })

  it('says why there is nothing, and keeps what was read before', async () => {
    const panel = await open(shown(null, { status: 'untrusted' }))
    const { page } = panel
    await page.getByRole('heading', { name: 'Data are read in trusted workspaces only' }).waitFor()
    await page.getByRole('button', { name: 'Manage Workspace Trust' }).click()
    assert.deepEqual(await panel.actions(), [{ kind: 'trust' }])
    await panel.snapshot(shown(null, { status: 'failed', message: 'there is no file penguin.csv' }))
    await page.locator('.empty p').filter({ hasText: 'there is no file penguin.csv' }).waitFor()
    await panel.shot('data-failed')
    await panel.snapshot(shown(penguins, { status: 'broken', message: 'dense needs a number of units' }))
    await page.getByRole('alert').filter({ hasText: 'dense needs a number of units. What is shown was read before.' }).waitFor()
    assert.ok(await page.getByRole('tab', { name: 'Columns' }).isVisible())
  })

  it('comes back after a reload with its view, its filter and its place', async () => {
    const state: DataPanelState = { uri: 'file:///penguins.mtl.ts', view: 'labels', filter: 'bill', usedOnly: true, scroll: 120 }
    const panel = await open(shown(penguins), { state, height: 300 })
    const { page } = panel
    assert.equal(await page.getByRole('tab', { name: 'Labels' }).getAttribute('aria-selected'), 'true')
    assert.equal(await page.locator('main.content').evaluate(content => content.scrollTop), 120)
    await page.getByRole('tab', { name: 'Columns' }).click()
    assert.equal(await page.getByRole('searchbox').inputValue(), 'bill')
    assert.equal(await page.locator('tbody tr').count(), 2)
    const bad = await open(shown(penguins), { state: { view: 'nonsense' } })
    assert.equal(await bad.page.getByRole('tab', { name: 'Columns' }).getAttribute('aria-selected'), 'true')
  })
})
