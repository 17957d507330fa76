import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import type { CurvesDelta, CurvesPanelState, CurvesSnapshot } from '../../src/protocol/curvesPanel'
import type { SaveFile } from '../../src/protocol/saveFile'
import type { RunSummary } from '../../src/runs/summary'
import { eventsOf, summaryOf } from '../fixtures/panels/runs'
import { themeNames, type OpenPanel } from './page'
import { panelPages } from './pages'

type Panel = OpenPanel<CurvesSnapshot, CurvesDelta>

const plan = (seed: number, done = 1) => ({ seed, epochs: 30, stepsPerEpoch: 8, done })
const live = summaryOf('live', plan(1, 0.6), 'training')
const done = summaryOf('done', plan(2), 'completed')
const failed = summaryOf('failed', plan(3), 'failed', { message: 'the loss of task mass is NaN at step 120' })
const all = [live, done, failed]
const curves = { live: eventsOf(plan(1, 0.6)), done: eventsOf(plan(2)), failed: eventsOf(plan(3)) }
const shown = (...ids: (keyof typeof curves)[]): CurvesSnapshot => ({ runs: all, shown: ids.map(id => ({ id, events: curves[id] })) })

describe('curves panel in a browser', function () {
  const open = panelPages<CurvesSnapshot, CurvesDelta>(this, 'curves', first => (first.shown.length > 0 ? '.plot canvas' : undefined), {
    height: 1000,
  })
  const chart = (panel: Panel, title: string, place = 0) =>
    panel.page.locator('figure.chart', { has: panel.page.locator(`figcaption:text-is("${title}")`) }).nth(place)
  const tooltip = async (panel: Panel) => (await panel.page.getByRole('tooltip').innerText()).replace(/\s+/g, ' ')
  async function hover(panel: Panel, title: string, share = 0.5): Promise<void> {
    const { x, y, width, height } = (await chart(panel, title).locator('.u-over').boundingBox())!
    await panel.page.mouse.move(x + width * share, y + height / 2)
    await panel.page.getByRole('tooltip').waitFor()
  }

  for (const theme of themeNames) {
    it(`draws one run, and several, in the ${theme} theme`, async () => {
      const panel = await open(shown('live'), { theme })
      const titles = await panel.page.locator('figcaption').allInnerTexts()
      for (const title of 'loss|accuracy|macro f1|auc|mae|rmse|r2|task weights|learning rate|examples per second'.split('|'))
        assert.ok(titles.includes(title), title)
      await hover(panel, 'loss')
      await panel.settle()
      await panel.shot(`curves-live-${theme}`)
      await panel.snapshot(shown('live', 'done', 'failed'))
      await panel.page.getByText('the loss of task mass is NaN').waitFor()
      await panel.settle()
      await panel.shot(`curves-three-${theme}`)
    })
  }

  it('draws every line in the colour of its task', async () => {
    const panel = await open(shown('live'))
    await panel.settle()
    const has = (place: number, colour: number[]) =>
      chart(panel, 'loss', place)
        .locator('canvas')
        .evaluate((canvas: HTMLCanvasElement, [r, g, b]) => {
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
          let found = 0
          for (let i = 0; i < data.length; i += 4)
            if (Math.abs(data[i]! - r!) + Math.abs(data[i + 1]! - g!) + Math.abs(data[i + 2]! - b!) < 12 && data[i + 3]! > 200) found++
          return found
        }, colour)
    assert.ok((await has(0, [0x56, 0xb4, 0xe9])) > 100)
    assert.ok((await has(1, [0xf0, 0xa0, 0x30])) > 100)
    assert.equal(await has(0, [0xf0, 0xa0, 0x30]), 0)
  })

  it('reads all curves in one tooltip, with the pointer and with the keyboard', async () => {
    const panel = await open(shown('live'))
    await hover(panel, 'mae')
    const text = await tooltip(panel)
    for (const part of [
      'epoch',
      'step',
      'train loss',
      'validation loss',
      'accuracy',
      'mae',
      'weight',
      'species',
      'sex',
      'mass',
      'learning rate',
      'examples per second',
    ])
      assert.ok(text.includes(part), `${part}: ${text}`)
    const crosshairs = await panel.page
      .locator('.u-cursor-x')
      .evaluateAll(lines => new Set(lines.map(line => Math.round(new DOMMatrix(getComputedStyle(line).transform).e))).size)
    assert.ok(crosshairs <= 3, 'the cursor stands at the same place in all charts, but for the width of axes')
    await panel.page.mouse.move(5, 5)
    await panel.page.getByRole('tooltip').waitFor({ state: 'hidden' })

    await chart(panel, 'loss').locator('.plot').focus()
    await panel.page.keyboard.press('End')
    assert.match(await tooltip(panel), /^epoch 18\.00 · step 144/)
    await panel.page.keyboard.press('ArrowLeft')
    assert.match(await tooltip(panel), /^epoch 17\.88 · step 143/)
    await panel.page.keyboard.press('Escape')
    await panel.page.getByRole('tooltip').waitFor({ state: 'hidden' })
  })

  it('zooms all charts by dragging and shows everything again', async () => {
    const panel = await open(shown('done'))
    const { page } = panel
    const { x, y, width } = (await chart(panel, 'loss').locator('.u-over').boundingBox())!
    await page.mouse.move(x + width * 0.25, y + 50)
    await page.mouse.down()
    await page.mouse.move(x + width * 0.5, y + 60, { steps: 5 })
    await page.mouse.up()
    const reset = page.getByRole('button', { name: 'Show everything' })
    await reset.waitFor()
    await chart(panel, 'accuracy').locator('.plot').focus()
    await page.keyboard.press('Home')
    const first = Number(/epoch ([\d.]+)/.exec(await tooltip(panel))![1])
    assert.ok(first > 5 && first < 9, `zoomed to ${first}`)
    await page.keyboard.press('Escape')
    await panel.shot('curves-zoomed')
    await reset.click()
    await reset.waitFor({ state: 'hidden' })
  })

  it('switches the axis, smooths, takes logarithms, hides tasks, and remembers all of it', async () => {
    const panel = await open(shown('done'))
    const { page } = panel
    await page.getByRole('combobox', { name: 'Axis' }).click()
    await page.getByRole('option', { name: 'Time' }).click()
    await page.getByRole('slider', { name: 'Smoothing' }).fill('0.8')
    await page.getByRole('checkbox', { name: 'Log scale' }).click()
    await page.getByRole('checkbox', { name: 'sex' }).click()
    await page.getByRole('heading', { name: 'sex' }).waitFor({ state: 'detached' })
    await hover(panel, 'loss')
    assert.match(await tooltip(panel), /^\d+ s · step/)
    assert.ok(!(await tooltip(panel)).includes('sex'))
    await panel.settle()
    await panel.shot('curves-settings')
    const state = (await panel.state()) as CurvesPanelState
    assert.deepEqual(state, {
      runs: ['done'],
      hiddenTasks: ['sex'],
      hiddenRuns: [],
      axis: 'time',
      logarithmic: true,
      smoothing: 0.8,
      table: false,
      zoom: null,
    })

    const again = await open(shown('done'), { state })
    await again.settle()
    assert.equal(await again.page.getByRole('heading', { name: 'sex' }).count(), 0)
    assert.equal(await again.page.getByRole('checkbox', { name: 'Log scale' }).getAttribute('aria-checked'), 'true')
    assert.equal(await again.page.getByRole('slider', { name: 'Smoothing' }).inputValue(), '0.8')
    await again.page.getByRole('checkbox', { name: 'sex' }).click()
    await again.page.getByRole('heading', { name: 'sex' }).waitFor()
  })

  it('comes back after a reload with the stretch that was shown', async () => {
    const panel = await open(shown('done'))
    const { x, y, width } = (await chart(panel, 'loss').locator('.u-over').boundingBox())!
    await panel.page.mouse.move(x + width * 0.25, y + 50)
    await panel.page.mouse.down()
    await panel.page.mouse.move(x + width * 0.5, y + 60, { steps: 5 })
    await panel.page.mouse.up()
    await panel.settle()
    const state = (await panel.state()) as CurvesPanelState
    const again = await open(shown('done'), { state })
    await again.page.getByRole('button', { name: 'Show everything' }).waitFor()
    await chart(again, 'accuracy').locator('.plot').focus()
    await again.page.keyboard.press('Home')
    const first = Number(/epoch ([\d.]+)/.exec(await tooltip(again))![1])
    assert.ok(Math.abs(first - state.zoom![0]) < 1.5, `${first} instead of ${state.zoom![0]}`)
    await again.page.getByRole('button', { name: 'Show everything' }).click()
    await again.settle()
    assert.equal(((await again.state()) as CurvesPanelState).zoom, null)
    const damaged = await open(shown('done'), { state: { ...state, zoom: ['a', 2] } })
    assert.equal(await damaged.page.getByRole('button', { name: 'Show everything' }).count(), 0)
  })

  const saved = async (panel: Panel, item: string): Promise<SaveFile> => {
    await panel.page.getByRole('button', { name: 'Save charts or values' }).click()
    return (await panel.saidAfter(() => panel.page.getByRole('menuitem', { name: item }).click())) as SaveFile
  }

  it('saves all values as CSV', async () => {
    const panel = await open(shown('done', 'live'))
    const { name, content } = await saved(panel, 'Values as CSV')
    assert.equal(name, 'penguins-curves.csv')
    const rows = content.data.trimEnd().split('\r\n')
    const head = rows[0]!.split(',')
    assert.deepEqual(head.slice(0, 5), ['run', 'record', 'step', 'epoch', 'seconds'])
    assert.ok(rows.every(row => row.replace(/"[^"]*"/g, '').split(',').length === head.length))
    const step = curves.done.filter(event => event.type === 'step')[6]!
    const row = rows
      .find(text => text.replace(/^"|"(?=,)/g, '').startsWith(`done,step,${step.step},`))!
      .replace(/"[^"]*"/g, 'run')
      .split(',')
    assert.equal(Number(row[head.indexOf('loss mass')]), step.losses.mass)
    const steps = [...curves.done, ...curves.live].filter(event => event.type === 'step').length
    assert.equal(rows.slice(1).filter(text => text.includes(',step,')).length, steps)
  })

  for (const theme of themeNames) {
    it(`saves its charts as a picture in the ${theme} theme`, async () => {
      const panel = await open(shown('live', 'done'), { theme })
      await panel.settle()
      const { name, content } = await saved(panel, 'Charts as PNG picture')
      assert.equal(name, 'penguins-curves.png')
      const bytes = Buffer.from(content.data, content.encoding)
      assert.equal(bytes.subarray(1, 4).toString(), 'PNG')
      assert.ok(bytes.readUInt32BE(16) > 800 && bytes.readUInt32BE(20) > 500)
      writeFileSync(`test-results/panels/export-curves-${theme}.png`, bytes)
      await panel.page.getByRole('checkbox', { name: 'Table' }).click()
      await panel.page.getByRole('button', { name: 'Save charts or values' }).click()
      assert.deepEqual(await panel.page.getByRole('menuitem').allInnerTexts(), ['Values as CSV'], 'a table is no picture')
    })
  }

  it('takes logarithms of every chart whose values are all above 0, and of no other', async () => {
    const panel = await open(shown('done'))
    await panel.page.getByRole('checkbox', { name: 'Log scale' }).click()
    await panel.settle()
    await panel.shot('curves-logarithmic')
    // A chart out of sight is not drawn before it is scrolled to.
    assert.equal(await chart(panel, 'learning rate').locator('canvas').count(), 0)
    await chart(panel, 'learning rate').scrollIntoViewIfNeeded()
    await panel.settle()
    const zeros = eventsOf(plan(2)).map(event => (event.type === 'step' ? { ...event, learningRate: 0 } : event))
    const before = await chart(panel, 'learning rate')
      .locator('canvas')
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())
    await panel.snapshot({ runs: all, shown: [{ id: 'done', events: zeros }] })
    await panel.settle()
    const after = await chart(panel, 'learning rate')
      .locator('canvas')
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())
    assert.notEqual(before, after)
  })

  it('zooms and moves with wheel and keys', async () => {
    const panel = await open(shown('done'))
    const { page } = panel
    const zoom = async () => {
      await panel.settle()
      return ((await panel.state()) as CurvesPanelState).zoom ?? null
    }
    const everything = page.getByRole('button', { name: 'Show everything' })
    await hover(panel, 'loss')
    await page.mouse.wheel(0, 40)
    assert.equal(await zoom(), null, 'a plain wheel scrolls')
    await page.evaluate(() => scrollTo(0, 0))
    await hover(panel, 'loss')
    await page.keyboard.down('Control')
    await page.mouse.wheel(0, -200)
    await everything.waitFor()
    await page.keyboard.up('Control')
    const [low, high] = (await zoom())!
    assert.ok(low > 0.1 && high < 29.9 && Math.abs((low + high) / 2 - 15) < 1, `${low} to ${high}`)
    await page.keyboard.down('Shift')
    await page.mouse.wheel(0, 60)
    await page.waitForFunction(before => (window as unknown as { state: CurvesPanelState }).state.zoom![0] > before, low)
    await page.keyboard.up('Shift')
    const [from, to] = (await zoom())!
    assert.ok(from > low && Math.abs(to - from - (high - low)) < 1e-6)
    await page.locator('.plot').first().focus()
    await page.keyboard.press('+')
    const [a, b] = (await zoom())!
    assert.ok(Math.abs(b - a - (to - from) / 2) < 1e-6)
    await page.keyboard.press('0')
    assert.equal(await zoom(), null)
    assert.equal(await everything.isVisible(), false)
  })

  it('drives a run by its buttons, which follow its state', async () => {
    const panel = await open(shown('live'))
    const { page } = panel
    for (const name of ['Pause', 'Stop', 'Open Model']) await page.getByRole('button', { name }).click()
    assert.deepEqual(await panel.actions(), [
      { kind: 'pause', run: 'live' },
      { kind: 'stop', run: 'live' },
      { kind: 'openModel', run: 'live' },
    ])
    await panel.delta({ runs: [{ ...live, status: 'paused' }] })
    await page.getByText('Paused', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Resume' }).click()
    assert.equal(await page.getByRole('button', { name: 'Pause' }).count(), 0)
    await panel.delta({ runs: [{ ...live, status: 'completed', epoch: 30, step: 240 }] })
    await page.getByText('Completed', { exact: true }).waitFor()
    assert.equal(await page.getByRole('button', { name: /Pause|Resume|Stop/ }).count(), 0)
    assert.equal(await page.getByRole('progressbar').getAttribute('aria-valuenow'), '100')
    assert.deepEqual((await panel.actions()).at(-1), { kind: 'resume', run: 'live' })
  })

  it('grows live, at most ten drawings a second, and ends with the metrics of the best checkpoint', async () => {
    const first = eventsOf(plan(1)).slice(0, 60)
    const rest = eventsOf(plan(1)).slice(60)
    const panel = await open({ runs: [live], shown: [{ id: 'live', events: first }] })
    const { page } = panel
    await page.evaluate(() => {
      const world = window as unknown as { draws: number }
      world.draws = 0
      new MutationObserver(() => world.draws++).observe(document.querySelector('.legend')!, { childList: true })
    })
    const start = Date.now()
    for (let i = 0; i < rest.length; i += 8)
      await panel.delta({ append: [{ id: 'live', events: rest.slice(i, i + 8) }], runs: [{ ...live, step: i } satisfies RunSummary] })
    await page.getByText('best checkpoint', { exact: true }).first().waitFor()
    const draws = await page.evaluate(() => (window as unknown as { draws: number }).draws)
    const seconds = (Date.now() - start) / 1000
    assert.ok(draws >= 1 && draws <= seconds * 10 + 2, `${draws} drawings in ${seconds} s`)
    const best = page.getByRole('region', { name: 'Task species' }).getByRole('table')
    assert.match((await best.innerText()).replace(/\s+/g, ' '), /validation test loss 0\.114 0\.123 accuracy 0\.981 0\.9722/)
    await page.mouse.wheel(0, 3000)
    await panel.settle()
    await panel.shot('curves-end')
  })

  it('chooses runs, and hides one without forgetting it', async () => {
    const panel = await open(shown('live', 'done'))
    const { page } = panel
    await page.getByText('Runs: 2 of 3').click()
    await panel.settle()
    await panel.shot('curves-chooser')
    await page.getByRole('checkbox', { name: /seed 3/ }).click()
    assert.deepEqual(await panel.actions(), [{ kind: 'show', runs: ['live', 'done', 'failed'] }])
    await panel.snapshot(shown('live', 'done', 'failed'))
    await page.getByText('Runs: 3 of 3').waitFor()
    await page.keyboard.press('Escape')
    assert.equal(await page.locator('details[open]').count(), 0)
    await page
      .getByRole('region', { name: /seed 2/ })
      .getByRole('checkbox')
      .click()
    await page.waitForFunction(() => !document.querySelector('.legend')!.textContent.includes('seed 2'))
    assert.deepEqual(((await panel.state()) as CurvesPanelState).hiddenRuns, ['done'])
    assert.deepEqual(((await panel.state()) as CurvesPanelState).runs, ['live', 'done', 'failed'])
    await hover(panel, 'loss')
    const text = await tooltip(panel)
    assert.ok(text.includes('seed 1') && text.includes('seed 3') && !text.includes('seed 2'), text)
    await panel.shot('curves-compare')
  })

  it('gives the values as a table', async () => {
    const panel = await open(shown('done'))
    await panel.page.getByRole('checkbox', { name: 'Table' }).click()
    const table = panel.page.getByRole('table', { name: /seed 2/ })
    await table.waitFor()
    assert.equal(await table.getByRole('row').count(), 31)
    assert.ok((await table.innerText()).includes('mass validation rmse'))
    await panel.shot('curves-table')
    await panel.page.getByRole('checkbox', { name: 'Table' }).click()
    await panel.page.locator('.sections').waitFor({ state: 'visible' })
    await panel.settle()
    assert.ok((await chart(panel, 'loss').locator('canvas').boundingBox())!.width > 100)
  })

  it('says what to do when there is nothing to draw', async () => {
    const panel = await open(null)
    await panel.page.getByText('Looking for runs').waitFor()
    await panel.snapshot({ runs: [], shown: [] })
    await panel.page.getByText('No runs yet').waitFor()
    await panel.shot('curves-empty')
    await panel.snapshot({ runs: all, shown: [] })
    await panel.page.getByText('No run chosen').waitFor()
    await panel.snapshot({ runs: [{ ...live, status: 'starting', step: 0 }], shown: [{ id: 'live', events: [] }] })
    await panel.page.getByText('No values yet').waitFor()
    await panel.page.getByText('Starting', { exact: true }).waitFor()
    await panel.delta({ append: [{ id: 'live', events: curves.live.slice(0, 20) }] })
    await panel.page.waitForSelector('.plot canvas')
  })

  it('fits its charts to the width of the panel and follows a change of theme', async () => {
    const panel = await open(shown('live'), { width: 1200 })
    await panel.page.setViewportSize({ width: 420, height: 900 })
    await panel.settle()
    const { width } = (await chart(panel, 'loss').locator('.u-wrap').boundingBox())!
    assert.ok(width > 300 && width < 420, `${width}`)
    await panel.page.evaluate(() => (document.body.className = 'vscode-light'))
    await panel.settle()
    await panel.shot('curves-narrow')
    assert.equal(await panel.page.evaluate(() => document.documentElement.scrollWidth), 420, 'nothing reaches out of the page')
    const blue = await chart(panel, 'loss')
      .locator('canvas')
      .evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
        for (let i = 0; i < data.length; i += 4) if (data[i] === 0 && data[i + 1] === 0x72 && data[i + 2] === 0xb2) return true
        return false
      })
    assert.ok(blue, 'lines are drawn in the colours of the light theme')
  })
})
