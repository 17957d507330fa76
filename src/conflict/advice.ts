import type { ConflictAdvice, LayerConflict, TrunkDiagnostics } from '../ir/conflict'

/** Gradients that differ in length by a factor of about four. */
const lowSimilarity = 0.5
const highCondition = 10
/** Of the mean gradient's length. */
const smallGap = 0.1

/**
 * What the figures speak for (the table of diagnostics and advice), in the order of weight. About cosines only what the reporting
 * rule has found says something; shares of steps must lie clearly above the half that chance gives.
 */
export function adviceOf(layers: readonly LayerConflict[], trunk: TrunkDiagnostics): ConflictAdvice[] {
  const found = layers.flatMap(({ layer, pairs }) => pairs.filter(pair => pair.reported).map(({ pair }) => ({ layer, pair })))
  const torn = layers
    .filter(({ layer, score }) => (score ?? 0) > 0.5 && found.some(one => one.layer === layer))
    .sort((a, b) => b.score! - a.score!)
  const clear = ({ pair: [i, j] }: { pair: readonly [number, number] }) => found.some(({ pair }) => pair[0] === i && pair[1] === j)
  const { condition, paretoGap, pairs } = trunk
  const affinity = trunk.lookAhead?.affinity ?? trunk.affinity
  return [
    ...found.map(({ layer, pair }): ConflictAdvice => ({ code: 'surgery', pair, layer })),
    ...torn.map(({ layer }): ConflictAdvice => ({ code: 'splitLayer', layer })),
    ...pairs.filter(({ triad }) => triad.low > 0.5).map(({ pair }): ConflictAdvice => ({ code: 'surgeryHelps', pair })),
    ...pairs.filter(({ magnitude }) => magnitude < lowSimilarity).map(({ pair }): ConflictAdvice => ({ code: 'scaleLosses', pair })),
    ...(condition !== null && condition > highCondition ? [{ code: 'alignGradients' } as const] : []),
    ...(paretoGap !== null && paretoGap.relative < smallGap ? [{ code: 'tradeOffs' } as const] : []),
    ...pairs
      .filter(({ pair: [i, j], cosine }) => clear({ pair: [i, j] }) && cosine.high < 0 && negative(affinity, i, j))
      .map(({ pair }): ConflictAdvice => ({ code: 'trainApart', pair })),
  ]
}

/** Either way the one task's steps undo the other's. */
function negative(affinity: TrunkDiagnostics['affinity'], i: number, j: number): boolean {
  const [there, back] = [affinity?.[i]?.[j] ?? null, affinity?.[j]?.[i] ?? null]
  return there !== null && back !== null && there < 0 && back < 0
}
