import { quantile, sortedPresent } from '../statistics'
import type { Scaling } from './scaling'

export const robust: Scaling = {
  kind: 'robust',
  doc: 'less the median, by the distance between the quartiles',
  fit(values, rows) {
    const sorted = sortedPresent(values, rows)
    return { center: quantile(sorted, 0.5), range: quantile(sorted, 0.75) - quantile(sorted, 0.25) || 1 }
  },
}
