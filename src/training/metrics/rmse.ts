import { inUnit, type MetricDefinition } from './metric'

/** Root of the mean squared error, in the label's own unit. */
export const rmse: MetricDefinition = {
  name: 'rmse',
  higherIsBetter: false,
  create(context) {
    const unit = inUnit(context)
    let [sum, rows] = [0, 0]
    return {
      add(outputs, offset, _units, target) {
        rows++
        sum += (unit(outputs[offset]!) - unit(target)) ** 2
      },
      value: () => (rows === 0 ? null : Math.sqrt(sum / rows)),
    }
  },
}
