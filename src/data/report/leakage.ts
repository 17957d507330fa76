import { Random } from '../../base/random'
import type { LabelColumn } from '../../relatedness/labels'
import { partOf, quantileBounds } from '../../relatedness/quantiles'
import type { Matrix } from '../../relatedness/ridge'

/** How well one feature alone tells a label, on rows that the rule was not made from. */
export interface SingleFeature {
  /** Area under the ROC curve for two classes, or the mean over classes of each against the rest; null for numbers. */
  readonly auc: number | null
  /** The class that is told best from the rest, among those with 1% of the rows or more. */
  readonly best: { readonly name: string; readonly auc: number } | null
  /** Share of a number's variance that is explained; null for classes. */
  readonly explained: number | null
}

/** From here on a feature is said to give a label away. */
export const leakageThresholds = { two: 0.9, mean: 0.95, oneClass: 0.995, explained: 0.95 } as const

const mostParts = 20
const fewestRows = 50

/**
 * The rule: the mean label (each class as 0 or 1) of the rows with the same value, numbers in 20 parts of equal size; rare values
 * lean towards the mean of all. Half of the rows make the rule for the other half, and the other way round.
 * @param feature its values as the network sees them, [rows, width]
 */
export function singleFeature(feature: Matrix, label: LabelColumn, seed = 1): SingleFeature | null {
  const rows = [...label.values.keys()].filter(row => label.values[row] === label.values[row])
  if (rows.length < fewestRows) return null
  Random.seeded(seed, 'leakage').shuffle(rows)
  const half = rows.length >> 1
  const halves = [rows.slice(0, half), rows.slice(half)]
  const order = [...halves[0]!, ...halves[1]!]
  const scores = (target: (row: number) => number): Float64Array => {
    const [first, second] = halves as [number[], number[]]
    return Float64Array.from([...ruled(feature, second, first, target), ...ruled(feature, first, second, target)])
  }
  if (label.classes === null) {
    const predicted = scores(row => label.values[row]!)
    const mean = order.reduce((sum, row) => sum + label.values[row]!, 0) / order.length
    let [error, total] = [0, 0]
    order.forEach((row, i) => {
      error += (label.values[row]! - predicted[i]!) ** 2
      total += (label.values[row]! - mean) ** 2
    })
    return { auc: null, best: null, explained: total > 0 ? 1 - error / total : null }
  }
  const counts = new Map<number, number>()
  for (const row of rows) counts.set(label.values[row]!, (counts.get(label.values[row]!) ?? 0) + 1)
  const common = [...counts].filter(([, count]) => count >= Math.max(10, rows.length / 100)).map(([value]) => value)
  if (common.length < 2) return null
  const aucs = common.map(value => {
    const is = (row: number) => Number(label.values[row] === value)
    return { name: label.classes![value]!, auc: areaUnderCurve(scores(is), order.map(is)) }
  })
  const best = aucs.reduce((a, b) => (b.auc > a.auc ? b : a))
  return { auc: counts.size === 2 ? best.auc : aucs.reduce((sum, { auc }) => sum + auc, 0) / aucs.length, best, explained: null }
}

/** How a feature gives the label of a task away, or null where it does not. */
export function leakOf({ auc, best, explained }: SingleFeature, classes: number, task: string): string | null {
  const { two, mean, oneClass, explained: most } = leakageThresholds
  const label = `the label of task '${task}'`
  if (explained !== null)
    return explained >= most ? `explains ${percent(explained)} of the variance of ${label} (warned from ${percent(most)})` : null
  if (auc === null || best === null) return null
  if (classes === 2) return auc >= two ? `predicts ${label} with an AUC of ${auc.toFixed(3)} (warned from ${two.toFixed(2)})` : null
  if (auc >= mean) return `tells the classes of task '${task}' apart with a mean AUC of ${auc.toFixed(3)} (warned from ${mean.toFixed(2)})`
  return best.auc >= oneClass
    ? `tells '${best.name}' of task '${task}' from its other classes with an AUC of ${best.auc.toFixed(3)} (warned from ${oneClass})`
    : null
}

const percent = (share: number) => `${(100 * share).toFixed(1)}%`

/** Weight of the mean of all beside the rows of one value. */
const prior = 0.5

function ruled(feature: Matrix, from: readonly number[], to: readonly number[], target: (row: number) => number): number[] {
  const key = keyOf(feature, from)
  const groups = new Map<string | number, { n: number; sum: number }>()
  let sum = 0
  for (const row of from) {
    const [group, value] = [key(row), target(row)]
    const found = groups.get(group) ?? { n: 0, sum: 0 }
    groups.set(group, { n: found.n + 1, sum: found.sum + value })
    sum += value
  }
  const mean = sum / from.length
  return to.map(row => {
    const found = groups.get(key(row))
    return found ? (found.sum + prior * mean) / (found.n + prior) : mean
  })
}

function keyOf({ values, width }: Matrix, rows: readonly number[]): (row: number) => string | number {
  if (width !== 1) return row => Array.from({ length: width }, (_, j) => values[row * width + j]).join()
  const bounds = quantileBounds(
    rows.map(row => values[row]!),
    mostParts,
  )
  return row => partOf(bounds, values[row]!)
}

/** Mann & Whitney 1947; ties count half. */
function areaUnderCurve(scores: Float64Array, is: readonly number[]): number {
  const order = [...scores.keys()].sort((a, b) => scores[a]! - scores[b]!)
  let [ranks, positives] = [0, 0]
  for (let i = 0; i < order.length;) {
    let end = i
    while (end < order.length && scores[order[end]!] === scores[order[i]!]) end++
    for (let k = i; k < end; k++) {
      if (!is[order[k]!]) continue
      ranks += (i + end + 1) / 2
      positives++
    }
    i = end
  }
  const negatives = order.length - positives
  return positives === 0 || negatives === 0 ? 0.5 : (ranks - (positives * (positives + 1)) / 2) / (positives * negatives)
}
