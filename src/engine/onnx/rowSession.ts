import type { ModelGraph } from '../../ir/graph'
import { size } from '../../tensor/primitive'
import { gramGradients, perTaskGradients, sumGradients, type SharedGradients } from '../gradientProgram'
import { lowerModel, names, type ModelProgram } from '../modelProgram'
import type { Tensor } from '../../tensor/builder'
import { padded, type Arena } from './arena'
import { batchArrays, batchFloats, type BatchArrays } from '../batchArrays'
import { encodeProgram, type Pack } from './encodeProgram'
import { heldValues } from './heldValues'
import { taskPacks } from './taskPacks'
import type { ParameterSpecification } from '../parameters'
import type { ParameterLayout } from './layout'
import type { Backend, RuntimeNumbers, RuntimeTensor, RuntimeTensors, Session } from './runtime'

/**
 * The gradients that a pass gives, of each task's own parameters and of the shared ones:
 * - `sum`: all, of the weighted sum of losses;
 * - `perTask`: the shared ones a gradient per task, as rows of J;
 * - `shared`: the shared ones only, of the weighted sum;
 * - `gram`: the tasks' own only, and for each shared parameter the Gram matrix of its gradients.
 */
export type GradientKind = 'sum' | 'perTask' | 'shared' | 'gram'

/** The program of a forward and backward pass over some rows. */
export interface RowProgram {
  readonly graph: ModelGraph
  readonly layout: ParameterLayout
  readonly model: ModelProgram
  readonly outputs: ReadonlyMap<string, Tensor>
  readonly rows: number
  readonly kind: GradientKind
  /** Of kind `gram`: what the matrices are made from. */
  readonly shared: readonly SharedGradients[]
}

export function rowProgram(graph: ModelGraph, layout: ParameterLayout, rows: number, kind: GradientKind): RowProgram {
  const model = lowerModel(graph, rows, true, { poolByPhases: true })
  const { outputs, shared } = outputsOf(model, graph, layout, kind)
  for (const [name, value] of model.updates) outputs.set(names.update(name), value)
  return { graph, layout, model, outputs, rows, kind, shared }
}

function outputsOf(
  model: ModelProgram,
  graph: ModelGraph,
  { places }: ParameterLayout,
  kind: GradientKind,
): ReturnType<typeof gramGradients> {
  if (kind === 'gram') return gramGradients(model, graph, places)
  if (kind === 'perTask') return { outputs: perTaskGradients(model, graph, places), shared: [] }
  const wanted = kind === 'sum' ? places : places.filter(({ tasks }) => tasks.length > 1)
  return { outputs: sumGradients(model, graph, wanted), shared: [] }
}

/** Names the dropout masks of one step: equal keys give equal masks. */
export interface DropoutKey {
  readonly key: number
  readonly step: number
}

/**
 * Floats of a region of gradients: parameters by place, then for per-task passes J, a row of shared gradients per task. Where
 * only the tasks' own parameters have gradients, they stand at the region's start.
 */
export function regionFloats({ layout: { total, shared }, graph, kind }: RowProgram): number {
  if (kind === 'gram') return total - shared
  return kind === 'shared' ? shared : total + (kind === 'perTask' ? graph.tasks.length * shared : 0)
}

/** Weights of a model in memory. */
export interface Weights {
  /** By parameter, running statistics among them. */
  readonly tensors: ReadonlyMap<string, RuntimeTensor>
  /** The learnt ones, by place. */
  readonly values: Float32Array
}

/** Parameters and gradients up to this size cross the border as one tensor: copying them costs less than many tensors. */
const packedFloats = 2 ** 17

const call = ({ session, feeds, fetches }: Stage): void => session.run(feeds, fetches)

const regionOf = (program: RowProgram, form: SessionForm): number => (form === 'losses' ? 0 : regionFloats(program))

/** What lies between the two halves of a session, where it has them. */
function heldOf(program: RowProgram, form: SessionForm): Tensor[] {
  if (form !== 'halves') return []
  const gradients = gradientPack(program).members
  const [forward, backward]: Tensor[][] = [[], []]
  for (const [name, tensor] of program.outputs) (gradients.has(name) ? backward! : forward!).push(tensor)
  return heldValues(program.model.program, forward!, backward!)
}

/** Where each gradient lies in the region. */
function gradientPack(program: RowProgram): Pack {
  const { layout, graph, kind } = program
  const members = layout.places.flatMap(({ name, start, tasks }): [string, number][] => {
    const shared = tasks.length > 1
    if (shared && kind === 'perTask')
      return tasks.map(t => [names.taskGradient(graph.tasks[t]!.name, name), layout.total + t * layout.shared + start])
    if (kind === (shared ? 'gram' : 'shared')) return []
    return [[names.gradient(name), kind === 'gram' ? start - layout.shared : start]]
  })
  return { name: 'gradients', floats: regionFloats(program), members: new Map(members) }
}

