import { momentsOf } from '../statistics'
import type { Scaling } from './scaling'

export const standard: Scaling = {
  kind: 'standard',
  doc: 'less the mean, by the standard deviation',
  fit(values, rows) {
    const { mean, deviation } = momentsOf(values, rows)
    if (!Number.isFinite(deviation)) throw new RangeError('the values are too large to be standardised')
    return { center: mean, range: deviation || 1 }
  },
}
