import {
  measures,
  type ConflictAction,
  type ConflictDelta,
  type ConflictPanelState,
  type ConflictSnapshot,
} from '../../src/protocol/conflictPanel'
import { connect } from '../host'
import { ConflictPanel } from './panel'
import 'uplot/dist/uPlot.min.css'
import '../ui/panel.css'
import './heatMap.css'
import '../ui/plot.css'
import './conflict.css'

connect<ConflictSnapshot, ConflictDelta, ConflictAction, ConflictPanelState>(
  host => new ConflictPanel(document.getElementById('root')!, host),
  isState,
)

function isState(value: unknown): value is ConflictPanelState {
  if (typeof value !== 'object' || value === null) return false
  const { run, measure, layer, step, table } = value as Partial<ConflictPanelState>
  const text = (item: unknown) => item === null || typeof item === 'string'
  return (
    text(run) &&
    text(layer) &&
    (step === null || Number.isFinite(step)) &&
    typeof table === 'boolean' &&
    measures.some(known => known === measure)
  )
}
