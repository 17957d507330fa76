import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ConflictDelta, ConflictPanelState, ConflictSnapshot } from '../../src/protocol/conflictPanel'
import type { SaveFile } from '../../src/protocol/saveFile'
import type { GramEvent } from '../../src/runs/events'
import { conflictEvents } from '../fixtures/panels/conflict'
import { summaryOf } from '../fixtures/panels/runs'
import { themeNames, type OpenPanel } from './page'
import { panelPages } from './pages'

type Panel = OpenPanel<ConflictSnapshot, ConflictDelta>

const plan = (seed: number) => ({ seed, epochs: 30, stepsPerEpoch: 8, done: 1 })
const runs = [summaryOf('live', plan(1), 'training'), summaryOf('done', plan(2), 'completed')]
const events = conflictEvents(120)
const shown: ConflictSnapshot = { runs, shown: { id: 'done', events } }
const samples = events.filter((event): event is GramEvent => event.type === 'gram')

/** Cosine between tasks 0 and 2 at a layer, from the definition. */
function cosineOf({ blocks }: GramEvent, layer: number): number {
  const gram = blocks[layer]!
  return gram[2]! / Math.sqrt(gram[0]! * gram[8]!)
}

describe('conflict panel in a browser', function () {
  const open = panelPages<ConflictSnapshot, ConflictDelta>(
    this,
    'conflict',
    first => (first.shown?.events.length ? '.heatMap' : undefined),
    { width: 1100, height: 900 },
  )
  const cell = (panel: Panel, i: number, j: number) => panel.page.locator(`[data-pair="${i} ${j}"]`)
  const value = async (panel: Panel, i: number, j: number) =>
    Number((await cell(panel, i, j).locator('.value').textContent())!.replace('−', '-'))
  const choose = async (panel: Panel, name: string, label: string) => {
    await panel.page.getByRole('combobox', { name }).selectOption({ label })
    await panel.settle()
  }

  for (const theme of themeNames) {
    it(`draws the heat map, the ranking and the trajectories in the ${theme} theme`, async () => {
      const panel = await open(shown, { theme })
      await panel.settle()
      for (const title of ['cosine', 'gradient norm', 'task weight']) await panel.page.locator(`figcaption:text-is("${title}")`).waitFor()
      await choose(panel, 'Layer', 'torn.dense1')
      assert.ok((await value(panel, 0, 2)) < -0.5)
      assert.equal(await cell(panel, 0, 2).locator('.hatch').count(), 1, 'below 0 is hatched')
      assert.equal(await cell(panel, 0, 1).locator('.hatch').count(), 0)
      await panel.shot(`conflict-${theme}`)
    })
  }

  it('names the torn layer first, with its pair, interval and finding', async () => {
    const { page } = await open(shown)
    const first = page.locator('.ranking tbody tr').first()
    const text = await first.innerText()
    for (const part of ['torn.dense1', 'species / mass', '−0.', '[', 'in conflict']) assert.ok(text.includes(part), `${part}: ${text}`)
    assert.ok(!(await page.locator('.ranking tbody tr').nth(1).innerText()).includes('in conflict'))
    await page.getByText('species and mass pull against each other at torn.dense1').waitFor()
    await page.getByText('condition number').waitFor()
    await first.getByRole('button').click()
    assert.equal(await page.getByRole('combobox', { name: 'Layer' }).inputValue(), 'torn.dense1')
    assert.equal(await page.locator('.ranking [aria-pressed="true"]').innerText(), 'torn.dense1')
  })

  it('says once what is to be said of several pairs', async () => {
    const pairs = [
      [0, 1],
      [0, 2],
      [1, 2],
      [0, 1],
    ] as const
    const advised = events.map(event =>
      event.type === 'conflict'
        ? { ...event, summary: { ...event.summary, advice: pairs.map(pair => ({ code: 'scaleLosses' as const, pair })) } }
        : event,
    )
    const { page } = await open({ runs, shown: { id: 'done', events: advised } })
    const [only, ...others] = await page.locator('.advice li').allInnerTexts()
    assert.match(only!, /^What species and sex, or species and mass, or sex and mass, or 1 more pair add to a step/)
    assert.deepEqual(others, [])
  })

  it('shows the mean over settled steps, and any step by the slider and by playing', async () => {
    const panel = await open(shown)
    const { page } = panel
    await choose(panel, 'Layer', 'torn.dense1')
    const settled = samples.filter(({ step }) => step > samples.at(-1)!.step / 3)
    const mean = settled.reduce((sum, sample) => sum + cosineOf(sample, 1), 0) / settled.length
    assert.ok(Math.abs((await value(panel, 0, 2)) - mean) < 0.006)
    const slider = page.getByRole('slider', { name: 'Step' })
    await slider.fill('7')
    assert.ok(Math.abs((await value(panel, 2, 0)) - cosineOf(samples[7]!, 1)) < 0.006)
    assert.ok((await page.locator('.heat h2').innerText()).endsWith('step 16'))
    await page.getByRole('button', { name: 'Play' }).click()
    await page.waitForFunction(() => Number(document.querySelector<HTMLInputElement>('.player input')!.value) > 10)
    await page.getByRole('button', { name: 'Pause' }).click()
    const state = (await panel.state()) as ConflictPanelState
    assert.ok(state.step! > 20)
    await panel.settle()
    assert.equal(((await panel.state()) as ConflictPanelState).step, state.step, 'stands still')
    await page.getByRole('button', { name: 'Mean over steps' }).click()
    assert.equal(((await panel.state()) as ConflictPanelState).step, null)
  })

  it('switches the measure; look-ahead is offered where it was measured', async () => {
    const panel = await open(shown)
    const names = () => panel.page.getByRole('combobox', { name: 'Measure' }).locator('option').allInnerTexts()
    assert.deepEqual(await names(), ['Cosine', 'Similarity of lengths', 'Affinity (first order)'])
    await choose(panel, 'Measure', 'Similarity of lengths')
    const similar = await value(panel, 0, 1)
    assert.ok(similar > 0 && similar < 1 && (await value(panel, 1, 1)) === 1)
    await choose(panel, 'Measure', 'Affinity (first order)')
    assert.notEqual(await value(panel, 0, 2), await value(panel, 2, 0), 'it has a direction')
    await panel.shot('conflict-affinity')
    await panel.snapshot({ runs, shown: { id: 'done', events: conflictEvents(60, { lookAhead: true }) } })
    await panel.settle()
    await choose(panel, 'Measure', 'Affinity (look-ahead)')
    assert.equal(await value(panel, 0, 2), -0.01)
    await choose(panel, 'Layer', 'dense1')
    await panel.page.getByText('for the whole trunk only').waitFor()
  })

  it('is walked by the keyboard and read in tooltips', async () => {
    const panel = await open(shown)
    const { page } = panel
    await page.locator('.heatMap [tabindex="0"]').focus()
    await page.keyboard.press('ArrowRight')
    assert.equal(await page.evaluate(() => document.activeElement!.getAttribute('data-pair')), '0 2')
    const text = await page.getByRole('tooltip').innerText()
    for (const part of ['species and mass', 'Cosine', 'Similarity', 'Affinity']) assert.ok(text.includes(part), text)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Home')
    assert.equal(await page.evaluate(() => document.activeElement!.getAttribute('data-pair')), '1 0')
    await panel.delta({ runs })
    await panel.settle()
    assert.equal(await page.evaluate(() => document.activeElement!.getAttribute('data-pair')), '1 0', 'an update keeps the focus')
    await page.locator('.plot').first().focus()
    await page.keyboard.press('End')
    assert.ok((await page.getByRole('tooltip').innerText()).startsWith('step 240'))
  })

  it('follows a live run, and drops what a resumed one repeats', async () => {
    const early = events.filter(event => event.type !== 'conflict' && (!('step' in event) || event.step <= 80))
    const late = events.filter(event => event.type === 'conflict' || ('step' in event && event.step > 80))
    const panel = await open({ runs, shown: { id: 'live', events: early } })
    const { page } = panel
    await page.getByText('The first summary comes').waitFor()
    assert.equal(await page.getByRole('slider').getAttribute('max'), '39')
    await panel.delta({ append: { id: 'live', events: late } })
    await page.locator('.ranking').waitFor()
    assert.equal(await page.getByRole('slider').getAttribute('max'), '119')
    await panel.delta({ append: { id: 'live', events: [{ type: 'resume', time: 0, step: 100, epoch: 1 }] } })
    await panel.settle()
    assert.equal(await page.getByRole('slider').getAttribute('max'), '49')
  })

  it('gives all of it as tables, chooses runs, and remembers what was chosen', async () => {
    const panel = await open(shown)
    const { page } = panel
    await choose(panel, 'Measure', 'Similarity of lengths')
    await choose(panel, 'Layer', 'torn.dense1')
    await page.getByRole('slider').fill('3')
    await page.getByRole('checkbox', { name: 'Table' }).click()
    await page.getByRole('table', { name: /Similarity of the lengths of gradients times weights, torn.dense1, step 8/ }).waitFor()
    await page.getByRole('table', { name: 'gradient norm' }).waitFor()
    await panel.shot('conflict-tables')
    const state = (await panel.state()) as ConflictPanelState
    assert.deepEqual(state, { run: 'done', measure: 'magnitude', layer: 'torn.dense1', step: 8, table: true })
    const again = await open(null, { state })
    await again.snapshot(shown)
    await again.page.getByRole('table', { name: /torn.dense1, step 8/ }).waitFor()
    await again.page.getByRole('checkbox', { name: 'Table' }).click()
    await again.page.locator('.heatMap').waitFor()
    await again.page.getByRole('combobox', { name: 'Run' }).selectOption('live')
    for (const name of ['Open Model', 'Show Curves']) await again.page.getByRole('button', { name }).click()
    assert.deepEqual(await again.actions(), [
      { kind: 'show', run: 'live' },
      { kind: 'openModel', run: 'done' },
      { kind: 'showCurves', run: 'done' },
    ])
    const damaged = await open(shown, { state: { ...state, measure: 'colour' } })
    assert.equal(await damaged.page.getByRole('combobox', { name: 'Measure' }).inputValue(), 'cosine')
  })

  it('saves pictures and values', async () => {
    const panel = await open(shown, { theme: 'light' })
    await panel.settle()
    const saved = async (item: string) => {
      await panel.page.getByRole('button', { name: 'Save picture or values' }).click()
      return (await panel.saidAfter(() => panel.page.getByRole('menuitem', { name: item }).click())) as SaveFile
    }
    mkdirSync(resolve('test-results/panels'), { recursive: true })
    const drawing = await saved('Heat map as SVG picture')
    assert.equal(drawing.name, 'penguins-conflict.svg')
    for (const part of ['species', 'mass', '<path']) assert.ok(drawing.content.data.includes(part), part)
    for (const item of ['Heat map as PNG picture', 'Trajectories as PNG picture']) {
      const { content } = await saved(item)
      const bytes = Buffer.from(content.data, 'base64')
      assert.equal(bytes.subarray(1, 4).toString(), 'PNG')
      writeFileSync(`test-results/panels/export-${item.split(' ')[0]}.png`, bytes)
    }
    const { content } = await saved('Values as CSV')
    const rows = content.data.trimEnd().split('\r\n')
    assert.equal(rows.length, 1 + samples.length * 3 * 6)
    const row = rows.find(text => text.startsWith('16,torn.dense1,species,mass,'))!.split(',')
    assert.ok(Math.abs(Number(row[4]) - cosineOf(samples[7]!, 1)) < 1e-12)
  })

  it('says what to do when there is nothing to draw', async () => {
    const panel = await open(null)
    await panel.page.getByText('Looking for runs').waitFor()
    await panel.snapshot({ runs: [], shown: null })
    await panel.page.getByText('No runs yet').waitFor()
    await panel.snapshot({ runs, shown: { id: 'live', events: [] } })
    await panel.page.getByText('No samples yet').waitFor()
    await panel.snapshot({ runs: [{ ...runs[0]!, tasks: ['species'] }], shown: { id: 'live', events: [] } })
    await panel.page.getByText('One task only').waitFor()
  })

  it('fits a narrow panel', async () => {
    const panel = await open(shown, { width: 420 })
    await panel.settle()
    await panel.shot('conflict-narrow')
    assert.equal(await panel.page.evaluate(() => document.documentElement.scrollWidth), 420)
  })
})
