import type { CurvesAction, CurvesDelta, CurvesPanelState, CurvesSnapshot } from '../../src/protocol/curvesPanel'
import { connect } from '../host'
import { CurvesPanel } from './panel'
import 'uplot/dist/uPlot.min.css'
import '../ui/panel.css'
import '../ui/plot.css'
import './curves.css'

connect<CurvesSnapshot, CurvesDelta, CurvesAction, CurvesPanelState>(
  host => new CurvesPanel(document.getElementById('root')!, host),
  isState,
)

function isState(value: unknown): value is CurvesPanelState {
  if (typeof value !== 'object' || value === null) return false
  const { runs, hiddenTasks, hiddenRuns, axis, logarithmic, smoothing, table, zoom } = value as Partial<CurvesPanelState>
  const texts = (list: unknown) => Array.isArray(list) && list.every(item => typeof item === 'string')
  const range = (pair: unknown) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isFinite)
  return (
    (zoom === undefined || zoom === null || range(zoom)) &&
    [runs, hiddenTasks, hiddenRuns].every(texts) &&
    ['step', 'epoch', 'time'].includes(axis ?? '') &&
    typeof logarithmic === 'boolean' &&
    typeof table === 'boolean' &&
    typeof smoothing === 'number' &&
    smoothing >= 0 &&
    smoothing < 1
  )
}
