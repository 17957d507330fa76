import assert from 'node:assert/strict'
import type { ConflictDelta, ConflictSnapshot } from '../../src/protocol/conflictPanel'
import type { CurvesDelta, CurvesSnapshot } from '../../src/protocol/curvesPanel'
import type { GraphDelta, GraphSnapshot } from '../../src/protocol/graphPanel'
import { conflictEvents } from '../fixtures/panels/conflict'
import { partlyShared, residual } from '../fixtures/panels/graphs'
import { eventsOf, summaryOf } from '../fixtures/panels/runs'
import { seriousFindings as findings } from './axe'
import { snapshot, vocabulary } from './graphPage'
import { browserPresent, PanelBrowser, themeNames } from './page'

const plan = (seed: number) => ({ seed, epochs: 12, stepsPerEpoch: 8, done: 1 })
const runs = [summaryOf('live', plan(1), 'training'), summaryOf('failed', plan(3), 'failed', { message: 'the loss of task mass is NaN' })]
const curves: CurvesSnapshot = { runs, shown: [1, 3].map((seed, i) => ({ id: runs[i]!.id, events: eventsOf(plan(seed)) })) }

describe('accessibility of the panels', function () {
  let browser: PanelBrowser
  before(async function () {
    if (!browserPresent) this.skip()
    browser = await PanelBrowser.start()
  })
  after(() => browser?.stop())

  for (const theme of themeNames) {
    it(`finds nothing serious in the graph panel in the ${theme} theme`, async () => {
      const panel = await browser.open<GraphSnapshot, GraphDelta>('graph', { theme })
      const { page } = panel
      const found: string[] = []
      const look = async (state: string) => void found.push(...(await findings(page)).map(finding => `${state}: ${finding}`))
      await look('while it waits')
      await panel.snapshot(snapshot({ graph: partlyShared(), vocabulary, selected: 2 }))
      await page.waitForSelector('.box')
      await panel.settle()
      await look('with a graph')
      await page.keyboard.press('/')
      await page.keyboard.type('dense')
      await panel.settle()
      await look('with matches')
      await page.keyboard.press('Escape')
      await page.locator('[data-id="node:trunk"]').click({ button: 'right' })
      await look('with a menu')
      await page.getByRole('menuitem', { name: 'Insert layer after' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Insert' }).click()
      await page.getByRole('alert').waitFor()
      await look('with a form that was refused')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Show as list' }).click()
      await look('as a list')
      await panel.snapshot(snapshot({ graph: residual(2), vocabulary }))
      await page.locator('[data-block]').first().waitFor()
      await look('as a list with blocks')
      await page.getByRole('button', { name: 'Show as list' }).click()
      const title = page.locator('.groupHeader.block .header').first()
      await title.waitFor()
      await panel.settle()
      await look('with blocks')
      await title.click()
      await page.locator('.box.group').first().waitFor()
      await look('with a closed block')
      await panel.snapshot(snapshot({ graph: null, stale: true, problem: 'line 1: unexpected end of file' }))
      await look('with nothing to draw')
      assert.deepEqual(found, [])
      await page.close()
    })

    it(`finds nothing serious in the conflict panel in the ${theme} theme`, async () => {
      const panel = await browser.open<ConflictSnapshot, ConflictDelta>('conflict', { theme, height: 1000 })
      const { page } = panel
      const found: string[] = []
      const look = async (state: string) => void found.push(...(await findings(page)).map(finding => `${state}: ${finding}`))
      await look('while it waits')
      await panel.snapshot({ runs, shown: { id: 'live', events: conflictEvents(60) } })
      await page.locator('.heatMap').waitFor()
      await panel.settle()
      await look('with a run')
      await page.locator('.heatMap [tabindex="0"]').focus()
      await page.getByRole('tooltip').waitFor()
      await look('with values')
      await page.getByRole('checkbox', { name: 'Table' }).click()
      await page.getByRole('table', { name: 'gradient norm' }).waitFor()
      await look('as tables')
      assert.deepEqual(found, [])
      await page.close()
    })

    it(`finds nothing serious in the curves panel in the ${theme} theme`, async () => {
      const panel = await browser.open<CurvesSnapshot, CurvesDelta>('curves', { theme, height: 1000 })
      const { page } = panel
      const found: string[] = []
      const look = async (state: string) => void found.push(...(await findings(page)).map(finding => `${state}: ${finding}`))
      await look('while it waits')
      await panel.snapshot(curves)
      await page.waitForSelector('.plot canvas')
      await panel.settle()
      await look('with two runs')
      await page.getByText('Runs: 2 of 2').click()
      await look('with the chooser')
      await page.keyboard.press('Escape')
      await page.locator('.plot').first().focus()
      await page.keyboard.press('End')
      await page.getByRole('tooltip').waitFor()
      await look('with values')
      await page.getByRole('checkbox', { name: 'Table' }).click()
      await page.getByRole('table').first().waitFor()
      await look('as a table')
      await panel.snapshot({ runs: [], shown: [] })
      await look('without runs')
      assert.deepEqual(found, [])
      await page.close()
    })
  }
})
