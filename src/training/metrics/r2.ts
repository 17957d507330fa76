import type { MetricDefinition } from './metric'

/**
 * Coefficient of determination: 1 − Σ(y − ŷ)² / Σ(y − ȳ)², the same in every unit. Undefined where all labels are equal.
 * The labels' squares are summed around their running mean (Welford 1962).
 */
export const r2: MetricDefinition = {
  name: 'r2',
  higherIsBetter: true,
  create() {
    let [rows, mean, spread, residual] = [0, 0, 0, 0]
    return {
      add(outputs, offset, _units, target) {
        rows++
        const before = target - mean
        mean += before / rows
        spread += before * (target - mean)
        residual += (target - outputs[offset]!) ** 2
      },
      value: () => (spread > 0 ? 1 - residual / spread : null),
    }
  },
}
