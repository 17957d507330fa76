import type { Json } from '../base/json'
import { nearest } from '../base/nearest'
import { listed } from '../transforms/wording'

/**
 * Weight of each class in the training loss.
 * @param given the option of the task  @param counts training rows of each class
 * @returns null where nothing is weighted  @throws RangeError where a class is named that the label does not have
 */
export function classWeights(given: Json | undefined, classes: readonly string[], counts: readonly number[]): number[] | null {
  if (given === undefined) return null
  if (given === 'balanced') {
    const rows = counts.reduce((a, b) => a + b, 0)
    const seen = counts.filter(count => count > 0).length
    return counts.map(count => (count === 0 ? 0 : rows / (seen * count)))
  }
  const named = given as Readonly<Record<string, number>>
  const unknown = Object.keys(named).find(name => !classes.includes(name))
  if (unknown !== undefined) {
    const guess = nearest(unknown, classes)
    throw new RangeError(
      `classWeights names '${unknown}' but the label's values are ${listed(classes)}${guess === undefined ? '' : `; did you mean '${guess}'?`}`,
    )
  }
  return classes.map(name => named[name] ?? 1)
}
