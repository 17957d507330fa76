import type { Json } from '../../src/base/json'
import type { Method, MethodDefinition, RandomChoices, StepAnswer } from '../../src/methods/method'
import { difference, isFinite, type Numbers, type Verdict } from './compare'
import { numbersOf, objectOf, rowsOf, wholeNumberOf } from './reading'

export interface Inputs {
  readonly id?: string
  readonly kind?: string
  readonly jacobian: readonly (readonly number[])[]
  readonly losses?: readonly number[]
  readonly [name: string]: unknown
}

type Hyperparameters = Readonly<Record<string, unknown>>

export interface MethodRecord {
  readonly method: string
  readonly hyperparameters?: Hyperparameters
  readonly compare?: readonly string[]
  readonly expect?: 'equal' | 'finite'
  readonly atol?: number
  readonly rtol?: number
  readonly [field: string]: unknown
}

type Options = Readonly<Record<string, Json>>

/** How an oracle's method is called here, and what its hyperparameters are. */
interface Mapping {
  readonly kind: string
  options?(h: Hyperparameters, inputs: Inputs): Options
  /** State before the first step. */
  prepare?(method: Method, h: Hyperparameters, inputs: Inputs): void
  /** Fields that need another run of the method. */
  more?(run: (options: Options, random?: RandomChoices) => Run, inputs: Inputs): Record<string, () => Numbers>
}

interface Run {
  readonly answer: StepAnswer
  readonly method: Method
  readonly direction: readonly number[]
}

/** One number per task. @throws RangeError where it is none */
const perTask = ({ jacobian }: Inputs, value: unknown, what: string): number[] => numbersOf(value, jacobian.length, what)
const learnt = (values: readonly number[]): Json => {
  const zeros = values.map(() => 0)
  return { s: values, m: zeros, v: zeros, steps: zeros }
}
const named = (values: readonly number[]): Options => Object.fromEntries(values.map((value, i) => [`t${i}`, value]))
const preference = (h: Hyperparameters) => (h.preference === 'sum' || h.preference === 1 || h.preference === '1' ? 'sum' : 'mean')
/** A number, or the one that a text begins with: '1e-4 (norm_eps and reg_eps)'. */
const numberIn = (value: unknown, otherwise: number): number => {
  const number = typeof value === 'number' ? value : typeof value === 'string' ? parseFloat(value) : NaN
  return Number.isNaN(number) ? otherwise : number
}
const dualCone = (h: Hyperparameters): Options => ({ preference: preference(h), regularisation: numberIn(h.regularisation, 0) })
const machine = (h: Hyperparameters) => (/float32/.test(String(h.rank_tolerance)) ? 'float32' : 'float64')
/** Every draw of GradDrop above or below all chances. */
const drawing = (value: number): RandomChoices => ({ ...ascending, uniform: () => value })

const ascending: RandomChoices = { uniform: () => 0.5, normal: () => 0, shuffle: items => items }

