import { Random } from '../base/random'
import type { Json } from '../base/json'
import type { CompiledModel, GramBlocks, StepSight, StepWeights } from '../engine/engine'
import type { Batch } from '../ir/batch'
import type { Choice, ModelGraph } from '../ir/graph'
import type { Method, Need } from '../methods/method'
import { methodOf, needsOf } from '../methods/table'
import { withTaskWeights } from '../methods/taskWeights'
import type { GramEvent, RunEvent } from '../runs/events'
import { scheduleFactor } from '../optimizers/schedules/table'
import { TrainingFailure } from './failure'
import { ConflictWatch } from './conflictWatch'
import { LossMeans } from './lossMeans'
import { StepEvents } from './stepEvents'
import { tracedWeights } from './tracedWeights'
import type { TrainingState } from './trainingState'
import { weightingNeeds } from './weightingNeeds'

/** One optimisation step after another: the weighting method in front of the engine, and what the log says of the step. */
export class Stepping {
  step = 0
  /** Of the optimizer, or as set by hand; the schedule multiplies it. */
  learningRate: number
  /** Of the present epoch. */
  readonly epochLosses: LossMeans
  private readonly tasks: readonly string[]
  private readonly schedule: Pick<Choice, 'kind' | 'options'>
  private readonly random: Random
  private readonly method: Method
  private readonly conflict: ConflictWatch | null
  private readonly needs: readonly Need[]
  /** What the method has said of its fallbacks: each is said once. */
  private readonly said = new Set<string>()
  private readonly stepEvents: StepEvents

  constructor(
    graph: ModelGraph,
    private readonly model: CompiledModel,
    private readonly log: (event: RunEvent) => void,
    watch: { readonly conflict: boolean; readonly earlier: readonly GramEvent[]; readonly lookAhead: number | null },
    seed: number,
    private readonly totalSteps: number,
    private readonly stepsPerEpoch: number,
    state: TrainingState | null,
  ) {
    const { optimizer, weighting, schedule } = graph.training
    this.schedule = schedule ?? { kind: 'constant', options: {} }
    const learningRate = optimizer.options.learningRate as number
    const definition = methodOf(weighting.kind)!
    this.tasks = graph.tasks.map(task => task.name)
    this.step = state?.step ?? 0
    this.learningRate = state?.learningRate ?? learningRate
    this.random = state ? Random.restored(state.method.random) : Random.seeded(seed, 'method')
    const method = definition.create({
      tasks: this.tasks,
      options: weighting.options,
      random: this.random,
      learningRate,
      ...(definition.traced && { traced: tracedWeights(weighting.options) }),
    })
    const weights = graph.tasks.map(task => task.weight)
    this.method = withTaskWeights(method, weights)
    if (state) this.method.restore(state.method.state)
    this.conflict =
      watch.conflict && this.tasks.length > 1
        ? new ConflictWatch(
            graph,
            model,
            this.step,
            totalSteps,
            weightingNeeds(weighting).perTaskGradients,
            log,
            watch.earlier,
            watch.lookAhead,
          )
        : null
    this.needs = needsOf(weighting)
    this.epochLosses = new LossMeans(this.tasks.length, state?.epochLosses)
    this.stepEvents = new StepEvents(this.tasks, totalSteps, state?.stepEvents ?? null)
  }

  /**
   * @param epoch the present one, starting at 1
   * @param elapsed seconds of training in this process, for the sampling of Gram matrices
   * @throws TrainingFailure where a loss is no finite number
   */
  async train(batch: Batch, epoch: number, elapsed: number): Promise<void> {
    const step = this.step + 1
    let present: readonly boolean[] = []
    let shared = new Float64Array(this.tasks.length)
    const weigh = (sight: StepSight): StepWeights => {
      const answer = this.weights(sight, step)
      present = sight.present
      shared = Float64Array.from(answer.shared)
      return answer
    }
    const { stepsPerEpoch, totalSteps } = this
    const learningRate = this.learningRate * scheduleFactor(this.schedule, { step, stepsPerEpoch, totalSteps })
    await this.conflict?.beforeStep(step, batch, learningRate, elapsed)
    const result = this.model.step(batch, learningRate, weigh)
    const { losses, finite } = result
    this.step = step
    this.checkLosses(losses, present, epoch)
    if (!finite) throw new TrainingFailure(`A weight became NaN or infinite at step ${step} (epoch ${epoch}).`, true)
    this.method.afterStep?.(losses, present)
    if (this.needs.includes('lossesAfterStep')) this.method.afterUpdate?.(losses, this.model.lossesAfterStep(batch), present)
    this.tasks.forEach((task, i) => {
      if (present[i]) this.epochLosses.add(i, losses[i]!, labelled(batch.masks[task]!))
    })
    this.conflict?.afterStep(step, result, shared, learningRate)
    const event = this.stepEvents.after(step, epoch, learningRate, losses, shared, present)
    if (event) this.log(event)
  }

