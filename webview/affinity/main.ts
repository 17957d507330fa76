import type { AffinityAction, AffinityPanelState, AffinitySnapshot } from '../../src/protocol/affinityPanel'
import { connect } from '../host'
import { AffinityPanel } from './panel'
import '../ui/panel.css'
import '../conflict/heatMap.css'
import './affinity.css'

connect<AffinitySnapshot, never, AffinityAction, AffinityPanelState>(
  host => new AffinityPanel(document.getElementById('root')!, host),
  isState,
)

function isState(value: unknown): value is AffinityPanelState {
  if (typeof value !== 'object' || value === null) return false
  const { id, most, layer, table } = value as Partial<AffinityPanelState>
  const text = (item: unknown) => item === null || typeof item === 'string'
  return text(id) && text(layer) && Number.isInteger(most) && typeof table === 'boolean'
}