export const mappings: Readonly<Record<string, Mapping>> = {
  mean: { kind: 'fixed', options: (_, { jacobian }) => ({ weights: named(jacobian.map(() => 1 / jacobian.length)) }) },
  sum: { kind: 'equal' },
  UPGrad: { kind: 'upGrad', options: dualCone },
  DualProj: { kind: 'dualProj', options: dualCone },
  MGDA: { kind: 'mgda', options: h => ({ normalisation: (h.normalisation ?? 'none') as string }) },
  CAGrad: {
    kind: 'caGrad',
    options: h => ({ c: h.c as number }),
    more: (run, { jacobian }) => ({
      min_inner_product: () => Math.min(...jacobian.map(row => row.reduce((sum, value, p) => sum + value * run({}).direction[p]!, 0))),
      direction_rescale_1_divide_by_1_plus_c_squared: () => run({ rescale: 'c2' }).direction,
      direction_rescale_2_divide_by_1_plus_c: () => run({ rescale: 'c' }).direction,
    }),
  },
  'Nash-MTL': {
    kind: 'nashMtl',
    options: h => ({ maxNorm: numberIn(h.max_norm ?? h.clip, 0) }),
    more: run => ({ direction_clipped_to_norm_1: () => run({ maxNorm: 1 }).direction }),
  },
  FairGrad: { kind: 'fairGrad', options: h => ({ alpha: h.alpha as number }) },
  'Aligned-MTL': {
    kind: 'alignedMtl',
    options: h => ({
      preference: preference(h),
      rankTolerance: machine(h),
      scale: /median/.test(String(h.scale)) ? 'median' : /rmse|root/.test(String(h.scale)) ? 'rmse' : 'min',
    }),
  },
  'IMTL-G': { kind: 'imtlG' },
  ConFIG: { kind: 'conFig' },
  PCGrad: { kind: 'pcGrad' },
  GradVac: { kind: 'gradVac', options: h => ({ beta: (h.beta ?? 0.5) as number }) },
  SDMGrad: { kind: 'sdmGrad', options: h => ({ lambda: h.lambda as number }) },
  GradDrop: {
    kind: 'gradDrop',
    options: h => ({ leak: (h.leak ?? 0) as number }),
    more: run => ({
      result_if_positive_kept: () => run({}, drawing(-1)).direction,
      result_if_negative_kept: () => run({}, drawing(2)).direction,
    }),
  },
  'DB-MTL': { kind: 'dbMtl', options: h => ({ beta: h.beta as number }) },
  MoCo: { kind: 'moCo', options: h => ({ beta: h.beta as number, gamma: h.gamma as number, rho: (h.rho ?? 0) as number }) },
  FAMO: {
    kind: 'famo',
    options: h => ({ learningRate: (h.logit_lr ?? 0.025) as number, weightDecay: (h.logit_weight_decay ?? 1e-3) as number }),
  },
  DWA: {
    kind: 'dwa',
    options: h => ({ temperature: (h.temperature ?? 2) as number }),
    prepare(method, _, inputs) {
      for (const epoch of ['epoch_losses_two_ago', 'epoch_losses_one_ago'])
        method.epochEnd!(Float64Array.from(perTask(inputs, inputs[epoch], epoch)))
    },
  },
  UW: { kind: 'uncertainty', prepare: (method, h, inputs) => method.restore(learnt(perTask(inputs, h.s, 's'))) },
  GLS: { kind: 'gls' },
  SI: { kind: 'si' },
  'IMTL-L': { kind: 'imtlL', prepare: (method, h, inputs) => method.restore(learnt(perTask(inputs, h.s, 's'))) },
  STCH: {
    kind: 'stch',
    options: (h, inputs) => ({ mu: h.mu as number, nadir: named(perTask(inputs, h.nadir ?? inputs.nadir, 'nadir')) }),
  },
  GradNorm: {
    kind: 'gradNorm',
    options: h => ({ alpha: h.alpha as number, learningRate: (h.lr ?? 0.025) as number }),
    prepare(method, h, inputs) {
      const initial = perTask(inputs, h.initial_losses ?? inputs.initial_losses, 'initial_losses')
      method.restore({ weights: initial.map(() => 1), initial })
    },
  },
  ExcessMTL: { kind: 'excessMtl', options: h => ({ robustStepSize: (h.robust_step_size ?? 0.01) as number }) },
  'LDC-MTL': {
    kind: 'ldcMtl',
    options: h => ({ penalty: (h.penalty ?? 0.1) as number }),
    prepare: (method, h, inputs) => method.restore(learnt(perTask(inputs, h.logits ?? inputs.logits, 'logits'))),
  },
}

/** The inputs of a case. @throws RangeError where there is no Jacobian, or one of another step that is not as large */
export function inputsOf(given: unknown): Inputs {
  const inputs = objectOf(given as Inputs, 'inputs')
  const { length: T, [0]: first } = rowsOf(inputs.jacobian, 'jacobian')
  for (const [name, value] of Object.entries(inputs)) {
    if (!/^jacobian_step\d+$/.test(name)) continue
    const rows = rowsOf(value, name)
    if (rows.length !== T || rows[0]!.length !== first!.length) throw new RangeError(`${name} must be as large as jacobian`)
  }
  return inputs
}

