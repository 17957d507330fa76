import type { Json } from '../../src/base/json'
import type { MethodDefinition } from '../../src/methods/method'
import { difference, type Verdict } from './compare'
import { checkEach, numbersOf, wholeNumberOf } from './reading'
import { toyProblem, type Point } from './toyProblem'
import { runToy } from './toyRun'

export interface ToyFile {
  readonly points?: unknown
  readonly runs?: unknown
}

interface PointRecord {
  readonly x: unknown
  readonly f: unknown
  readonly gradient_f1: unknown
  readonly gradient_f2: unknown
}

interface RunRecord {
  readonly method: string
  readonly scale: unknown
  readonly init: unknown
  readonly steps: unknown
  readonly x: unknown
  readonly suggested_atol_x: unknown
  readonly suitable_as_tight_oracle?: boolean
}

/** Length of a step does not matter under Adam, so that a method's own scale stands for any other. */
const toyMethods: Readonly<Record<string, { readonly kind: string; readonly options?: Readonly<Record<string, Json>> }>> = {
  ls: { kind: 'equal' },
  nash: { kind: 'nashMtl', options: { maxNorm: 1 } },
  cagrad: { kind: 'caGrad', options: { c: 0.4, rescale: 'c2' } },
  'imtl-g': { kind: 'imtlG' },
  aligned: { kind: 'alignedMtl', options: { preference: 'sum', rankTolerance: 'float32' } },
  mgda: { kind: 'mgda' },
  pcgrad: { kind: 'pcGrad' },
}

const pointOf = (value: unknown, what: string) => numbersOf(value, 2, what) as unknown as Point
const numberOf = (value: unknown, what: string) => numbersOf([value], 1, what)[0]!

export function checkToy({ points = [], runs = [] }: ToyFile, methodOf: (kind: string) => MethodDefinition | undefined): Verdict[] {
  return [...checkEach('points', points, checkPoint), ...checkEach<RunRecord>('runs', runs, run => [checkRun(run, methodOf)])]
}

function checkPoint(point: PointRecord): Verdict[] {
  const x = pointOf(point.x, 'x')
  const { losses, gradients } = toyProblem(x, 1)
  const close = { atol: 1e-9, rtol: 1e-9 }
  const problem = difference(losses, point.f, close) ?? difference(gradients, [point.gradient_f1, point.gradient_f2], close)
  const name = `toy problem at (${x.join(', ')})`
  return [problem === undefined ? { name } : { name, problem }]
}

function checkRun(run: RunRecord, methodOf: (kind: string) => MethodDefinition | undefined): Verdict {
  const [start, end, scale] = [pointOf(run.init, 'init'), pointOf(run.x, 'x'), numberOf(run.scale, 'scale')]
  const name = `toy run of ${run.method}, scale ${scale}, from (${start.join(', ')})`
  const known = Object.hasOwn(toyMethods, run.method) ? toyMethods[run.method]! : undefined
  const method = known && methodOf(known.kind)
  if (!method) return { name, problem: `unknown method '${run.method}'` }
  const steps = wholeNumberOf(run.steps, 'steps')
  const most = numberOf(run.suggested_atol_x, 'suggested_atol_x') * (run.suitable_as_tight_oracle === true ? 1 : 10)
  const x = runToy({ method, ...(known.options && { options: known.options }), scale, start, steps })
  const distance = Math.hypot(x[0] - end[0], x[1] - end[1])
  if (distance <= most) return { name }
  return { name, problem: `ends at (${x.map(value => value.toFixed(4)).join(', ')}), ${distance.toFixed(4)} from (${end.join(', ')})` }
}
