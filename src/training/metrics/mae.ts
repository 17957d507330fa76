import type { MetricDefinition } from './metric'

/** Mean absolute error, in the label's own unit. */
export const mae: MetricDefinition = {
  name: 'mae',
  higherIsBetter: false,
  create({ deviation }) {
    let [sum, rows] = [0, 0]
    return {
      add(outputs, offset, _units, target) {
        rows++
        sum += Math.abs(outputs[offset]! - target)
      },
      value: () => (rows === 0 ? null : (sum / rows) * deviation),
    }
  },
}
