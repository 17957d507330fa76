import assert from 'node:assert/strict'
import type { GraphDelta, GraphSnapshot } from '../../src/protocol/graphPanel'
import { penguins } from '../fixtures/panels/graphs'
import { editVocabulary } from '../../src/language/editVocabulary'
import { browserPresent, PanelBrowser, type OpenPanel } from './page'

export type GraphPage = OpenPanel<GraphSnapshot, GraphDelta>

export const vocabulary = editVocabulary([{ source: 0, columns: ['species', 'sex', 'island', 'body_mass_g'] }])

export const snapshot = (change: Partial<GraphSnapshot> = {}): GraphSnapshot => ({
  uri: 'file:///models/penguins.mtl.ts',
  graph: penguins(),
  stale: false,
  problem: null,
  title: 'penguins.mtl.ts',
  selected: null,
  locked: false,
  vocabulary: null,
  ...change,
})

export const box = (panel: GraphPage, name: string) => panel.page.locator(`[data-id="${name}"]`)
/** Until movement has come to its end. */
export const settle = (panel: GraphPage) => panel.page.waitForTimeout(320)

/** Opens graph panels within a suite; after each test no page may have reported an error. */
export function graphPages(
  suite: Mocha.Suite,
): (first: GraphSnapshot | null, options?: Parameters<PanelBrowser['open']>[1]) => Promise<GraphPage> {
  let browser: PanelBrowser
  const opened: GraphPage[] = []
  suite.beforeAll(async function () {
    if (!browserPresent) this.skip()
    browser = await PanelBrowser.start()
  })
  suite.afterAll(() => browser?.stop())
  suite.afterEach(async () => {
    for (const panel of opened.splice(0)) {
      const reported = (await panel.posted()).filter(message => message.type === 'error')
      await panel.page.close()
      assert.deepEqual([panel.problems, reported], [[], []], 'the page reported errors')
    }
  })
  return async (first, options = {}) => {
    const panel = await browser.open<GraphSnapshot, GraphDelta>('graph', options)
    opened.push(panel)
    if (first) {
      await panel.snapshot(first)
      if (first.graph) await panel.page.waitForSelector('.drawing:not([hidden]) .box')
    }
    return panel
  }
}
