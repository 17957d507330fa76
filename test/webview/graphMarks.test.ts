import assert from 'node:assert/strict'
import type { GraphConflict, GraphDelta, GraphPanelState, GraphSnapshot } from '../../src/protocol/graphPanel'
import { partlyShared } from '../fixtures/panels/graphs'
import { snapshot } from './graphPage'
import { themeNames } from './page'
import { panelPages } from './pages'

const conflict: GraphConflict = {
  run: 'run of today',
  stale: false,
  layers: [{ layer: 'trunk', pair: ['species', 'mass'], cosine: -0.42, reported: true }],
}

describe('conflict marks in the graph panel', function () {
  const open = panelPages<GraphSnapshot, GraphDelta>(this, 'graph', () => '.box')

  for (const theme of themeNames) {
    it(`marks the torn layer, says what the mark means, and can be switched off (${theme})`, async () => {
      const panel = await open(snapshot({ graph: partlyShared(), conflict }), { theme })
      const { page } = panel
      await panel.settle()
      const box = page.locator('[data-id="node:trunk"]')
      assert.equal(await box.locator('.conflictMark text').textContent(), '! cos −0.42')
      assert.ok((await box.getAttribute('aria-label'))!.endsWith('species and mass: cos −0.42, in conflict'))
      assert.equal(await page.locator('.conflictMark').count(), 1)
      await page.getByText('run of today').waitFor()
      await box.hover()
      await page.getByRole('tooltip').getByText('species and mass: cos −0.42, in conflict').waitFor()
      await panel.shot(`graph-conflict-${theme}`)
      await page.getByRole('checkbox', { name: 'Conflict' }).click()
      await page.locator('.conflictMark').waitFor({ state: 'detached' })
      const state = (await panel.state()) as GraphPanelState
      assert.equal(state.conflict, false)
      const again = await open(snapshot({ graph: partlyShared(), conflict }), { state })
      assert.equal(await again.page.locator('.conflictMark').count(), 0)
    })
  }

  it('has neither switch nor legend where no run has seen anything', async () => {
    const { page } = await open(snapshot({ graph: partlyShared() }))
    assert.equal(await page.getByRole('checkbox', { name: 'Conflict' }).count(), 0)
  })
})
