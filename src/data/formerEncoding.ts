import type { FeatureEncoding } from './features'

/** As checkpoints had it before there were transformations: standardised numbers, one-hot categories. */
interface FormerEncoding {
  readonly kind: 'table'
  readonly numeric: readonly { readonly column: string; readonly mean: number; readonly deviation: number }[]
  readonly categorical: readonly {
    readonly column: string
    readonly values: readonly string[]
    readonly counts: readonly number[]
    readonly numbers: boolean
  }[]
  readonly missing: readonly string[]
  readonly missingFeatures: 'drop' | 'mean' | null
}

/** @param stored as in a checkpoint, of this version or an earlier one */
export function storedEncoding<Other extends { readonly kind: string }>(
  stored: FeatureEncoding | FormerEncoding | Other,
): FeatureEncoding | Other {
  if (stored.kind !== 'table') return stored as FeatureEncoding | Other
  const { numeric, categorical, missing, missingFeatures } = stored as FormerEncoding
  const common = { indicator: false, fences: null }
  return {
    kind: 'columns',
    missing,
    columns: [
      ...numeric.map(({ column, mean, deviation }) => ({
        ...common,
        column,
        transform: 'scale',
        state: { center: mean, range: deviation },
        way: missingFeatures,
        fill: missingFeatures === 'mean' ? mean : null,
      })),
      ...categorical.map(({ column, values, counts, numbers }) => ({
        ...common,
        column,
        transform: 'oneHot',
        state: { values, seen: counts.map(count => count > 0), numbers },
        way: missingFeatures === 'mean' ? ('mode' as const) : missingFeatures,
        fill: missingFeatures === 'mean' ? values[counts.indexOf(Math.max(...counts))]! : null,
      })),
    ],
  }
}
