import type { MetricDefinition } from './metric'

/**
 * Area under the ROC curve: the chance that a row of yes gets a higher probability than a row of no, ties counting half
 * (Mann & Whitney 1947). Exact: ranks over all rows, equal probabilities sharing their mean rank.
 */
export const auc: MetricDefinition = {
  name: 'auc',
  higherIsBetter: true,
  create() {
    const scores: number[] = []
    const labels: boolean[] = []
    return {
      add(outputs, offset, _units, target) {
        scores.push(outputs[offset]!)
        labels.push(target === 1)
      },
      value() {
        const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!)
        const positives = labels.filter(Boolean).length
        const negatives = labels.length - positives
        if (positives === 0 || negatives === 0) return null
        let rankSum = 0
        for (let start = 0; start < order.length;) {
          let end = start + 1
          while (end < order.length && scores[order[end]!] === scores[order[start]!]) end++
          const rank = (start + 1 + end) / 2
          for (let k = start; k < end; k++) if (labels[order[k]!]) rankSum += rank
          start = end
        }
        return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
      },
    }
  },
}
