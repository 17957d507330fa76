import { Random } from '../../../src/base/random'

export type Matrix = readonly (readonly number[])[]

export interface Sample {
  readonly name: string
  readonly J: number[][]
  /** Number of linearly independent rows. */
  readonly rank: number
}

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0)
export const gramOf = (J: Matrix): Float64Array => Float64Array.from(J.flatMap(a => J.map(b => dot(a, b))))
/** wᵀJ */
export const combine = (w: ArrayLike<number>, J: Matrix): number[] =>
  J[0]!.map((_, p) => J.reduce((sum, row, i) => sum + w[i]! * row[p]!, 0))
export const length = (v: ArrayLike<number>): number => Math.hypot(...Array.from(v))

/** Seeded random matrices: T from 2 to 12, well and badly scaled, rank deficient, with duplicated and zero rows. */
export function samples(seed = 1): Sample[] {
  const random = Random.seeded(seed, 'matrices')
  const normal = (n: number) => Array.from({ length: n }, () => random.normal())
  const found: Sample[] = []
  for (let T = 2; T <= 12; T++) {
    const plain = () => Array.from({ length: T }, () => normal(T + 4))
    found.push({ name: `generic, T = ${T}`, J: plain(), rank: T })
    const scales = Array.from({ length: T }, () => 10 ** (random.uniform() * 15 - 6))
    found.push({ name: `rows from 1e-6 to 1e9, T = ${T}`, J: plain().map((row, i) => row.map(x => x * scales[i]!)), rank: T })
    const basis = Array.from({ length: Math.max(1, T - 2) }, () => normal(T + 4))
    const mixed = Array.from({ length: T }, () => combine(normal(basis.length), basis))
    found.push({ name: `rank deficient, T = ${T}`, J: mixed, rank: basis.length })
    const duplicated = plain()
    duplicated[T - 1] = [...duplicated[0]!]
    found.push({ name: `duplicated row, T = ${T}`, J: duplicated, rank: T - 1 })
    const zero = plain()
    zero[0] = zero[0]!.map(() => 0)
    found.push({ name: `zero row, T = ${T}`, J: zero, rank: T - 1 })
    const shared = normal(T + 4)
    found.push({ name: `nearly parallel, T = ${T}`, J: plain().map(row => row.map((x, p) => shared[p]! + 1e-3 * x)), rank: T })
  }
  const row = normal(5)
  found.push({ name: 'nearly opposed', J: [row, row.map(x => -x + 1e-4 * random.normal())], rank: 2 })
  return found
}