/** What a session computes: all at once; in two halves, losses first; or losses only. */
export type SessionForm = 'whole' | 'halves' | 'losses'

/** One native call. */
interface Stage {
  readonly session: Session
  readonly feeds: RuntimeTensors<RuntimeNumbers>
  readonly fetches: RuntimeTensors<RuntimeNumbers>
}

/** Forward and backward over a fixed number of rows: reads and writes an arena in place. */
export class RowSession {
  /** Its own rows. */
  readonly arrays: BatchArrays
  /** Address of the gradients. */
  readonly region: number
  /** By full name: running statistics as they are after the rows of the last run. */
  readonly statistics: ReadonlyMap<string, Float32Array>
  /** Of kind `gram`: the matrix of each shared parameter, among the tasks that use it. */
  readonly grams: readonly { readonly parameter: ParameterSpecification; readonly values: Float64Array }[]
  private readonly stages: readonly Stage[]
  private readonly masks: readonly {
    readonly name: string
    readonly shape: readonly number[]
    readonly address: number
    readonly floats: number
    readonly rowFloats: number
    readonly rate: number
  }[]

  /** @param weights in this arena or another */
  constructor(
    { runtime, threads, block, imageLayout }: Backend,
    private readonly program: RowProgram,
    private readonly arena: Arena,
    weights: Weights,
    form: SessionForm = 'whole',
  ) {
    const { layout, model, outputs, graph } = program
    const reserved = (shape: readonly number[]) => arena.floats(arena.reserve(size(shape)), size(shape))
    this.arrays = batchArrays(model, program.rows, floats => arena.floats(arena.reserve(floats), floats))
    this.region = arena.reserve(regionOf(program, form))
    this.masks = model.program.masks.map(({ name, tensor: { shape }, rate }) => {
      const address = arena.reserve(size(shape))
      return { name, shape, address, floats: padded(size(shape)), rowFloats: size(shape.slice(1)), rate }
    })
    this.statistics = new Map([...model.updates].map(([name, { shape }]) => [name, reserved(shape)]))
    const held = new Map(
      heldOf(program, form).map(({ id, shape }) => [id, { name: `held/${id}`, tensor: runtime.tensor(reserved(shape), shape) }]),
    )
    const gradients = gradientPack(program)
    const small = gradients.floats > 0 && gradients.floats <= packedFloats
    this.grams = program.shared.map(({ parameter }) => {
      const n = parameter.tasks.length ** 2
      return { parameter, values: arena.doubles(arena.reserve(2 * n), n) }
    })
    const packs = taskPacks(graph, program.rows)
    const parameters = {
      name: 'parameters',
      floats: layout.total,
      members: new Map(layout.places.map(p => [names.parameter(p.name), p.start])),
    }

    /** All that may enter or leave a stage, by name. */
    const tensors = new Map<string, RuntimeTensor<RuntimeNumbers>>()
    const name = (name: string, values: Float32Array, shape: readonly number[]) => tensors.set(name, runtime.tensor(values, shape))
    for (const [input, { shape }] of model.inputs) name(names.input(input), this.arrays.inputs[input]!, shape)
    name(names.realRows, this.arrays.realRows, [this.arrays.realRows.length])
    for (const pack of ['targets', 'cotangents', 'losses'] as const)
      name(packs[pack].name, this.arrays.together[pack], [packs[pack].floats])
    name(parameters.name, weights.values, [parameters.floats])
    for (const [parameter, tensor] of weights.tensors) tensors.set(names.parameter(parameter), tensor)
    for (const mask of this.masks) name(mask.name, arena.floats(mask.address, size(mask.shape)), mask.shape)
    for (const [statistic, values] of this.statistics) name(names.update(statistic), values, model.updates.get(statistic)!.shape)
    for (const { name, tensor } of held.values()) tensors.set(name, tensor)
    for (const { parameter, values } of this.grams) {
      const { name, tasks } = parameter
      tensors.set(names.gram(name), runtime.tensor(values, [tasks.length, tasks.length]))
    }
    const gradient = (start: number, shape: readonly number[]) => arena.floats(this.region + start * 4, size(shape))
    if (form !== 'losses') {
      if (small) name(gradients.name, gradient(0, [gradients.floats]), [gradients.floats])
      else
        for (const [name_, start] of gradients.members) name(name_, gradient(start, outputs.get(name_)!.shape), outputs.get(name_)!.shape)
    }

    const stage = (wanted: ReadonlyMap<string, Tensor>, packed: readonly Pack[], given = new Map<number, string>()): Stage => {
      const inputs = [packs.targets, packs.cotangents, ...(small ? [parameters] : [])]
      const grams = program.shared.map(({ parameter, gradients }) => ({ name: names.gram(parameter.name), gradients }))
      const options = { block, ...(imageLayout && { imageLayout }), inputs, outputs: packed, grams, given }
      const encoded = encodeProgram(model.program, wanted, options)
      const of = (all: Iterable<string>): RuntimeTensors<RuntimeNumbers> =>
        Object.fromEntries([...all].map(one => [one, tensors.get(one)!]))
      const apart = [...wanted.keys()].filter(one => !packed.some(({ members }) => members.has(one)))
      // Two passes are for models whose gradients are large: then what lies between operations is not worth keeping either.
      const session = runtime.session(encoded.model, threads, grams.length === 0)
      const fetches = [...packed.map(pack => pack.name), ...apart, ...grams.map(({ name }) => name)]
      return { session, feeds: of(encoded.inputs), fetches: of(fetches) }
    }
    const gradientPacks = small ? [gradients] : []
    const isGradient = ([output]: [string, Tensor]) => gradients.members.has(output)
    const values = [...held].map(([id, { name }]): [string, Tensor] => [name, model.program.operations[id]!.output])
    const forward = () => stage(new Map([...[...outputs].filter(output => !isGradient(output)), ...values]), [packs.losses])
    const backward = () =>
      stage(new Map([...outputs].filter(isGradient)), gradientPacks, new Map([...held].map(([id, { name }]) => [id, name])))
    if (form === 'whole') this.stages = [stage(outputs, [packs.losses, ...gradientPacks])]
    else this.stages = form === 'halves' ? [forward(), backward()] : [forward()]
  }

