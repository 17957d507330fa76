import { inUnit, type MetricDefinition } from './metric'

/** Mean absolute error, in the label's own unit. */
export const mae: MetricDefinition = {
  name: 'mae',
  higherIsBetter: false,
  create(context) {
    const unit = inUnit(context)
    let [sum, rows] = [0, 0]
    return {
      add(outputs, offset, _units, target) {
        rows++
        sum += Math.abs(unit(outputs[offset]!) - unit(target))
      },
      value: () => (rows === 0 ? null : sum / rows),
    }
  },
}
