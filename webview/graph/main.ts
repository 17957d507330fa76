import type { GraphAction, GraphDelta, GraphPanelState, GraphSnapshot } from '../../src/protocol/graphPanel'
import { connect } from '../host'
import { GraphPanel } from './panel'
import '../ui/panel.css'
import './graph.css'
import './conflictMark.css'

connect<GraphSnapshot, GraphDelta, GraphAction, GraphPanelState>(host => new GraphPanel(document.getElementById('root')!, host), isState)

function isState(value: unknown): value is GraphPanelState {
  if (typeof value !== 'object' || value === null) return false
  const { uri, view, collapsed, locked, conflict } = value as Partial<GraphPanelState>
  const number = (n: unknown) => typeof n === 'number' && Number.isFinite(n)
  const goodView = view === null || (typeof view === 'object' && number(view.x) && number(view.y) && number(view.scale) && view.scale > 0)
  const goodLock = locked === undefined || typeof locked === 'boolean'
  if (conflict !== undefined && typeof conflict !== 'boolean') return false
  return typeof uri === 'string' && goodView && goodLock && Array.isArray(collapsed) && collapsed.every(id => typeof id === 'string')
}
