import type { Json } from '../base/json'
import type { OptionSpecs } from '../base/options'
import { checkArguments } from './options'
import { stackHere } from './recorder'
import { describeAs } from './values'

export type ChoiceRole = 'optimizer' | 'weighting' | 'schedule' | 'transformation'

export interface ChoiceState {
  readonly role: ChoiceRole
  readonly kind: string
  readonly options: Record<string, Json>
  readonly specs: OptionSpecs
  readonly positional: readonly string[]
  readonly stack: number | null
}

const descriptions: Readonly<Record<ChoiceRole, string>> = {
  optimizer: 'an optimizer',
  weighting: 'a weighting',
  schedule: 'a schedule',
  transformation: 'a transformation',
}

const states = new WeakMap<object, ChoiceState>()

export const choiceState = (value: unknown): ChoiceState | undefined =>
  typeof value === 'object' && value !== null ? states.get(value) : undefined

interface ChoiceDefinition {
  readonly kind: string
  readonly options: OptionSpecs
  readonly positional?: readonly string[]
}

/** The function of the vocabulary that chooses an optimizer or a weighting: `adam({ … })`, `pcGrad()`. */
export function choiceBuilder(role: ChoiceRole, { kind, options: specs, positional = [] }: ChoiceDefinition) {
  return Object.freeze((...given: unknown[]) => {
    const stack = stackHere()
    const { options } = checkArguments(kind, given, specs, positional, stack)
    const choice = describeAs({}, descriptions[role])
    states.set(choice, { role, kind, options, specs, positional, stack })
    return choice
  })
}

/** What is chosen when nothing is written. */
export function defaultChoice(role: ChoiceRole, { kind, options: specs, positional = [] }: ChoiceDefinition): ChoiceState {
  const options = Object.fromEntries(
    Object.entries(specs).flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value as Json]])),
  )
  return { role, kind, options, specs, positional, stack: null }
}
