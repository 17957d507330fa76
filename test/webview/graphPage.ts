import type { GraphDelta, GraphSnapshot } from '../../src/protocol/graphPanel'
import { penguins } from '../fixtures/panels/graphs'
import { editVocabulary } from '../../src/language/editVocabulary'
import type { OpenPanel } from './page'
import { panelPages, type Pages } from './pages'

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
export const graphPages = (suite: Mocha.Suite): Pages<GraphSnapshot, GraphDelta> =>
  panelPages(suite, 'graph', ({ graph }) => (graph ? '.drawing:not([hidden]) .box:visible' : undefined))
