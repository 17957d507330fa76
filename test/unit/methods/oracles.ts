import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** One method on one case, as described in test/fixtures/oracles/README.md. */
export interface OracleRecord {
  readonly method: string
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly weights: number[]
  readonly direction: number[]
  readonly derivative_wrt_s?: number[]
  readonly value?: number
  readonly per_task_weight_outcomes_over_all_orders?: number[][][]
  readonly atol: number
  readonly rtol: number
}

export interface OracleCase {
  readonly inputs: { readonly id: string; readonly jacobian: number[][]; readonly losses: number[] }
  readonly records: readonly OracleRecord[]
}

export const oracles = (JSON.parse(readFileSync(resolve('test/fixtures/oracles/aggregators.json'), 'utf8')) as { cases: OracleCase[] })
  .cases

/** Every record of a method with its case. */
export const recordsOf = (method: string) =>
  oracles.flatMap(given => given.records.filter(r => r.method === method).map(record => ({ given, record })))

export function gramOf(J: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(J.flatMap(a => J.map(b => a.reduce((sum, value, i) => sum + value * b[i]!, 0))))
}

/** d = wᵀJ */
export const combine = (weights: ArrayLike<number>, J: readonly (readonly number[])[]) =>
  J[0]!.map((_, p) => J.reduce((sum, row, i) => sum + weights[i]! * row[p]!, 0))

/** ‖ours − theirs‖ ≤ atol + rtol·‖theirs‖ */
export function assertClose(ours: ArrayLike<number>, theirs: readonly number[], { atol, rtol }: { atol: number; rtol: number }): void {
  const norm = (values: readonly number[]) => Math.hypot(...values)
  const distance = norm(theirs.map((value, i) => ours[i]! - value))
  assert.ok(distance <= atol + rtol * norm(theirs), `${Array.from(ours).join()} is ${distance} from ${theirs.join()}`)
}
