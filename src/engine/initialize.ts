import type { Random } from '../base/random'
import type { Initializer } from '../ir/graph'

/** Fills `values`, of this shape, with a parameter's initial weights. */
export function initialize(values: Float32Array, shape: readonly number[], initializer: Initializer, random: Random): void {
  switch (initializer.kind) {
    case 'zeros':
      return void values.fill(0)
    case 'ones':
      return void values.fill(1)
    case 'constant':
      return void values.fill(initializer.value)
    case 'orthogonal':
      return orthogonal(values, shape[0]!, random)
    case 'variance': {
      const { scale, fan, distribution, fanIn, fanOut } = initializer
      const variance = scale / (fan === 'in' ? fanIn : (fanIn + fanOut) / 2)
      const limit = Math.sqrt(3 * variance)
      for (let i = 0; i < values.length; i++)
        values[i] = distribution === 'normal' ? Math.sqrt(variance) * random.normal() : limit * (2 * random.uniform() - 1)
    }
  }
}

/** A random matrix of `rows` rows with orthonormal rows, or columns where there are fewer: Gram–Schmidt on normal vectors. */
function orthogonal(values: Float32Array, rows: number, random: Random): void {
  const columns = values.length / rows
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)]
  const vectors: Float64Array[] = []
  for (let v = 0; v < count; v++) {
    const vector = Float64Array.from({ length }, () => random.normal())
    // Twice is enough (Giraud et al. 2005): once loses orthogonality to rounding.
    for (let round = 0; round < 2; round++)
      for (const other of vectors) {
        const along = vector.reduce((sum, x, i) => sum + x * other[i]!, 0)
        for (let i = 0; i < length; i++) vector[i]! -= along * other[i]!
      }
    const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0))
    vectors.push(vector.map(x => x / norm))
  }
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      values[row * columns + column] = rows <= columns ? vectors[row]![column]! : vectors[column]![row]!
}
