import assert from 'node:assert/strict'
import { measureCurves } from './curvesSpeed'
import { browserPresent, PanelBrowser } from './page'

describe('speed of the curves panel', function () {
  this.timeout(90_000)
  let browser: PanelBrowser
  before(async function () {
    if (!browserPresent) this.skip()
    browser = await PanelBrowser.start()
  })
  after(() => browser?.stop())

  // `npm run bench:panels` gives the figures that count; this holds the order of magnitude on a busy machine.
  it('draws a million points, and draws them anew', async () => {
    const speed = await measureCurves(browser, 143_000)
    assert.ok(speed.points > 1e6)
    console.log(`      ${JSON.stringify(speed, (_, value: unknown) => (typeof value === 'number' ? Math.round(value) : value))}`)
    for (const name of ['smoothing', 'append', 'zoom'] as const) assert.ok(speed[name] < 3000, `${name} took ${speed[name]} ms`)
    assert.ok(speed.snapshotToChart < 15_000, `${speed.snapshotToChart} ms`)
  })
})
