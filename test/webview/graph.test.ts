import assert from 'node:assert/strict'
import type { GraphPanelState } from '../../src/protocol/graphPanel'
import { large, multiFashion, partlyShared, penguins } from '../fixtures/panels/graphs'
import { box, graphPages, snapshot, type GraphPage } from './graphPage'
import { themeNames } from './page'

describe('graph panel in a browser', function () {
  const open = graphPages(this)
  const placeOf = async (panel: GraphPage, name: string) => (await box(panel, name).boundingBox())!

  for (const theme of themeNames) {
    it(`draws trunk, heads and tasks in the ${theme} theme`, async () => {
      const panel = await open(snapshot({ selected: 2 }), { theme })
      for (const text of ['Trunk', 'Head species', 'Head sex', 'Head mass', '2,080 params', '[64]', 'classification']) {
        assert.ok(await panel.page.getByText(text, { exact: false }).first().isVisible(), `${text} is not visible`)
      }
      assert.equal(await box(panel, 'node:dropout_1').getAttribute('aria-current'), 'true')
      await panel.settle()
      await panel.shot(`graph-penguins-${theme}`)
      await panel.snapshot(
        snapshot({ graph: partlyShared(), stale: true, problem: "line 12: unknown option 'unit', did you mean 'units'?", selected: 2 }),
      )
      await panel.page.getByText('Shared by speed, heading').waitFor()
      await panel.settle()
      await box(panel, 'node:encoder_2').hover()
      await panel.shot(`graph-shared-${theme}`)
    })
  }

  it('shows the line of a clicked node and task', async () => {
    const panel = await open(snapshot())
    await box(panel, 'node:trunk').click()
    await box(panel, 'task:sex').click()
    await panel.page.getByRole('button', { name: 'mass' }).first().click()
    assert.deepEqual(await panel.actions(), [
      { kind: 'reveal', node: 3 },
      { kind: 'revealTask', task: 'sex' },
      { kind: 'revealTask', task: 'mass' },
    ])
  })

  it('tells options, weights, initializer and tasks of the node under the pointer', async () => {
    const panel = await open(snapshot())
    await box(panel, 'node:trunk').hover()
    const tooltip = panel.page.getByRole('tooltip')
    await tooltip.waitFor()
    const text = (await tooltip.innerText()).replace(/\s+/g, ' ')
    for (const part of [
      'trunk dense',
      'units 32',
      'activation relu',
      '[64, 32]',
      'He normal',
      '2,080 parameters',
      'used by',
      'species',
      'mass',
    ]) {
      assert.ok(text.includes(part), `${part} is missing in: ${text}`)
    }
    await panel.shot('graph-tooltip')
  })

  it('is walked with the arrow keys and entered with Enter', async () => {
    const panel = await open(snapshot())
    const { page } = panel
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute('data-id') ?? document.activeElement?.getAttribute('aria-label'))
    await box(panel, 'node:measurements').focus()
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
    assert.equal(await focused(), 'node:trunk')
    await page.keyboard.press('ArrowDown')
    assert.equal(await focused(), 'node:sex.output')
    await page.keyboard.press('ArrowLeft')
    assert.match((await focused())!, /dense_3|species\.output/)
    await page.keyboard.press('Home')
    assert.equal(await focused(), 'node:measurements')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await panel.settle()
    await panel.shot('graph-keyboard')
    assert.deepEqual(await panel.actions(), [{ kind: 'reveal', node: 1 }])
  })

  it('reaches every control with the Tab key', async () => {
    const panel = await open(snapshot())
    const seen: string[] = []
    for (let i = 0; i < 16; i++) {
      await panel.page.keyboard.press('Tab')
      seen.push(
        (await panel.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent)) ?? '',
      )
    }
    for (const name of ['species', 'Zoom in', 'Zoom out', 'Fit to window', 'Show as list', 'Trunk', 'Head sex']) {
      assert.ok(
        seen.some(label => label.includes(name)),
        `${name} is not reached: ${seen.join(' | ')}`,
      )
    }
    assert.equal(seen.filter(label => label.includes('used by')).length, 1, 'exactly one box is a tab stop')
  })

  it('zooms with buttons, keys and wheel, pans by dragging, and fits again', async () => {
    const panel = await open(snapshot())
    const { page } = panel
    const width = () => page.evaluate(() => 150 * new DOMMatrix(getComputedStyle(document.querySelector('.world')!).transform).a)
    // The header takes its height only once its buttons are there.
    await panel.settle()
    const first = await width()
    await page.getByRole('button', { name: 'Zoom in' }).click()
    await panel.settle()
    assert.ok((await width()) > first * 1.2)
    await page.getByRole('button', { name: 'Zoom out' }).click()
    await page.getByRole('button', { name: 'Zoom out' }).click()
    await panel.settle()
    assert.ok((await width()) < first * 0.85)
    await page.getByRole('button', { name: 'Fit to window' }).click()
    await panel.settle()
    assert.ok(Math.abs((await width()) - first) < 1)

    const target = await placeOf(panel, 'node:trunk')
    const middle = { x: target.x + target.width / 2, y: target.y + target.height / 2 }
    await page.mouse.move(middle.x, middle.y)
    await page.mouse.wheel(0, -300)
    await panel.settle()
    const zoomed = await placeOf(panel, 'node:trunk')
    assert.ok(zoomed.width > target.width * 1.3)
    assert.ok(Math.abs(zoomed.x + zoomed.width / 2 - middle.x) < 2, 'the point under the pointer keeps its place')

    await page.mouse.move(20, 700)
    await page.mouse.down()
    await page.mouse.move(80, 640, { steps: 4 })
    await page.mouse.up()
    await panel.settle()
    const moved = await placeOf(panel, 'node:trunk')
    assert.ok(Math.abs(moved.x - zoomed.x - 60) < 2 && Math.abs(moved.y - zoomed.y + 60) < 2)
    assert.deepEqual(await panel.actions(), [], 'a drag is no click')

    await box(panel, 'node:trunk').focus()
    await page.keyboard.press('-')
    await page.keyboard.press('+')
    await page.keyboard.press('0')
    await panel.settle()
    assert.ok(Math.abs((await width()) - first) < 1)
    assert.equal(((await panel.state()) as GraphPanelState).view, null)
  })

  it('collapses and expands groups, and remembers it', async () => {
    const panel = await open(snapshot())
    await panel.page.getByRole('button', { name: /^Head species/ }).click()
    await box(panel, 'group:species').waitFor()
    assert.equal(await box(panel, 'node:dense_3').count(), 0)
    await panel.settle()
    await panel.shot('graph-collapsed')
    const state = (await panel.state()) as GraphPanelState
    assert.deepEqual(state, {
      uri: 'file:///models/penguins.mtl.ts',
      view: null,
      collapsed: ['group:species'],
      locked: false,
      conflict: true,
    })
    await panel.delta({ selected: 4 })
    await panel.page.waitForSelector('[data-id="group:species"].selected')
    await box(panel, 'group:species').click()
    await box(panel, 'node:dense_3').waitFor()

    const again = await open(snapshot(), { state })
    assert.equal(await box(again, 'group:species').count(), 1)
  })

  it('discards a saved state that it does not understand', async () => {
    const panel = await open(snapshot(), { state: { uri: 7, view: { x: 'left' } } })
    assert.equal(await box(panel, 'node:trunk').count(), 1)
  })

  it('follows the cursor of the editor and scrolls to a node out of sight', async () => {
    const panel = await open(snapshot({ graph: large(60, 3) }), { height: 500 })
    const seen = async (name: string) => {
      const { y, height } = await placeOf(panel, name)
      return y > 0 && y + height < 500
    }
    assert.equal(await seen('node:layer_55'), false)
    await panel.delta({ selected: 56 })
    await panel.page.waitForSelector('[data-id="node:layer_55"].selected')
    await panel.settle()
    assert.equal(await seen('node:layer_55'), true)
    await panel.delta({ selected: null })
    await panel.page.waitForFunction(() => !document.querySelector('.selected'))
  })

  it('keeps the selected node on its place while the model changes around it', async () => {
    const panel = await open(snapshot())
    await panel.page.getByRole('button', { name: 'Zoom in' }).click()
    await panel.settle()
    await panel.delta({ selected: 3 })
    await panel.page.waitForSelector('[data-id="node:trunk"].selected')
    await panel.settle()
    const before = await placeOf(panel, 'node:trunk')
    await panel.snapshot(snapshot({ graph: penguins(64, false), selected: 2 }))
    await panel.page.waitForFunction(() => !document.querySelector('[data-id="node:dropout_1"]'))
    await panel.settle()
    const after = await placeOf(panel, 'node:trunk')
    const centre = (r: { x: number; y: number; width: number; height: number }) => [r.x + r.width / 2, r.y + r.height / 2]
    assert.ok(
      centre(before).every((value, i) => Math.abs(value - centre(after)[i]!) < 2),
      `moved from ${centre(before).join()} to ${centre(after).join()}`,
    )
  })

  it('shows the last good graph with the problem, and says what to do when there is none', async () => {
    const panel = await open(snapshot({ stale: true, problem: "line 3: 'dens' is not known; did you mean 'dense'?" }))
    assert.match(await panel.page.getByRole('status').first().innerText(), /Last good graph\. line 3/)
    await panel.snapshot(snapshot({ graph: null, stale: true, problem: 'line 1: unexpected end of file' }))
    await panel.page.getByText('No graph yet').waitFor()
    await panel.shot('graph-empty')
    await panel.snapshot(snapshot({ graph: null }))
    await panel.page.getByText('This file has no model yet').waitFor()
    await panel.snapshot(snapshot())
    await box(panel, 'node:trunk').waitFor({ state: 'visible' })
  })

  it('offers the graph as tables', async () => {
    const panel = await open(snapshot({ graph: partlyShared() }))
    await panel.page.getByRole('button', { name: 'Show as list' }).click()
    const row = panel.page.getByRole('row', { name: /motion dense/ })
    assert.match((await row.innerText()).replace(/\s+/g, ' '), /motion dense 32 · tanh trunk \[32\] 2,080 speed, heading/)
    await panel.shot('graph-list')
    await panel.page.getByRole('button', { name: 'motion', exact: true }).click()
    assert.deepEqual(await panel.actions(), [{ kind: 'reveal', node: 6 }])
    await panel.page.getByRole('button', { name: 'Show as list' }).click()
    await box(panel, 'node:motion').waitFor({ state: 'visible' })
  })

  it('asks for a snapshot after a gap', async () => {
    const panel = await open(snapshot())
    await panel.post({ type: 'delta', sequence: 9, delta: { selected: 3 } })
    await panel.page.waitForFunction(() => (window as unknown as { posted: { type: string }[] }).posted.some(m => m.type === 'resync'))
    assert.equal(await panel.page.locator('.selected').count(), 0)
  })

  it('draws LeNet and a model of 500 layers, of which only what is in view takes part', async () => {
    const panel = await open(snapshot({ graph: multiFashion(), title: 'multi-fashion.mtl.ts' }), { width: 620 })
    await panel.settle()
    await panel.shot('graph-fashion')
    await panel.snapshot(snapshot({ graph: large(500, 8) }))
    await box(panel, 'node:layer_499').waitFor({ state: 'attached' })
    await panel.settle()
    await panel.shot('graph-large')
    assert.equal(await box(panel, 'node:layer_499').isVisible(), false)
    await box(panel, 'node:layer_0').focus()
    await panel.page.keyboard.press('Home')
    for (let i = 0; i < 30; i++) await panel.page.keyboard.press('ArrowDown')
    await panel.settle()
    assert.equal(await panel.page.evaluate(() => document.activeElement?.getAttribute('data-id')), 'node:dropout_29')
    assert.ok(await box(panel, 'node:dropout_29').isVisible())
    for (let i = 0; i < 12; i++) await panel.page.keyboard.press('-')
    await panel.settle()
    assert.equal(await panel.page.locator('.drawing').getAttribute('class'), 'drawing far', 'what can not be read is not drawn')
  })

  it('tells the shape that goes along an edge', async () => {
    const panel = await open(snapshot({ graph: partlyShared() }))
    await panel.settle()
    const { x, y } = await panel.page.locator('[data-from="node:both"][data-to="node:trunk"] .hit').evaluate((path: SVGPathElement) => {
      const middle = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM()!)
      return { x: middle.x, y: middle.y }
    })
    await panel.page.mouse.move(x, y)
    const tooltip = panel.page.getByRole('tooltip')
    await tooltip.waitFor()
    assert.match(await tooltip.innerText(), /\[96\]\s+both → trunk\s+for all tasks/)
  })

  describe('with a layout that fails', () => {
    /** Never answers, except for the graph that has a node 'forgotten'. */
    const endless = `self.onmessage = ({ data: { id, cmd, graph } }) => {
      if (cmd === 'register') self.postMessage({ id })
      else if (JSON.stringify(graph).includes('forgotten')) self.postMessage({ id, data: graph })
    }`
    const withWorker = async (script: string) => {
      const panel = await open(null)
      await panel.page.route('**/elk-worker.min.js', route => route.fulfill({ contentType: 'text/javascript', body: script }), { times: 1 })
      await panel.snapshot(snapshot())
      return panel
    }

    it('asks whether to wait, cancels, and has a new worker for the next graph', async () => {
      const panel = await withWorker(endless)
      const { page } = panel
      await page.getByText('takes long').waitFor()
      await panel.shot('graph-slow')
      await page.getByRole('button', { name: 'Keep waiting' }).click()
      await page.getByText('takes long').waitFor({ state: 'hidden' })
      await page.getByText('takes long').waitFor()
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.getByText('was cancelled').waitFor()
      assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 1)
      await panel.snapshot(snapshot({ graph: partlyShared() }))
      await box(panel, 'node:forgotten').waitFor()
      assert.equal(await page.getByText('was cancelled').isVisible(), false)
    })

    it('says why, when the worker breaks', async () => {
      const panel = await withWorker('self.onmessage = () => { throw new Error("out of memory") }')
      await panel.page.getByText('could not be arranged: Uncaught Error: out of memory').waitFor()
      await panel.page.getByRole('button', { name: 'Try again' }).click()
      await panel.page.getByText('could not be arranged').waitFor()
      assert.ok(
        (await panel.posted()).some(message => message.type === 'error'),
        'the log hears of it',
      )
      await open.close(panel)
    })

    it('says why, when the worker can not be read, and works when it can', async () => {
      const panel = await open(null)
      await panel.page.route('**/elk-worker.min.js', route => route.fulfill({ status: 404 }), { times: 1 })
      await panel.snapshot(snapshot())
      await panel.page.getByText('could not be arranged: layout worker: HTTP 404').waitFor()
      await panel.page.getByRole('button', { name: 'Try again' }).click()
      await box(panel, 'node:trunk').waitFor()
      await open.close(panel)
    })
  })

  it('keeps the last of many quick edits', async () => {
    const panel = await open(snapshot())
    for (const units of [8, 16, 24, 48, 96, 128]) await panel.snapshot(snapshot({ graph: penguins(units) }))
    await panel.page.getByText('128 · relu').waitFor()
    await panel.snapshot(snapshot({ graph: penguins(4) }))
    await panel.snapshot(snapshot({ graph: penguins(128) }))
    await panel.settle()
    await panel.page.getByText('128 · relu').waitFor()
    assert.equal(await panel.page.locator('[data-id="node:dense_1"]').count(), 1)
  })

  it('moves nothing by animation where the reader wants none', async () => {
    const panel = await open(snapshot(), { reducedMotion: true })
    await panel.page.getByRole('button', { name: 'Zoom in' }).click()
    const durations = await panel.page.evaluate(() => getComputedStyle(document.querySelector('.world')!).transitionDuration)
    assert.equal(durations, '0s')
  })
})
