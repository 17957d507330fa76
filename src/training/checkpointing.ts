import type { Json } from '../base/json'
import type { Preprocessing } from '../data/dataset'
import type { CompiledModel } from '../engine/engine'
import type { Checkpoint } from '../runs/checkpoint'
import type { StoredTensor } from '../runs/safetensors'
import { TrainingFailure } from './failure'
import type { TrainingSinks } from './request'
import { toJson, type TrainingState } from './trainingState'

/** Writing checkpoints takes at most this share of the time: very short epochs are not all saved. */
const share = 0.05

/**
 * Saves the best and the last state of a run. A new best is kept in memory until the next save, which writes it first: whatever
 * a killed process had not written yet is repeated, with the same numbers, by the run that resumes from `last`.
 */
export class Checkpointing {
  private best: Checkpoint | null = null
  private savedAt = performance.now()
  private cost = 0
  private saved: { readonly step: number; readonly epochs: number } | null = null

  constructor(
    private readonly model: CompiledModel,
    private readonly preprocessing: Preprocessing,
    private readonly interval: number,
    private readonly sinks: TrainingSinks,
    /** What the weighting keeps over the shared parameters. */
    private readonly methodSlots: () => ReadonlyMap<string, Float32Array>,
  ) {}

  /** @param epochEnd a good moment: otherwise the interval decides */
  isDue(epochEnd: boolean): boolean {
    const waited = performance.now() - this.savedAt
    return waited >= this.cost / share && (epochEnd || waited >= this.interval * 1000)
  }

  keepBest(step: number, epoch: number): void {
    this.best = { step, epoch, weights: this.weights(step), preprocessing: this.preprocessing as unknown as Json, state: null }
  }

  /** @param state of the training, without the engine's part */
  save(state: Omit<TrainingState, 'engine'>): void {
    const began = performance.now()
    // Events up to this step are in the log before the checkpoint is: a resumed run never misses one.
    this.sinks.flush()
    const weights = this.weights(state.step)
    this.saveBest()
    const { slots: own, step, random } = this.model.readState()
    const slots = new Map([...own, ...this.methodSlots()])
    const json = toJson({ ...state, engine: { step, random } })
    const preprocessing = this.preprocessing as unknown as Json
    this.write('last', { step: state.step, epoch: state.epochs, weights, preprocessing, state: { slots, state: json } })
    this.saved = { step: state.step, epochs: state.epochs }
    this.savedAt = performance.now()
    this.cost = this.savedAt - began
  }

  /** At the end: saves what was not saved yet. */
  finish(state: Omit<TrainingState, 'engine'>): void {
    if (this.saved?.step !== state.step || this.saved.epochs !== state.epochs || this.best) this.save(state)
  }

  /** Writes a best state that is still in memory. */
  saveBest(): void {
    if (this.best) this.write('best', this.best)
    this.best = null
  }

  /** @returns the weights of the best state, written or not; null where there is none yet */
  bestWeights(): Map<string, Float32Array> | null {
    const best = this.best ?? this.sinks.loadBest()
    return best && new Map([...best.weights].map(([name, { values }]) => [name, values]))
  }

  private write(kind: 'last' | 'best', checkpoint: Checkpoint): void {
    this.sinks.saveCheckpoint(kind, checkpoint)
    this.sinks.event({ type: 'checkpoint', time: Date.now(), step: checkpoint.step, epoch: checkpoint.epoch, kind })
  }

  /** @throws TrainingFailure where a weight is no finite number: such a state is never saved */
  private weights(step: number): Map<string, StoredTensor> {
    const values = this.model.readParameters()
    const broken = this.model.parameters.find(({ name }) => values.get(name)!.some(value => !Number.isFinite(value)))
    if (broken) throw new TrainingFailure(`A weight of layer ${broken.layer} became NaN or infinite by step ${step}.`, true)
    return new Map(this.model.parameters.map(({ name, shape }) => [name, { shape, values: values.get(name)! }]))
  }
}
