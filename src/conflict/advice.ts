import type { ConflictAdvice, LayerConflict, TrunkDiagnostics } from '../ir/conflict'

/*
 * Papers give no thresholds for these. They stand clear of what harmless models show (`npm run conflict-proof`: an easy task beside
 * a noisy one, classes beside numbers, unrelated tasks, one task twice), and no advice may come up in more than one in 20 of those.
 */

/** Lengths that differ by a factor of six and more; harmless ones end at 0.5 and above, after long training at 0.4. */
const lowSimilarity = 0.3
/** Harmless models have a κ of 1 to 5. */
const highCondition = 10
/** Of the shortest gradient's length; of two gradients with a cosine of −0.98 and less. Harmless models keep 0.7 and more. */
const smallGap = 0.1
/** A share of steps that chance gives to unrelated tasks. */
const half = 0.5

/**
 * What the figures speak for (the table of diagnostics and advice), in the order of weight. About cosines only what the reporting
 * rule has found says something; shares of steps must lie clearly above the half that chance gives.
 */
export function adviceOf(layers: readonly LayerConflict[], trunk: TrunkDiagnostics): ConflictAdvice[] {
  const found = layers.flatMap(({ layer, pairs }) => pairs.filter(pair => pair.reported).map(({ pair }) => ({ layer, pair })))
  const torn = layers
    .filter(({ layer, score }) => (score ?? 0) > half && found.some(one => one.layer === layer))
    .sort((a, b) => b.score! - a.score!)
  const clear = ({ pair: [i, j] }: { pair: readonly [number, number] }) => found.some(({ pair }) => pair[0] === i && pair[1] === j)
  const { condition, paretoGap, pairs } = trunk
  const unlike = pairs.filter(({ magnitude }) => magnitude < lowSimilarity)
  const affinity = trunk.lookAhead?.affinity ?? trunk.affinity
  return [
    ...found.map(({ layer, pair }): ConflictAdvice => ({ code: 'surgery', pair, layer })),
    ...torn.map(({ layer }): ConflictAdvice => ({ code: 'splitLayer', layer })),
    ...pairs.filter(({ triad }) => triad.low > half).map(({ pair }): ConflictAdvice => ({ code: 'surgeryHelps', pair })),
    ...unlike.map(({ pair }): ConflictAdvice => ({ code: 'scaleLosses', pair })),
    // Gradients that agree have a high κ, too: what speaks for alignment is one of its other causes.
    ...(condition !== null && condition > highCondition && (unlike.length > 0 || found.length > 0)
      ? [{ code: 'alignGradients' } as const]
      : []),
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