/** Runs a record's method as the trainer does, and compares the fields that count. */
export function checkMethod(record: MethodRecord, inputs: Inputs, methodOf: (kind: string) => MethodDefinition | undefined): Verdict {
  const { method } = record
  const [h, expect] = [record.hyperparameters ?? {}, record.expect ?? 'equal']
  const tolerance = { atol: record.atol ?? 1e-5, rtol: record.rtol ?? 1e-5 }
  const name = `${inputs.id ?? '?'} ${inputs.kind ? `(${inputs.kind}) ` : ''}${method} ${JSON.stringify(h)}`
  const mapping = Object.hasOwn(mappings, method) ? mappings[method]! : undefined
  if (!mapping) return { name, problem: `unknown method '${method}'` }
  const definition = methodOf(mapping.kind)
  if (!definition) return { name, problem: `the table has no method '${mapping.kind}'` }
  if (expect !== 'equal' && expect !== 'finite') return { name, problem: `unknown expectation ${JSON.stringify(expect)}` }
  const compared: readonly unknown[] = record.compare ?? (expect === 'finite' ? ['direction'] : [])
  if (!Array.isArray(compared) || compared.length === 0) return { name, problem: 'no field to compare' }
  try {
    objectOf(h, 'hyperparameters')
    const run = (more: Options = {}, random = ascending) => runSteps(definition, mapping, h, inputs, more, random)
    const fields = fieldsOf(run(), mapping.more?.(run, inputs) ?? {})
    const problems = compared.map(String).flatMap(field => {
      const ours = fields(field)
      const notFinite = isFinite(ours) ? undefined : `is ${JSON.stringify(ours)}`
      const problem = expect === 'finite' ? notFinite : difference(ours, record[field], tolerance)
      return problem === undefined ? [] : [`${field} ${problem}`]
    })
    return problems.length === 0 ? { name } : { name, problem: problems.join('; ') }
  } catch (error) {
    return { name, problem: error instanceof Error ? error.message : String(error) }
  }
}

function runSteps(
  definition: MethodDefinition,
  { options, prepare }: Mapping,
  h: Hyperparameters,
  inputs: Inputs,
  more: Options,
  random: RandomChoices,
): Run {
  const defaults = Object.fromEntries(
    Object.entries(definition.options).flatMap(([name, spec]) => (spec.default === undefined ? [] : [[name, spec.default as Json]])),
  )
  const given: Options = { ...defaults, ...options?.(h, inputs), ...more }
  for (const [name, value] of Object.entries(given)) {
    const expected = definition.options[name]?.check(value)
    if (expected !== undefined) throw new RangeError(`${name} of ${definition.kind} must be ${expected}, not ${JSON.stringify(value)}`)
  }
  const tasks = inputs.jacobian.map((_, i) => `t${i}`)
  const method = definition.create({ tasks, options: given, random, learningRate: 1e-3 })
  prepare?.(method, h, inputs)
  const at = (field: string, step: number) => (step === 1 ? field : `${field}_step${step}`)
  const lossesAt = (step: number) => {
    const field = at('losses', step)
    return inputs[field] === undefined ? undefined : Float64Array.from(perTask(inputs, inputs[field], field))
  }
  const present = tasks.map(() => true)
  let answer: StepAnswer | undefined
  let jacobian = inputs.jacobian
  const steps = wholeNumberOf(h.step ?? 1, 'step')
  for (let step = 1; step <= steps; step++) {
    const rows = inputs[at('jacobian', step)] as typeof jacobian | undefined
    if (!rows) throw new RangeError(`there is no Jacobian for step ${step}`)
    jacobian = rows
    const losses = lossesAt(step) ?? new Float64Array(tasks.length).fill(1)
    answer = method.weights({ present, losses, gram: gramOf(rows), rows: rows.map(row => Float64Array.from(row)) })
    method.afterStep?.(losses, present)
    const after = lossesAt(step + 1)
    if (method.afterUpdate && after) method.afterUpdate(losses, after, present)
  }
  return { answer: answer!, method, direction: answer!.direction ? [...answer!.direction] : combined(answer!.shared, jacobian) }
}

/** 'ema_after' → 'emaAfter' */
const camel = (field: string) => field.replace(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase())
const renamed: Readonly<Record<string, string>> = { simplex_weights_w: 'simplexWeights' }

function fieldsOf({ answer, direction, method }: Run, more: Record<string, () => Numbers>): (field: string) => Numbers | undefined {
  const details = method.details?.() ?? {}
  return field => {
    if (field === 'weights') return [...answer.shared]
    if (field === 'direction') return direction
    if (Object.hasOwn(more, field)) return more[field]!()
    return details[renamed[field] ?? camel(field)] as Numbers | undefined
  }
}

export function gramOf(rows: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(rows.flatMap(a => rows.map(b => a.reduce((sum, value, p) => sum + value * b[p]!, 0))))
}

const combined = (weights: Float64Array, rows: readonly (readonly number[])[]): number[] =>
  rows[0]!.map((_, p) => rows.reduce((sum, row, i) => sum + weights[i]! * row[p]!, 0))
