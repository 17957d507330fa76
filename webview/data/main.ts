import { dataViews, type DataAction, type DataDelta, type DataPanelState, type DataSnapshot } from '../../src/protocol/dataPanel'
import { connect } from '../host'
import { DataPanel } from './panel'
import '../ui/panel.css'
import './data.css'

connect<DataSnapshot, DataDelta, DataAction, DataPanelState>(host => new DataPanel(document.getElementById('root')!, host), isState)

function isState(value: unknown): value is DataPanelState {
  if (typeof value !== 'object' || value === null) return false
  const { uri, view, filter, usedOnly, scroll } = value as Partial<DataPanelState>
  return (
    typeof uri === 'string' &&
    dataViews.some(known => known === view) &&
    typeof filter === 'string' &&
    typeof usedOnly === 'boolean' &&
    typeof scroll === 'number'
  )
}
