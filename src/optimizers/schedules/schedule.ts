import { number, type OptionSpecs, type Options } from '../../base/options'

/**
 * How the learning rate moves during training. A schedule has no state: the rate depends on the step alone, so that a resumed
 * run goes on where it stopped. A learning rate that is set by hand while training takes the place of the optimizer's.
 */
export interface ScheduleDefinition {
  readonly kind: string
  readonly doc: string
  readonly example: string
  readonly options: OptionSpecs
  /** Factor on the learning rate after warm-up. */
  factor(progress: Progress, options: Options): number
}

export interface Progress {
  /** Epochs before this step, a fraction within an epoch. */
  readonly epoch: number
  /** Of the whole run. */
  readonly epochs: number
  /** Epochs of warm-up. */
  readonly warmup: number
}

export const warmupOption = number('Epochs, or a part of one, during which the learning rate rises evenly from 0.', { default: 0, min: 0 })
