import assert from 'node:assert/strict'
import type { CurvesDelta, CurvesSnapshot } from '../../src/protocol/curvesPanel'
import { eventsOf, summaryOf } from '../fixtures/panels/runs'
import { browserPresent, PanelBrowser } from './page'

describe('speed of the curves panel', function () {
  let browser: PanelBrowser
  before(async function () {
    if (!browserPresent) this.skip()
    browser = await PanelBrowser.start()
  })
  after(() => browser?.stop())

  it('stays quick with twenty thousand steps', async () => {
    const plan = { seed: 1, epochs: 100, stepsPerEpoch: 200, done: 1 }
    const panel = await browser.open<CurvesSnapshot, CurvesDelta>('curves', { height: 1000 })
    await panel.snapshot({ runs: [summaryOf('live', plan, 'training')], shown: [{ id: 'live', events: eventsOf(plan) }] })
    await panel.page.waitForSelector('.plot canvas')
    const milliseconds = await panel.page.evaluate(async () => {
      const slider = document.querySelector<HTMLInputElement>('input[type=range]')!
      const start = performance.now()
      slider.value = '0.6'
      slider.dispatchEvent(new Event('input'))
      await new Promise(done => setTimeout(done, 100))
      await new Promise(requestAnimationFrame)
      return performance.now() - start
    })
    assert.ok(milliseconds < 600, `${milliseconds} ms`)
    assert.deepEqual(panel.problems, [])
    await panel.shot('curves-dense')
    await panel.page.close()
  })
})
