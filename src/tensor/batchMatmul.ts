import { shown, type PrimitiveFamily } from './primitive'

/** A matrix product for each row of the batch: a [batch, m, k], b [batch, k, n] → [batch, m, n]. */
export const batchMatmul: PrimitiveFamily = {
  batchMatmul: {
    shape([a, b]) {
      if (a!.length !== 3 || b!.length !== 3 || a![0] !== b![0] || a![2] !== b![1])
        throw new RangeError(`batches of matrices ${shown(a!)} and ${shown(b!)} can't be multiplied`)
      return [a![0]!, a![1]!, b![2]!]
    },
    gradient(p, { inputs }, g, wanted) {
      const [a, b] = [inputs[0]!, inputs[1]!]
      return [
        wanted[0] ? p.batchMatmul(g, p.transpose(b, [0, 2, 1])) : null,
        wanted[1] ? p.batchMatmul(p.transpose(a, [0, 2, 1]), g) : null,
      ]
    },
  },
}
