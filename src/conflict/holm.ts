/**
 * Holm 1979: keeps the probability of any false rejection among all tests below alpha.
 * @returns for each test the level at which it is judged, and whether it is rejected
 */
export function holm(probabilities: readonly number[], alpha: number): { readonly level: number; readonly rejected: boolean }[] {
  const order = probabilities.map((_, i) => i).sort((a, b) => probabilities[a]! - probabilities[b]!)
  const results = probabilities.map(() => ({ level: alpha, rejected: false }))
  let open = true
  order.forEach((test, rank) => {
    const level = alpha / (probabilities.length - rank)
    open &&= probabilities[test]! <= level
    results[test] = { level, rejected: open }
  })
  return results
}