  /** Tells the method how the epoch went, and begins the next. */
  endEpoch(): void {
    this.method.epochEnd?.(Float64Array.from(this.tasks, (_, i) => this.epochLosses.mean(i) ?? NaN))
    this.epochLosses.clear()
  }

  /** What the method keeps over the shared parameters, for checkpoints. */
  methodSlots(): ReadonlyMap<string, Float32Array> {
    return new Map([...(this.method.slots?.() ?? [])].map(([name, values]) => [methodSlot + name, values]))
  }

  restoreMethodSlots(slots: ReadonlyMap<string, Float32Array>): void {
    const own = [...slots].filter(([name]) => name.startsWith(methodSlot))
    this.method.restoreSlots?.(new Map(own.map(([name, values]) => [name.slice(methodSlot.length), values])))
  }

  private weights(sight: StepSight, step: number): StepWeights {
    const { present, losses } = sight
    const T = this.tasks.length
    const gram = this.needs.includes('gram') ? sight.gram : undefined
    const rows = this.needs.includes('rows') ? sight.rows : undefined
    // A batch without any label moves nothing.
    if (!present.includes(true)) return { shared: new Float64Array(T) }
    const answer = this.method.weights({
      present,
      ...(losses && { losses }),
      ...(gram && { gram: summed(gram, T), layers: blocksOf(gram), lastShared: this.lastShared(gram.layers) }),
      ...(rows && { rows: rows() }),
    })
    if (answer.note !== undefined && !this.said.has(answer.note)) {
      this.said.add(answer.note)
      this.log({ type: 'note', time: Date.now(), severity: 'information', message: `Step ${step}: ${answer.note}` })
    }
    return answer
  }

  /** Index of the last layer that all tasks share; of the last shared one where none is everyone's. */
  private lastShared(layers: readonly string[]): number {
    const users = new Map(this.model.parameters.map(({ layer, tasks }) => [layer, tasks.length]))
    const last = layers.findLastIndex(layer => users.get(layer) === this.tasks.length)
    return last >= 0 ? last : layers.length - 1
  }

  state(): Pick<TrainingState, 'step' | 'learningRate' | 'method' | 'epochLosses' | 'stepEvents'> {
    return {
      step: this.step,
      learningRate: this.learningRate,
      method: { state: structuredClone<Json>(this.method.state()), random: this.random.state },
      epochLosses: this.epochLosses.state(),
      stepEvents: this.stepEvents.state(),
    }
  }

  /** Says in the log what the task gradients tell so far. */
  summariseConflict(elapsed: number, last = false): void {
    this.conflict?.summarise(this.step, elapsed, last)
  }

  private checkLosses(losses: Float64Array, present: readonly boolean[], epoch: number): void {
    const index = losses.findIndex((loss, i) => present[i] === true && !Number.isFinite(loss))
    if (index < 0) return
    const became = Number.isNaN(losses[index]) ? 'NaN' : 'infinite'
    throw new TrainingFailure(`The loss of task ${this.tasks[index]} became ${became} at step ${this.step} (epoch ${epoch}).`, true)
  }
}

const methodSlot = 'method/'

const blocksOf = ({ layers, blocks }: GramBlocks): Float64Array[] => {
  const size = blocks.length / Math.max(1, layers.length)
  return layers.map((_, layer) => blocks.subarray(layer * size, (layer + 1) * size))
}

/** G of all shared parameters: the sum of the layers' blocks. Row-major T×T. */
function summed({ layers, blocks }: GramBlocks, tasks: number): Float64Array {
  const gram = new Float64Array(tasks * tasks)
  for (let layer = 0; layer < layers.length; layer++) for (let k = 0; k < gram.length; k++) gram[k]! += blocks[layer * gram.length + k]!
  return gram
}

function labelled(mask: Float32Array): number {
  let count = 0
  for (const value of mask) count += value
  return count
}
