import type { Json } from '../../src/base/json'
import type { MethodDefinition } from '../../src/methods/method'
import { difference, type Verdict } from './compare'
import { toyProblem, type Point } from './toyProblem'
import { runToy } from './toyRun'

export interface ToyFile {
  readonly points?: readonly { readonly x: Point; readonly f: Point; readonly gradient_f1: Point; readonly gradient_f2: Point }[]
  readonly runs: readonly {
    readonly method: string
    readonly scale: number
    readonly init: Point
    readonly steps: number
    readonly x: Point
    readonly suggested_atol_x: number
    readonly suitable_as_tight_oracle: boolean
  }[]
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

export function checkToy({ points = [], runs }: ToyFile, methodOf: (kind: string) => MethodDefinition | undefined): Verdict[] {
  const atPoints = points.map(({ x, f, gradient_f1, gradient_f2 }): Verdict => {
    const { losses, gradients } = toyProblem(x, 1)
    const close = { atol: 1e-9, rtol: 1e-9 }
    const problem = difference(losses, f, close) ?? difference(gradients, [gradient_f1, gradient_f2], close)
    const name = `toy problem at (${x.join(', ')})`
    return problem === undefined ? { name } : { name, problem }
  })
  return [...atPoints, ...runs.map(run => checkRun(run, methodOf))]
}

function checkRun(run: ToyFile['runs'][number], methodOf: (kind: string) => MethodDefinition | undefined): Verdict {
  const name = `toy run of ${run.method}, scale ${run.scale}, from (${run.init.join(', ')})`
  const known = Object.hasOwn(toyMethods, run.method) ? toyMethods[run.method]! : undefined
  const method = known && methodOf(known.kind)
  if (!method) return { name, problem: `unknown method '${run.method}'` }
  const x = runToy({ method, ...(known.options && { options: known.options }), scale: run.scale, start: run.init, steps: run.steps })
  const distance = Math.hypot(x[0] - run.x[0], x[1] - run.x[1])
  const most = run.suggested_atol_x * (run.suitable_as_tight_oracle ? 1 : 10)
  if (distance <= most) return { name }
  return { name, problem: `ends at (${x.map(value => value.toFixed(4)).join(', ')}), ${distance.toFixed(4)} from (${run.x.join(', ')})` }
}
