import { marginals, type Contingency } from './contingency'

/** Entropy of counts in nats, as the plug-in estimate. */
export function entropy(counts: Float64Array): number {
  const total = counts.reduce((a, b) => a + b, 0)
  return counts.reduce((sum, count) => (count > 0 ? sum - (count / total) * Math.log(count / total) : sum), 0)
}

const seen = (counts: Float64Array) => counts.reduce((n, count) => n + Number(count > 0), 0)

/**
 * I(A; B) = H(A) + H(B) − H(A, B) in nats. Plug-in entropies of n draws are too small by (k − 1)/2n, where k values occur: with that
 * added to each (Miller 1955, "Note on the bias of information estimates"), independent labels come near 0 also where classes
 * are many and rows are few. Never below 0.
 * @returns null without rows
 */
export function mutualInformation(table: Contingency, corrected = true): number | null {
  if (table.total === 0) return null
  const { ofRows, ofColumns } = marginals(table)
  const plain = entropy(ofRows) + entropy(ofColumns) - entropy(table.counts)
  const bias = corrected ? (seen(ofRows) + seen(ofColumns) - seen(table.counts) - 1) / (2 * table.total) : 0
  return Math.max(0, plain + bias)
}

/** I(A; B) / √(H(A)·H(B)) (Strehl & Ghosh 2002), within [0, 1]. @returns null where a label has one value only */
export function normalizedInformation(table: Contingency, corrected = true): number | null {
  const information = mutualInformation(table, corrected)
  const { ofRows, ofColumns } = marginals(table)
  const scale = Math.sqrt(entropy(ofRows) * entropy(ofColumns))
  return information === null || !(scale > 0) ? null : Math.min(1, information / scale)
}