  /** Floats that a session reserves in its arena. */
  static floats(program: RowProgram, form: SessionForm = 'whole'): number {
    const floats = (shapes: readonly (readonly number[])[]) => shapes.reduce((n, shape) => n + padded(size(shape)), 0)
    const masks = floats(program.model.program.masks.map(mask => mask.tensor.shape))
    const statistics = floats([...program.model.updates.values()].map(({ shape }) => shape))
    const held = floats(heldOf(program, form).map(({ shape }) => shape))
    const grams = program.shared.reduce((n, { parameter }) => n + padded(2 * parameter.tasks.length ** 2), 0)
    return batchFloats(program.model, program.rows, padded) + padded(regionOf(program, form)) + masks + statistics + held + grams
  }

  /**
   * Runs on the rows that stand in its own arrays.
   * @param from place of the first row in the batch: a row's mask does not depend on how the batch is divided
   */
  run(dropout: DropoutKey, from = 0): void {
    this.draw(dropout, from)
    this.stages.forEach(call)
  }

  /** The first half, which gives the losses: only where the session has halves, or losses only. */
  forward(dropout: DropoutKey): void {
    this.draw(dropout, 0)
    call(this.stages[0]!)
  }

  /** The second half, of the rows that `forward` saw last. */
  backward(): void {
    call(this.stages[1]!)
  }

  private draw({ key, step }: DropoutKey, from: number): void {
    this.masks.forEach(({ address, floats, rowFloats, rate }, i) => {
      const [threshold, scale] = [Math.round(rate * 2 ** 32), 1 / (1 - rate)]
      this.arena.kernels.dropout(address, floats, (key ^ Math.imul(i + 1, 0x9e3779b9)) + from * rowFloats, step, threshold, scale)
    })
  }

  /** Runs on the rows of a longer batch that start at `from`, and puts their losses there. What lacks at its end counts as rows of zeros. */
  runPart(batch: BatchArrays, from: number, dropout: DropoutKey): void {
    const { arrays } = this
    for (const [name, values] of Object.entries(arrays.inputs)) take(batch.inputs[name]!, values, from, this.program.rows)
    take(batch.realRows, arrays.realRows, from, this.program.rows)
    arrays.targets.forEach((values, t) => take(batch.targets[t]!, values, from, this.program.rows))
    arrays.cotangents.forEach((values, t) => take(batch.cotangents[t]!, values, from, this.program.rows))
    this.run(dropout, from)
    arrays.losses.forEach((values, t) => batch.losses[t]!.set(values.subarray(0, batch.losses[t]!.length - from), from))
  }

  dispose(): void {
    for (const { session } of this.stages) session.dispose()
  }
}

function take(from: Float32Array, to: Float32Array, row: number, rows: number): void {
  const start = (to.length / rows) * row
  const part = from.subarray(start, start + to.length)
  to.set(part)
  if (part.length < to.length) to.fill(0, part.length)
}
