import assert from 'node:assert/strict'
import { conflictEvents } from '../fixtures/panels/conflict'
import { measurementOf } from '../fixtures/panels/affinity'
import { GraphBuilder } from '../fixtures/panels/graphs'
import { eventsOf, summaryOf } from '../fixtures/panels/runs'
import { snapshot } from './graphPage'
import { browserPresent, PanelBrowser, type PanelName } from './page'

const plan = { seed: 1, epochs: 12, stepsPerEpoch: 8, done: 1 }
const long = 'a_rather_long_name_that_is_one_word_only'
const tasks = Array.from({ length: 12 }, (_, i) => `${long}_${i + 1}`)
const run = summaryOf('done', plan, 'completed', { model: long, tasks })

function manyTasks() {
  const b = new GraphBuilder(`${long}.mtl.ts`)
  const trunk = b.dense('trunk', b.input(long, [8]), 16, 'relu')
  for (const task of tasks) b.task(task, 'regression', trunk)
  return b.build()
}

/** What each panel shows, and what tells that it does. */
const shown: Readonly<Partial<Record<PanelName, readonly [unknown, string]>>> = {
  graph: [snapshot({ graph: manyTasks(), title: `${long}.mtl.ts` }), '.box'],
  curves: [{ runs: [run], shown: [{ id: 'done', events: eventsOf(plan) }] }, '.plot canvas'],
  conflict: [{ runs: [{ ...run, tasks: ['species', 'sex', 'mass'] }], shown: { id: 'done', events: conflictEvents(60) } }, '.heatMap'],
  affinity: [{ measurements: [measurementOf({ model: long })], shown: 'done', stale: true }, '.heatMap'],
}

describe('panels of 300 pixels, with long names', function () {
  let browser: PanelBrowser
  before(async function () {
    if (!browserPresent) this.skip()
    browser = await PanelBrowser.start()
  })
  after(() => browser?.stop())

  for (const [name, [first, drawn]] of Object.entries(shown)) {
    it(`keep the ${name} within, and the parts of its toolbar apart`, async () => {
      const panel = await browser.open(name as PanelName, { width: 300, height: 700 })
      const { page } = panel
      await panel.snapshot(first)
      await page.locator(drawn).first().waitFor()
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 300)
      const parts = await page.locator('.toolbar > *').evaluateAll(all =>
        all.map(part => {
          const { x, y, right, bottom } = part.getBoundingClientRect()
          return { x, y, right, bottom, beyond: part.scrollWidth - part.clientWidth }
        }),
      )
      for (const [i, a] of parts.entries()) {
        assert.ok(a.beyond <= 1, `part ${i} is wider than its place`)
        for (const b of parts.slice(i + 1))
          assert.ok(a.right <= b.x || b.right <= a.x || a.bottom <= b.y || b.bottom <= a.y, `part ${i} lies on another`)
      }
      await page.close()
    })
  }
})
