import type { Affinity } from '../conflict/affinity'
import { summarise } from '../conflict/conflictSummary'
import type { CompiledModel, GramBlocks, StepResult } from '../engine/engine'
import type { Batch } from '../ir/batch'
import { dataSetOf } from '../ir/dataSets'
import type { ModelGraph } from '../ir/graph'
import type { GramEvent, HalfBatch, RunEvent } from '../runs/events'
import { lookAhead } from './lookAhead'
import { Sampling } from './sampling'

/** Every n-th sample measures the two halves of its batch too. */
const samplesPerHalves = 2
/** An affinity is a mean over looks ahead: of fewer it would be noise, so that these are taken whatever they cost. */
const leastLooks = 50
/** Share of the training time that summaries may take, and what they may take of a short run, so that it tells while it goes on. */
const summaryShare = 0.01
const summaryAllowance = 0.1

/** Samples the gradients of the tasks beside the training, and says in the log what they tell. */
export class ConflictWatch {
  private readonly sampling: Sampling
  private readonly samples: GramEvent[]
  private summarised = 0
  private summarySeconds = 0
  private readonly tasks: readonly string[]
  private pending: { gram: GramBlocks | null; halves: [HalfBatch, HalfBatch] | null } | null = null
  private ahead: Affinity | null = null

  /**
   * @param startStep the last step before this process
   * @param givesGram whether the steps have the Gram matrix anyway
   * @param earlier samples of the run before it was resumed
   * @param lookAheadEvery samples after which one looks ahead, where that was asked for; its time is not part of the sampling's share
   */
  constructor(
    private readonly graph: ModelGraph,
    private readonly model: CompiledModel,
    startStep: number,
    totalSteps: number,
    private readonly givesGram: boolean,
    private readonly log: (event: RunEvent) => void,
    earlier: readonly GramEvent[],
    private readonly lookAheadEvery: number | null = null,
  ) {
    this.tasks = graph.tasks.map(({ name }) => name)
    const trunk = new Set(model.parameters.filter(p => p.tasks.length > 1 && !p.statistic).map(parameter => parameter.layer))
    this.sampling = new Sampling(startStep, totalSteps, this.tasks.length, trunk.size, leastLooks * (lookAheadEvery ?? 0))
    this.samples = [...earlier]
  }

  /** Measures at the weights that the step starts from. @param elapsed seconds of training in this process */
  async beforeStep(step: number, batch: Batch, learningRate: number, elapsed: number): Promise<void> {
    this.pending = null
    this.ahead = null
    const wanted = this.givesGram ? this.sampling.isDue(step) && this.samples.length % samplesPerHalves === 0 : true
    const sampled = wanted && this.sampling.mayMeasure(step, elapsed)
    const looks = this.lookAheadEvery !== null && this.samples.length % this.lookAheadEvery === 0
    if (looks && (sampled || (this.givesGram && this.sampling.isDue(step))))
      this.ahead = lookAhead(this.model, batch, learningRate, this.tasks)
    if (!sampled) return
    const began = performance.now()
    const gram = this.givesGram ? null : await this.model.measureGram(batch)
    const halves = this.samples.length % samplesPerHalves === 0 && batch.rows > 1 ? await this.measureHalves(batch) : null
    this.pending = { gram, halves }
    this.sampling.measured(step, (performance.now() - began) / 1000)
  }

  /** @param result of the step, whose method may need Gram blocks by itself @param weights on the tasks' gradients in its update */
  afterStep(step: number, result: StepResult, weights: Float64Array, learningRate: number): void {
    const measured = this.pending?.gram ?? (this.givesGram && this.sampling.isDue(step) ? result.gram : null)
    if (!measured) return
    const began = performance.now()
    const halves = this.pending?.halves ?? null
    const event: GramEvent = {
      type: 'gram',
      time: Date.now(),
      step,
      layers: measured.layers,
      blocks: blocksOf(measured),
      losses: Array.from(result.losses, loss => (Number.isFinite(loss) ? loss : null)),
      learningRate,
      weights: Array.from(weights),
      ...(halves && { halves }),
      ...(this.ahead && { lookAhead: this.ahead }),
    }
    this.samples.push(event)
    this.log(event)
    this.sampling.noted((performance.now() - began) / 1000)
  }

  /** What the samples say so far, where there are new ones and time for it. */
  summarise(step: number, elapsed: number, last: boolean): void {
    if (this.samples.length === this.summarised) return
    if (!last && this.summarySeconds > Math.max(summaryShare * elapsed, summaryAllowance)) return
    const began = performance.now()
    this.log({ type: 'conflict', time: Date.now(), step, summary: summarise(this.tasks, this.samples) })
    this.summarised = this.samples.length
    this.summarySeconds += (performance.now() - began) / 1000
  }

  private async measureHalves(batch: Batch): Promise<[HalfBatch, HalfBatch]> {
    return [await this.measureHalf(batch, 0), await this.measureHalf(batch, 1)]
  }

  /**
   * Only the first or the second half of the rows of each task's data set counts in the losses; the forward pass, and with it batch
   * norm's statistics, sees all of them.
   */
  private async measureHalf(batch: Batch, half: 0 | 1): Promise<HalfBatch> {
    const masks = Object.fromEntries(
      this.graph.tasks.map(({ name, label }) => {
        const rows = (label && batch.setRows?.[dataSetOf(this.graph, label.source)]) ?? batch.rows
        const middle = rows >> 1
        return [name, batch.masks[name]!.map((value, row) => (row < middle === (half === 0) ? value : 0))]
      }),
    )
    const gram = await this.model.measureGram({ ...batch, masks })
    return {
      blocks: blocksOf(gram),
      labels: this.tasks.map(task => masks[task]!.reduce((sum, value) => sum + value, 0)),
    }
  }
}

function blocksOf({ layers, blocks }: GramBlocks): number[][] {
  const size = layers.length === 0 ? 0 : blocks.length / layers.length
  return layers.map((_, layer) => Array.from(blocks.subarray(layer * size, (layer + 1) * size)))
}
