import { boolean, type Options } from '../base/options'
import type { ParameterSpec } from '../ir/graph'
import type { Shape } from '../ir/shape'
import { ones, zeros } from './initializers'

// What a normalisation learns: a factor and an offset for each channel.

/** @param channel what a factor belongs to, as hover texts call it */
export const affineOptions = (channel: string) => ({
  scale: boolean(`Whether a factor per ${channel} is learnt.`, { default: true }),
  shift: boolean(`Whether an offset per ${channel} is learnt.`, { default: true }),
})

/** Shape of what there is one of for each channel; null where the input's is unknown. */
export function channelShape(input: Shape): ParameterSpec['shape'] {
  const channels = input?.at(-1) ?? null
  return channels === null ? null : [channels]
}

export const affineParameters = (input: Shape, { scale, shift }: Options): ParameterSpec[] => [
  ...(scale ? [{ name: 'scale', shape: channelShape(input), initializer: ones }] : []),
  ...(shift ? [{ name: 'shift', shape: channelShape(input), initializer: zeros }] : []),
]
