import { number } from '../../base/options'
import { warmupOption, type ScheduleDefinition } from './schedule'

/** Loshchilov & Hutter 2017, eq. 5, without restarts. */
export const cosine: ScheduleDefinition = {
  kind: 'cosine',
  doc: 'The learning rate falls along half a cosine from the end of the warm-up to the end of training.',
  example: 'schedule: cosine({ warmup: 1 })',
  options: {
    end: number('Share of the learning rate that is left at the end.', { default: 0, min: 0, max: 1 }),
    warmup: warmupOption,
  },
  factor({ epoch, epochs, warmup }, options) {
    const end = options.end as number
    // A warm-up that takes the whole training leaves nothing to fall along.
    const share = epochs > warmup ? Math.min(1, Math.max(0, (epoch - warmup) / (epochs - warmup))) : 0
    return end + ((1 - end) * (1 + Math.cos(Math.PI * share))) / 2
  },
}
