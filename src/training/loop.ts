import type { Split } from '../data/dataset'
import type { CompiledModel } from '../engine/engine'
import type { Batch } from '../ir/batch'
import type { RunEvent, TaskMetrics } from '../runs/events'
import type { BatchThread } from './batchThread'
import { Checkpointing } from './checkpointing'
import type { TrainingControls } from './controls'
import { evaluateSplit, merged, prefixed, type SplitMetrics } from './evaluate'
import { divergenceAdvice, TrainingFailure } from './failure'
import { Pace } from './pace'
import { Selection } from './selection'
import { Stepping } from './stepping'
import type { TrainingRequest, TrainingSinks } from './request'
import { fromJson, type TrainingState } from './trainingState'

/** Many fast steps are done per turn of the event loop; controls, heartbeat and log get their turn this often. */
const turnMilliseconds = 30
const progressMilliseconds = 500

const nextTurn = () => new Promise<void>(resolve => void setImmediate(resolve))
const seconds = () => performance.now() / 1000

/** Over all data sets. */
const rowsOf = ({ rows, setRows }: Batch) => (setRows ? Object.values(setRows).reduce((a, b) => a + b, 0) : rows)

/** Thrown between two steps, to leave the loop. */
class Stopped extends Error {}

/** One training: epochs of steps, each with its validation, between which the controls are obeyed. */
export class TrainingLoop {
  private readonly stepping: Stepping
  private readonly selection: Selection
  private readonly checkpoints: Checkpointing
  private readonly pace = new Pace()
  private readonly totalSteps: number
  private epochs: number
  private finished: boolean
  private epochSeconds: number
  private elapsed = 0
  private nextProgress = 0

  constructor(
    private readonly request: TrainingRequest,
    private readonly model: CompiledModel,
    private readonly batches: BatchThread,
    private readonly evaluationBatchSize: number,
    private readonly sinks: TrainingSinks,
    private readonly controls: TrainingControls,
  ) {
    const { graph, dataset, seed, resumeFrom } = request
    const state = resumeFrom?.state ? fromJson(resumeFrom.state.state) : null
    this.totalSteps = batches.perEpoch * request.epochs
    const watch = { conflict: request.watchConflict ?? true, earlier: request.earlierSamples ?? [], lookAhead: request.lookAhead ?? null }
    const log = (event: RunEvent) => sinks.event(event)
    this.stepping = new Stepping(graph, model, log, watch, seed, this.totalSteps, batches.perEpoch, state)
    this.selection = new Selection(graph.training.earlyStopping, state?.selection)
    this.checkpoints = new Checkpointing(model, dataset.preprocessing, request.checkpointSeconds, sinks, () => this.stepping.methodSlots())
    this.epochs = state?.epochs ?? 0
    this.finished = state?.finished ?? false
    this.epochSeconds = state?.epochSeconds ?? 0
    if (state) {
      model.writeParameters(new Map([...resumeFrom!.weights].map(([name, { values }]) => [name, values])))
      model.writeState({ slots: new Map(resumeFrom!.state!.slots), step: state.engine.step, random: state.engine.random })
      this.stepping.restoreMethodSlots(new Map(resumeFrom!.state!.slots))
      sinks.event({ type: 'resume', time: Date.now(), step: state.step, epoch: state.epochs })
    }
  }

  /** @throws TrainingFailure, and what the sinks throw */
  async run(): Promise<'completed' | 'stopped'> {
    this.status('training')
    this.progress()
    try {
      while (this.epochs < this.request.epochs && !this.finished) {
        await this.trainEpoch()
        await this.endEpoch()
      }
      this.checkpoints.finish(this.state())
      this.stepping.summariseConflict(this.elapsed, true)
      this.progress()
      return 'completed'
    } catch (error) {
      this.stepping.summariseConflict(this.elapsed, true)
      if (error instanceof Stopped) return 'stopped'
      throw error instanceof TrainingFailure && error.diverged
        ? new TrainingFailure(`${error.message} ${divergenceAdvice(this.stepping.learningRate, this.stepping.step)}`, true, 'optimizer')
        : error
    }
  }

  private async trainEpoch(): Promise<void> {
    for (let more = true; more;) {
      const began = seconds()
      let [steps, examples] = [0, 0]
      while ((seconds() - began) * 1000 < turnMilliseconds) {
        const batch = await this.batches.next()
        more = batch !== null
        if (batch === null) break
        await this.stepping.train(batch, this.epochs + 1, this.elapsed)
        steps++
        examples += rowsOf(batch)
      }
      const spent = seconds() - began
      this.pace.trained(steps, examples, spent)
      this.epochSeconds += spent
      this.elapsed += spent
      if (this.checkpoints.isDue(false)) this.checkpoints.save(this.state())
      await this.turn()
    }
  }

