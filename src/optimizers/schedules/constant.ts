import { warmupOption, type ScheduleDefinition } from './schedule'

export const constant: ScheduleDefinition = {
  kind: 'constant',
  doc: 'The learning rate stays as it is, after an optional warm-up.',
  example: 'schedule: constant({ warmup: 1 })',
  options: { warmup: warmupOption },
  factor: () => 1,
}
