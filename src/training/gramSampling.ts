import type { GramBlocks } from '../engine/engine'
import type { GramEvent } from '../runs/events'

const gramEventsPerRun = 2_000
const numbersPerRun = 4_000_000
/** Share of the training time that measuring may take where the method itself needs no Gram matrix. */
const share = 0.04
const allowanceSeconds = 0.25
const warmUpSteps = 10

/**
 * Chooses the steps whose Gram matrices are logged. Where the weighting method has them anyway they cost nothing but space;
 * elsewhere measuring one costs about T backward passes, so it is done only as long as all measurements together stay within
 * a small share of the time. Sampling never touches the update, so that its timing can't change the run's numbers.
 */
export class GramSampling {
  private readonly every: number
  private spent = 0
  private last = 0

  /** @param tasks T; the interval keeps T×T numbers per layer from filling the log */
  constructor(
    totalSteps: number,
    private readonly tasks: number,
    trunkLayers: number,
  ) {
    const perEvent = Math.max(1, tasks * tasks * trunkLayers)
    const events = Math.max(1, Math.min(gramEventsPerRun, Math.floor(numbersPerRun / perEvent)))
    this.every = Math.max(1, Math.ceil(totalSteps / events))
  }

  /** For methods that have the Gram matrix anyway. */
  isDue(step: number): boolean {
    return this.tasks > 1 && step % this.every === 0
  }

  /** @param elapsed seconds of training so far in this process */
  mayMeasure(step: number, elapsed: number): boolean {
    return this.tasks > 1 && step >= warmUpSteps && step - this.last >= this.every && this.spent <= allowanceSeconds + share * elapsed
  }

  measured(step: number, seconds: number): void {
    this.last = step
    this.spent += seconds
  }
}

export function gramEvent(step: number, gram: GramBlocks): GramEvent {
  const size = gram.layers.length === 0 ? 0 : gram.blocks.length / gram.layers.length
  const blocks = gram.layers.map((_, layer) => Array.from(gram.blocks.subarray(layer * size, (layer + 1) * size)))
  return { type: 'gram', time: Date.now(), step, layers: gram.layers, blocks }
}
