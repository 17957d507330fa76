import type { Json } from '../base/json'
import type { OptionSpecs, Options } from '../base/options'
import { checkArguments } from './options'
import { report, stackHere } from './recorder'
import { describeAs } from './values'

export type ChoiceRole = 'optimizer' | 'weighting' | 'schedule' | 'transformation' | 'augmentation'

export interface ChoiceState {
  readonly role: ChoiceRole
  readonly kind: string
  readonly options: Record<string, Json>
  readonly specs: OptionSpecs
  readonly positional: readonly string[]
  readonly stack: number | null
  /** Options that only the model can give: those of a weighting that is written as a function. */
  readonly trace?: (tasks: number) => Record<string, Json>
}

const descriptions: Readonly<Record<ChoiceRole, string>> = {
  optimizer: 'an optimizer',
  weighting: 'a weighting',
  schedule: 'a schedule',
  transformation: 'a transformation',
  augmentation: 'an augmentation',
}

const states = new WeakMap<object, ChoiceState>()

export const choiceState = (value: unknown): ChoiceState | undefined =>
  typeof value === 'object' && value !== null ? states.get(value) : undefined

interface ChoiceDefinition {
  readonly kind: string
  readonly options: OptionSpecs
  readonly positional?: readonly string[]
  /** @returns what is wrong with options that are right one by one, and which of them says so */
  readonly problem?: (options: Options) => { readonly option: string; readonly message: string } | undefined
}

/** The function of the vocabulary that chooses an optimizer or a weighting: `adam({ … })`, `pcGrad()`. */
export function choiceBuilder(role: ChoiceRole, { kind, options: specs, positional = [], problem }: ChoiceDefinition) {
  return Object.freeze((...given: unknown[]) => {
    const stack = stackHere()
    const { options } = checkArguments(kind, given, specs, positional, stack)
    const found = problem?.(options)
    if (found)
      report({ code: 'mtl/invalid-option', message: found.message, place: { stack, argument: positional.length, path: [found.option] } })
    return makeChoice({ role, kind, options, specs, positional, stack })
  })
}

/** A choice that is known to the model when it is put into its training. */
export function makeChoice(state: ChoiceState): object {
  const choice = describeAs({}, descriptions[state.role])
  states.set(choice, state)
  return choice
}

/** What is chosen when nothing is written. */
export function defaultChoice(role: ChoiceRole, { kind, options: specs, positional = [] }: ChoiceDefinition): ChoiceState {
  const options = Object.fromEntries(
    Object.entries(specs).flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value as Json]])),
  )
  return { role, kind, options, specs, positional, stack: null }
}
