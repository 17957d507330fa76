import type { Options } from '../../base/options'
import { constant } from './constant'
import { cosine } from './cosine'
import type { ScheduleDefinition } from './schedule'
import { step } from './step'

/** Every schedule: one line each. */
export const schedules: readonly ScheduleDefinition[] = [constant, step, cosine]

const byKind = new Map(schedules.map(schedule => [schedule.kind, schedule]))

export const scheduleOf = (kind: string): ScheduleDefinition | undefined => byKind.get(kind)

export interface Position {
  /** The step about to be made, from 1. */
  readonly step: number
  readonly stepsPerEpoch: number
  readonly totalSteps: number
}

/** The factor on the learning rate at a step; the first step of a warm-up is above 0, and the step after it has the full rate. */
export function scheduleFactor(
  choice: { readonly kind: string; readonly options: Options },
  { step, stepsPerEpoch, totalSteps }: Position,
): number {
  const schedule = scheduleOf(choice.kind)
  if (!schedule) throw new RangeError(`unknown schedule '${choice.kind}'`)
  const warmup = (choice.options.warmup as number | undefined) ?? 0
  const rising = warmup > 0 ? Math.min(1, step / (warmup * stepsPerEpoch)) : 1
  const epochs = { epoch: (step - 1) / stepsPerEpoch, epochs: totalSteps / stepsPerEpoch, warmup }
  return rising * (rising < 1 ? 1 : schedule.factor(epochs, choice.options))
}
