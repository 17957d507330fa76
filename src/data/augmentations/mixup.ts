import { number } from '../../base/options'
import type { Random } from '../../base/random'
import type { Augmentation } from './augmentation'

/**
 * Zhang et al. 2018. Two rows of the batch become one mixture λa + (1 − λ)b, λ ~ Beta(α, α), which stands in both places: once
 * with the labels of a, weighted λ, once with those of b, weighted 1 − λ. The sum of the two losses is the loss of the mixture,
 * for every kind of task.
 */
export const mixup: Augmentation = {
  kind: 'mixup',
  doc: 'Mixes rows in pairs, all inputs of them, and counts the labels of both by their shares (Zhang et al. 2018). For classes and numbers alike.',
  example: 'augment: [mixup(0.2)]',
  options: { alpha: number('Shares are drawn from Beta(α, α): small values mix little.', { default: 0.2, above: 0 }) },
  positional: ['alpha'],
  rows({ rows, inputs, masks }, { alpha }, random) {
    for (let first = 0; first + 1 < rows; first += 2) {
      const share = beta(alpha as number, random)
      for (const values of inputs) {
        const size = values.length / masks[0]!.length
        for (let a = first * size, b = a + size; b < (first + 2) * size; a++, b++) {
          values[a] = share * values[a]! + (1 - share) * values[b]!
          values[b] = values[a]!
        }
      }
      for (const mask of masks) {
        mask[first]! *= share
        mask[first + 1]! *= 1 - share
      }
    }
  },
}

export function beta(alpha: number, random: Random): number {
  const [x, y] = [gamma(alpha, random), gamma(alpha, random)]
  // Both are 0 where alpha is tiny: then one row is the whole mixture.
  return x + y > 0 ? x / (x + y) : Math.round(random.uniform())
}

/** Marsaglia & Tsang 2000; below 1 by their power of a uniform number. */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * random.uniform() ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = random.normal()
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}
