import type { ParameterSpecification } from '../parameters'
import { padded } from './arena'

/** Where things lie within a block of all parameters, in floats. */
export interface ParameterPlace extends ParameterSpecification {
  readonly start: number
}

export interface Stretch {
  readonly start: number
  readonly length: number
  readonly tasks: readonly number[]
}

/** The order of parameters in memory: shared ones first, then each task's own, so that what is used together lies together. */
export interface ParameterLayout {
  readonly places: readonly ParameterPlace[]
  /** Shared layers, in graph order. */
  readonly layers: readonly (Stretch & { readonly name: string })[]
  /** Runs of parameters with the same tasks. */
  readonly groups: readonly Stretch[]
  /** Floats of the shared parameters, which come first. */
  readonly shared: number
  readonly total: number
}

export function layOut(parameters: readonly ParameterSpecification[]): ParameterLayout {
  const key = (tasks: readonly number[]) => tasks.join()
  const shared = parameters.filter(p => p.tasks.length > 1)
  const order = [...new Set([...shared, ...parameters].map(p => key(p.tasks)))]
  const sorted = order.flatMap(tasks => parameters.filter(p => key(p.tasks) === tasks))
  const sharedFirst = [...sorted.filter(p => p.tasks.length > 1), ...sorted.filter(p => p.tasks.length === 1)]

  let at = 0
  const places = sharedFirst.map(parameter => {
    const start = at
    at += padded(parameter.size)
    return { ...parameter, start }
  })
  const stretch = (members: readonly ParameterPlace[]): Stretch => {
    const last = members.at(-1)!
    return { start: members[0]!.start, length: last.start + padded(last.size) - members[0]!.start, tasks: last.tasks }
  }
  const names = [...new Set(shared.map(p => p.layer))]
  const groups = [...new Set(places.map(p => key(p.tasks)))].map(tasks => stretch(places.filter(p => key(p.tasks) === tasks)))
  return {
    places,
    layers: names.map(name => ({ name, ...stretch(places.filter(p => p.layer === name)) })),
    groups,
    shared: groups.filter(g => g.tasks.length > 1).reduce((n, g) => n + g.length, 0),
    total: at,
  }
}
