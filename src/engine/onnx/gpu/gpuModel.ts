import { Random } from '../../../base/random'
import type { Batch } from '../../../ir/batch'
import { optimizerOf } from '../../../optimizers/table'
import { labelCounts, meanLosses } from '../../batchArrays'
import {
  EngineError,
  type ChooseWeights,
  type CompiledModel,
  type CompileRequest,
  type EngineState,
  type Evaluation,
  type GramBlocks,
  type ParameterInfo,
  type StepResult,
  type StepWeights,
} from '../../engine'
import { initialize } from '../../initialize'
import { parametersOf, statisticsOf, type ParameterSpecification } from '../../parameters'
import { free, numbersOf, type Device, type DeviceSession, type DeviceTensors } from './deviceSession'
import { DeviceState } from './deviceState'
import { EvaluationPass } from './evaluationPass'
import { GradientPass } from './gradientPass'
import { updateOf } from './optimizers'
import { groupsOf, isShared, type ParameterGroup } from './parameterGroups'
import { ReadBack } from './readBack'
import type { Settings } from './settings'
import { gradientName, report, rowsUpdate, sumStep, taskRows, weightSetting, type Combination } from './stepGraphs'
import { groupSetting, stateName, type UpdatePlan } from './updateGraph'

/** The optimizer's half of a step with per-task gradients. */
interface RowsUpdate {
  readonly session: DeviceSession
  readonly settings: Settings
}

/**
 * A model whose parameters, optimizer state and gradients stay on a device: what is read back of a step are losses, Gram
 * blocks and one number that says whether the weights are finite.
 */
export class GpuModel implements CompiledModel {
  readonly parameters: readonly ParameterInfo[]
  private readonly groups: readonly ParameterGroup[]
  private readonly plan: UpdatePlan
  private readonly state: DeviceState
  /** Updates that each group has seen. */
  private readonly updates: number[]
  private readonly sum: { readonly pass: GradientPass; readonly settings: Settings } | undefined
  private rowsPass: GradientPass | undefined
  private readonly rowsUpdates = new Map<Combination, RowsUpdate>()
  private rowsReader: ReadBack | undefined
  private evaluation: EvaluationPass | undefined
  private steps = 0
  private dropoutKey: number

  /** @throws EngineError where the model can't be compiled; DeviceError where the device is at fault */
  constructor(
    private readonly device: Device,
    private readonly request: CompileRequest,
  ) {
    const { graph, optimizer, seed, batchSize, perTaskGradients, lossesFirst } = request
    const specifications = parametersOf(graph)
    const statistics = statisticsOf(graph)
    this.parameters = [...specifications, ...statistics].map(infoOf)
    const definition = optimizerOf(optimizer.kind)
    if (!definition) throw new EngineError(`unknown optimizer '${optimizer.kind}'`)
    this.groups = groupsOf(specifications)
    this.updates = this.groups.map(() => 0)
    this.plan = {
      groups: this.groups,
      slotNames: definition.slots(optimizer.options),
      update: updateOf(optimizer.kind, optimizer.options),
      clipNorm: graph.training.clipNorm ?? Infinity,
    }
    this.dropoutKey = Random.seeded(seed, 'dropout').uint32()
    this.state = new DeviceState(device, this.groups, statistics, this.plan.slotNames)
    this.state.writeParameters(initialValues([...specifications, ...statistics], seed))
    // Losses come before the weights only where gradients do: a pass in two halves would have to hold its activations.
    if (perTaskGradients || lossesFirst) this.perTask()
    else {
      const step = sumStep(graph, batchSize, this.plan)
      this.sum = { pass: new GradientPass(device, graph, batchSize, step, this.stateOutputs), settings: step.settings }
    }
  }

  private get stateOutputs(): string[] {
    const { groups, slotNames } = this.plan
    return groups.flatMap(group => [stateName.weights(group), ...slotNames.map(slot => stateName.slot(slot, group))]).map(stateName.next)
  }

