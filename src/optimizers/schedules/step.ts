import { number } from '../../base/options'
import { warmupOption, type ScheduleDefinition } from './schedule'

export const step: ScheduleDefinition = {
  kind: 'step',
  doc: 'The learning rate falls by a factor every few epochs, counted from the start.',
  example: 'schedule: step({ every: 10, factor: 0.1 })',
  options: {
    every: number('Epochs between two falls.', { required: true, above: 0 }),
    factor: number('What the learning rate is multiplied by.', { default: 0.1, above: 0, max: 1 }),
    warmup: warmupOption,
  },
  factor({ epoch }, options) {
    const { every, factor } = options as { every: number; factor: number }
    // An epoch is a sum of steps: rounding must not put a fall off by one.
    return factor ** Math.floor(epoch / every + 1e-9)
  },
}
