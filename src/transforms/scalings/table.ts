import { log } from './log'
import { minMax } from './minMax'
import { none } from './none'
import { quantile, shareBelow } from './quantile'
import { robust } from './robust'
import type { AffineState, Scaling, ScalingState } from './scaling'
import { standard } from './standard'

/** Every scaling: one line each. */
export const scalings: readonly Scaling[] = [standard, minMax, robust, quantile, log, none]

/** Those that can be undone, which a label's must be. */
export const targetScalings: readonly Scaling[] = [standard, minMax, robust, log, none]

const byKind = new Map(scalings.map(scaling => [scaling.kind, scaling]))

export const scalingOf = (kind: string): Scaling => byKind.get(kind)!

export const scaled = (state: ScalingState, value: number): number =>
  'quantiles' in state ? shareBelow(state, value) : ((state.log ? Math.log1p(value) : value) - state.center) / state.range

/** Undoes `scaled`. */
export function unscaled({ center, range, log }: AffineState, value: number): number {
  const plain = value * range + center
  return log ? Math.expm1(plain) : plain
}
