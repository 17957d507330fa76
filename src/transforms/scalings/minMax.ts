import { sortedPresent } from '../statistics'
import type { Scaling } from './scaling'

export const minMax: Scaling = {
  kind: 'minMax',
  doc: 'to 0 … 1',
  fit(values, rows) {
    const sorted = sortedPresent(values, rows)
    return { center: sorted[0]!, range: sorted.at(-1)! - sorted[0]! || 1 }
  },
}
