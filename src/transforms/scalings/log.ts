import { momentsOf, sortedPresent } from '../statistics'
import type { Scaling } from './scaling'

export const log: Scaling = {
  kind: 'log',
  doc: 'ln(1 + value), then standardised',
  fit(values, rows) {
    const least = sortedPresent(values, rows)[0]!
    if (least <= -1) throw new RangeError(`the logarithm ln(1 + value) needs values above -1, found ${least}`)
    const { mean, deviation } = momentsOf(values.map(Math.log1p), rows)
    return { center: mean, range: deviation || 1, log: true }
  },
}