  step(batch: Batch, learningRate: number, choose: ChooseWeights): StepResult {
    const counts = labelCounts(this.request.graph, batch)
    const present = counts.map(n => n > 0)
    const once = present.map(Number)
    if (!this.sum) {
      return this.stepByRows(batch, counts, learningRate, (gram, losses, results) => {
        const rows = () => this.rows(results)
        return choose({ present, losses, ...(this.request.perTaskGradients && { gram, rows }) })
      })
    }
    const weights = choose({ present })
    const { shared, heads = once } = weights
    // A head may move whose task has no say in the trunk: one backward pass of a sum can't give both.
    if (present.some((here, t) => here && shared[t] === 0 && heads[t] !== 0)) {
      const { losses, finite } = this.stepByRows(batch, counts, learningRate, () => weights)
      return { losses, finite }
    }
    const scales = present.map((_, t) => (shared[t] === heads[t] ? 1 : heads[t]! / shared[t]!))
    const { pass, settings } = this.sum
    const numbers = this.settingsFor(present, learningRate, group => (isShared(group) ? [] : [scales[group.tasks[0]!]!]))
    const results = pass.run(batch, counts, shared, this.dropout, { ...this.state.tensors, ...this.settings(settings, numbers) })
    return { losses: this.losses(pass, batch, counts), finite: this.finishStep(results, pass.rest[0]!) }
  }

  private get dropout() {
    return { key: this.dropoutKey, step: this.steps }
  }

  private stepByRows(
    batch: Batch,
    counts: readonly number[],
    learningRate: number,
    choose: (gram: GramBlocks, losses: Float64Array, results: DeviceTensors) => StepWeights,
  ): StepResult {
    const pass = this.perTask()
    const present = counts.map(n => n > 0)
    const once = present.map(Number)
    const results = pass.run(batch, counts, once, this.dropout, this.state.tensors)
    const gram = pass.gram()
    const { shared, heads = once, layers, direction } = choose(gram, this.losses(pass, batch, counts), results)
    const combination = direction ? 'direction' : layers ? 'layers' : 'tasks'
    const { session, settings } = this.rowsUpdate(combination)
    const weights = new Map(layers?.map((own, l) => [pass.layers[l]!, own]))
    const numbers = this.settingsFor(present, learningRate, group => group.tasks.map(t => (isShared(group) ? shared : heads)[t]!))
    for (const [layer, own] of weights)
      numbers.set(
        weightSetting.layer(layer),
        layer.group.tasks.map(t => own[t]!),
      )
    const found = direction ? this.inGroups(direction) : {}
    const next = session.run({ ...this.state.tensors, ...this.gradients(results), ...found, ...this.settings(settings, numbers) })
    Object.values(this.gradients(results)).forEach(free)
    return {
      losses: this.losses(pass, batch, counts),
      gram,
      finite: this.finishStep({ ...results, ...next }, numbersOf(next[report]!)[0]!),
    }
  }

  lossesAfterStep(batch: Batch): Float64Array {
    const pass = this.perTask()
    const counts = labelCounts(this.request.graph, batch)
    const dropout = { ...this.dropout, step: this.steps - 1 }
    Object.values(pass.run(batch, counts, counts.map(Number), dropout, this.state.tensors)).forEach(free)
    return this.losses(pass, batch, counts)
  }

  private rowsUpdate(combination: Combination): RowsUpdate {
    const known = this.rowsUpdates.get(combination)
    if (known) return known
    const { model, settings } = rowsUpdate(this.plan, combination)
    const opened = { session: this.device.session(model, this.stateOutputs), settings }
    this.rowsUpdates.set(combination, opened)
    return opened
  }

  /** The gradients among what a pass with a gradient per task left on the device. */
  private gradients(results: DeviceTensors): DeviceTensors {
    const gradients = this.groups.map(group => (isShared(group) ? gradientName.rows(group) : gradientName.own(group)))
    return Object.fromEntries(gradients.map(name => [name, results[name]!]))
  }

  /** J in memory, a row per task: the shared groups one behind the other. */
  private rows(results: DeviceTensors): Float32Array[] {
    const shared = this.groups.filter(isShared)
    const shapes = new Map(shared.map(group => [gradientName.rows(group), [group.tasks.length, group.floats]]))
    this.rowsReader ??= new ReadBack(this.device, shapes)
    const numbers = this.rowsReader.read(Object.fromEntries([...shapes.keys()].map(name => [name, results[name]!])))
    const length = shared.reduce((n, { floats }) => n + floats, 0)
    const rows = this.request.graph.tasks.map(() => new Float32Array(length))
    let start = 0
    for (const group of shared) {
      const { tasks, floats } = group
      tasks.forEach((t, i) => rows[t]!.set(numbers.get(gradientName.rows(group))!.subarray(i * floats, (i + 1) * floats), start))
      start += floats
    }
    return rows
  }

  /** A direction as long as a row, taken apart. */
  private inGroups(direction: ArrayLike<number>): DeviceTensors {
    let start = 0
    const parts = this.groups.filter(isShared).map(group => {
      const part = Float32Array.from({ length: group.floats }, (_, i) => direction[start + i]!)
      start += group.floats
      return [gradientName.own(group), this.device.tensor(part)] as const
    })
    return Object.fromEntries(parts)
  }

