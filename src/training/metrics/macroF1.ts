import { predictedClass, type MetricDefinition } from './metric'

/**
 * Mean over classes of F1 = 2·TP / (2·TP + FP + FN), each class counting the same. As in scikit-learn, the classes are those
 * that occur among labels or predictions.
 */
export const macroF1: MetricDefinition = {
  name: 'macro_f1',
  higherIsBetter: true,
  create({ classes }) {
    const hits = new Float64Array(classes)
    const predicted = new Float64Array(classes)
    const actual = new Float64Array(classes)
    return {
      add(outputs, offset, units, target) {
        const guess = predictedClass(outputs, offset, units)
        predicted[guess]!++
        actual[target]!++
        if (guess === target) hits[guess]!++
      },
      value() {
        let [sum, present] = [0, 0]
        for (let k = 0; k < classes; k++) {
          const total = predicted[k]! + actual[k]!
          if (total === 0) continue
          sum += (2 * hits[k]!) / total
          present++
        }
        return present === 0 ? null : sum / present
      },
    }
  },
}
