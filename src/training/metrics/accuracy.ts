import { predictedClass, type MetricDefinition } from './metric'

/** Share of rows whose likeliest class is the right one. */
export const accuracy: MetricDefinition = {
  name: 'accuracy',
  higherIsBetter: true,
  create() {
    let [right, rows] = [0, 0]
    return {
      add(outputs, offset, units, target) {
        rows++
        if (predictedClass(outputs, offset, units) === target) right++
      },
      value: () => (rows === 0 ? null : right / rows),
    }
  },
}