  /** Counts the updates of the groups that move, and gives their numbers. */
  private settingsFor(
    present: readonly boolean[],
    learningRate: number,
    weightsOf: (group: ParameterGroup) => readonly number[],
  ): Map<string, number | readonly number[]> {
    const values = new Map<string, number | readonly number[]>()
    this.groups.forEach((group, i) => {
      const moves = group.tasks.some(t => present[t])
      if (moves) this.updates[i]!++
      values.set(groupSetting.moves(group), Number(moves))
      values.set(weightSetting.tasks(group), weightsOf(group))
      const numbers = this.plan.update.numbers(learningRate, Math.max(1, this.updates[i]!))
      for (const [name, value] of Object.entries(numbers)) values.set(groupSetting.number(group, name), value)
    })
    return values
  }

  private settings(settings: Settings, numbers: ReadonlyMap<string, number | readonly number[]>): DeviceTensors {
    return { [settings.input]: this.device.tensor(settings.fill(name => numbers.get(name)!)) }
  }

  private losses(pass: GradientPass, batch: Batch, counts: readonly number[]): Float64Array {
    return meanLosses(pass.arrays, this.request.graph, batch, counts)
  }

  private finishStep(results: DeviceTensors, check: number): boolean {
    this.state.take(results)
    this.steps++
    return Number.isFinite(check)
  }

  /** The pass with a gradient per task: the step's own, or one compiled when it is first needed. */
  private perTask(): GradientPass {
    if (this.rowsPass) return this.rowsPass
    const { graph, batchSize } = this.request
    const rows = taskRows(graph, batchSize, this.groups)
    const stays = this.groups.map(group => (isShared(group) ? gradientName.rows(group) : gradientName.own(group)))
    return (this.rowsPass = new GradientPass(this.device, graph, batchSize, rows, stays, rows.layers))
  }

  async measureGram(batch: Batch): Promise<GramBlocks> {
    const pass = this.perTask()
    const counts = labelCounts(this.request.graph, batch)
    const once = counts.map(() => 1)
    const results = pass.run(batch, counts, once, this.dropout, this.state.tensors)
    Object.values(results).forEach(free)
    return pass.gram()
  }

  evaluate(batch: Batch): Evaluation {
    const { graph, evaluationBatchSize, activations } = this.request
    this.evaluation ??= new EvaluationPass(this.device, graph, evaluationBatchSize, this.groups, activations)
    return this.evaluation.run(batch, this.state.tensors)
  }

  readParameters(): Map<string, Float32Array> {
    const values = this.state.readParameters()
    return new Map(this.parameters.map(({ name }) => [name, values.get(name)!]))
  }

  writeParameters(values: ReadonlyMap<string, Float32Array>): void {
    this.state.writeParameters(values)
  }

  readState(): EngineState {
    const slots = this.state.readSlots()
    this.groups.forEach((group, i) => {
      for (const { parameter } of group.members) slots.set(`updates/${parameter.name}`, Float32Array.of(this.updates[i]!))
    })
    return { slots, step: this.steps, random: [this.dropoutKey] }
  }

  writeState({ slots, step, random }: EngineState): void {
    this.state.writeSlots(slots)
    this.groups.forEach((group, i) => {
      for (const { parameter } of group.members) {
        const updates = slots.get(`updates/${parameter.name}`)
        if (updates?.length !== 1) throw new EngineError(`the optimizer state updates/${parameter.name} is missing`)
        this.updates[i] = updates[0]!
      }
    })
    this.steps = step
    this.dropoutKey = random[0]! >>> 0
  }

  dispose(): void {
    this.state.dispose()
    this.sum?.pass.dispose()
    this.rowsPass?.dispose()
    for (const { session } of this.rowsUpdates.values()) session.dispose()
    this.rowsReader?.dispose()
    this.evaluation?.dispose()
  }
}

const infoOf = ({ name, shape, layer, tasks, statistic }: ParameterSpecification): ParameterInfo => ({
  name,
  shape,
  layer,
  tasks,
  statistic,
})

/** The same as the other engines': from the stream `weights` of the seed, in the order of the specifications. */
function initialValues(specifications: readonly ParameterSpecification[], seed: number): Map<string, Float32Array> {
  const random = Random.seeded(seed, 'weights')
  return new Map(
    specifications.map(({ name, size, shape, initializer }) => {
      const values = new Float32Array(size)
      initialize(values, shape, initializer, random)
      return [name, values]
    }),
  )
}