  private async endEpoch(): Promise<void> {
    const { dataset, graph } = this.request
    const began = seconds()
    const validation = await this.evaluate(dataset.validation, () => this.turn())
    const evaluation = seconds() - began
    this.pace.evaluated(evaluation, this.epochSeconds)
    this.epochs++
    const training = this.trainingLosses()
    this.checkFinite(validation)
    // Without validation rows the training loss is all there is to choose by.
    const { score, isBest, stop } = this.selection.afterEpoch(dataset.validation.rows > 0 ? validation : training)
    if (isBest) this.checkpoints.keepBest(this.stepping.step, this.epochs)
    this.sinks.event({
      type: 'epoch',
      time: Date.now(),
      epoch: this.epochs,
      step: this.stepping.step,
      seconds: this.epochSeconds + evaluation,
      metrics: merged(prefixed('train', training), prefixed('validation', validation)),
      score,
      best: isBest,
    })
    this.stepping.endEpoch()
    this.stepping.summariseConflict(this.elapsed)
    this.epochSeconds = 0
    this.finished = stop
    await this.batches.beginEpoch()
    if (stop) this.note(`Early stopping: no gain for ${graph.training.earlyStopping!.patience} epochs`)
    if (this.checkpoints.isDue(true)) this.checkpoints.save(this.state())
  }

  /** Lets the rest of the process have its turn, and obeys the controls. @throws Stopped, TrainingFailure */
  private async turn(): Promise<void> {
    if (performance.now() >= this.nextProgress) this.progress()
    this.sinks.flush()
    await nextTurn()
    this.controls.throwIfFailed()
    if (this.controls.asked) await this.obey()
  }

  /** Does what the controls ask for, and waits while they say pause. */
  private async obey(): Promise<void> {
    for (let paused = false; ;) {
      this.controls.throwIfFailed()
      const rate = this.controls.takeLearningRate()
      if (rate !== null) {
        this.stepping.learningRate = rate
        this.note(`Learning rate set to ${rate} after step ${this.stepping.step}`)
      }
      const pauses = this.controls.paused && !paused
      if (this.controls.stopped || this.controls.wantsCheckpoint || pauses) this.checkpoints.save(this.state())
      if (this.controls.stopped) throw new Stopped()
      if (this.controls.paused !== paused) {
        paused = this.controls.paused
        this.status(paused ? 'paused' : 'training')
        this.progress()
      }
      this.sinks.flush()
      this.controls.settle()
      if (!paused) return
      await this.controls.changed()
    }
  }

  /** Validation and test metrics of the best checkpoint, {} where there is none. The model holds its weights afterwards. */
  async bestMetrics(): Promise<TaskMetrics> {
    const weights = this.checkpoints.bestWeights()
    if (weights === null) return {}
    this.model.writeParameters(weights)
    const { validation, test } = this.request.dataset
    return merged(prefixed('validation', await this.evaluate(validation, nextTurn)), prefixed('test', await this.evaluate(test, nextTurn)))
  }

  /** After a failure: what was good is kept. */
  rescue(): void {
    this.checkpoints.saveBest()
  }

  dispose(): void {
    this.model.dispose()
  }

  private evaluate(split: Split, turn: () => Promise<void>): Promise<SplitMetrics> {
    const { graph, dataset } = this.request
    return evaluateSplit(this.model, split, this.evaluationBatchSize, graph.tasks, dataset.preprocessing.labels, turn)
  }

  private trainingLosses(): SplitMetrics {
    const entries = this.request.graph.tasks.map(({ name }, i): [string, Record<string, number>] => {
      const loss = this.stepping.epochLosses.mean(i)
      return [name, loss === null ? {} : { loss }]
    })
    return Object.fromEntries(entries)
  }

  private checkFinite(validation: SplitMetrics): void {
    const broken = Object.entries(validation).find(([, { loss }]) => loss !== undefined && !Number.isFinite(loss))
    if (!broken) return
    throw new TrainingFailure(
      `The validation loss of task ${broken[0]} is ${broken[1].loss} after epoch ${this.epochs} (step ${this.stepping.step}).`,
      true,
    )
  }

  private state(): Omit<TrainingState, 'engine'> {
    return {
      version: 1,
      epochs: this.epochs,
      order: this.batches.state(),
      selection: this.selection.state(),
      epochSeconds: this.epochSeconds,
      finished: this.finished,
      ...this.stepping.state(),
    }
  }

  private status(status: 'training' | 'paused'): void {
    this.sinks.event({ type: 'status', time: Date.now(), status })
  }

  private note(message: string): void {
    this.sinks.event({ type: 'note', time: Date.now(), severity: 'information', message })
  }

  private progress(): void {
    this.nextProgress = performance.now() + progressMilliseconds
    const { epochs } = this.request
    const left = this.finished ? 0 : this.pace.secondsLeft(this.totalSteps - this.stepping.step, epochs - this.epochs)
    this.sinks.event({
      type: 'progress',
      time: Date.now(),
      step: this.stepping.step,
      steps: this.totalSteps,
      epoch: Math.min(this.epochs + 1, epochs),
      epochs,
      examplesPerSecond: Math.round(this.pace.examplesPerSecond * 10) / 10,
      secondsLeft: left === null ? null : Math.round(left * 10) / 10,
    })
  }
}
