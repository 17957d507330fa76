import { marginals, type Contingency } from './contingency'

/**
 * Cramér's V (1946): √(φ² / (min(r, c) − 1)) of a table of r × c classes that occur; 0 where independent, 1 where one class tells
 * the other. `corrected` takes the bias away that grows with the number of cells (Bergsma 2013, "A bias-correction for Cramér's V
 * and Tschuprow's T", eqs. 5–7).
 * @returns null where a label has one value only
 */
export function cramersV(table: Contingency, corrected = true): number | null {
  const { counts, columns, total } = table
  const { ofRows, ofColumns } = marginals(table)
  const [r, c] = [ofRows, ofColumns].map(sums => sums.reduce((n, sum) => n + Number(sum > 0), 0)) as [number, number]
  if (r < 2 || c < 2) return null
  let phi2 = -1
  for (let i = 0; i < counts.length; i++) {
    if (counts[i]! > 0) phi2 += counts[i]! ** 2 / (ofRows[Math.floor(i / columns)]! * ofColumns[i % columns]!)
  }
  phi2 = Math.max(0, phi2)
  if (!corrected) return Math.min(1, Math.sqrt(phi2 / (Math.min(r, c) - 1)))
  const unbiased = Math.max(0, phi2 - ((r - 1) * (c - 1)) / (total - 1))
  const fewer = (k: number) => k - (k - 1) ** 2 / (total - 1)
  const most = Math.min(fewer(r), fewer(c)) - 1
  return most > 0 ? Math.min(1, Math.sqrt(unbiased / most)) : null
}
