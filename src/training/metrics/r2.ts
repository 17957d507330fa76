import { inUnit, type MetricDefinition } from './metric'

/**
 * Coefficient of determination: 1 − Σ(y − ŷ)² / Σ(y − ȳ)², in the label's own unit. Undefined where all labels are equal.
 * The labels' squares are summed around their running mean (Welford 1962).
 */
export const r2: MetricDefinition = {
  name: 'r2',
  higherIsBetter: true,
  create(context) {
    const unit = inUnit(context)
    let [rows, mean, spread, residual] = [0, 0, 0, 0]
    return {
      add(outputs, offset, _units, target) {
        rows++
        const label = unit(target)
        const before = label - mean
        mean += before / rows
        spread += before * (label - mean)
        residual += (label - unit(outputs[offset]!)) ** 2
      },
      value: () => (spread > 0 ? 1 - residual / spread : null),
    }
  },
}
