import { Random } from '../base/random'
import type { Matrix } from './ridge'

/**
 * Sparse random projection that keeps distances (Achlioptas 2003): each value goes, with a random sign, into some of the outputs.
 * @returns the matrix itself where it is narrow enough
 */
export function projected(x: Matrix, width: number, seed = 1): Matrix {
  if (x.width <= width) return x
  const random = Random.seeded(seed, 'projection')
  const spread = 4
  const places = Int32Array.from({ length: x.width * spread }, () => random.below(width))
  const signs = Int8Array.from({ length: x.width * spread }, () => (random.uniform() < 0.5 ? -1 : 1))
  const values = new Float32Array(x.rows * width)
  for (let i = 0; i < x.rows; i++) {
    for (let a = 0; a < x.width; a++) {
      const value = x.values[i * x.width + a]!
      if (value !== 0) for (let s = a * spread; s < (a + 1) * spread; s++) values[i * width + places[s]!]! += signs[s]! * value
    }
  }
  return { values, rows: x.rows, width }
}
