import type { ParameterSpecification } from '../../parameters'
import { names } from '../../modelProgram'
import type { Pack } from '../encodeProgram'

/**
 * Parameters with the same tasks, one behind the other in one buffer of the device: whatever is done to all of them takes
 * one dispatch, and they move or sit out together.
 */
export interface ParameterGroup {
  /** 'group/0', … */
  readonly name: string
  readonly tasks: readonly number[]
  readonly members: readonly {
    readonly parameter: ParameterSpecification
    readonly start: number
    /** Its place among all parameters. */
    readonly order: number
  }[]
  /** Floats of its buffer; what no parameter takes is 0 and stays so. */
  readonly floats: number
}

/** Long buffers are a multiple of this: sums over them are taken in so many parts. */
export const parts = 256
const long = 65_536

export function groupsOf(parameters: readonly ParameterSpecification[]): readonly ParameterGroup[] {
  const keys = [...new Set(parameters.map(p => p.tasks.join()))]
  return keys.map((key, i) => {
    let end = 0
    const members = parameters
      .filter(p => p.tasks.join() === key)
      .map(parameter => {
        const start = end
        end += parameter.size
        return { parameter, start, order: parameters.indexOf(parameter) }
      })
    return { name: `group/${i}`, tasks: members[0]!.parameter.tasks, members, floats: end < long ? end : Math.ceil(end / parts) * parts }
  })
}

export const isShared = ({ tasks }: ParameterGroup): boolean => tasks.length > 1

/** How a program finds its parameters in a group's buffer. */
export const packOf = ({ name, floats, members }: ParameterGroup): Pack => ({
  name: `weights/${name}`,
  floats,
  members: new Map(members.map(({ parameter, start }) => [names.parameter(parameter.name), start])),
})
