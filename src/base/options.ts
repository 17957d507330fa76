import type { Json } from './json'

/**
 * The description of one option of a layer, method, optimizer, task or data source.
 * One description serves the check in the sandbox, the TypeScript declaration that users see, hover texts and manifests.
 */
export interface OptionSpec<T = unknown> {
  /** The TypeScript type that users see, e.g. `number` or `'same' | 'valid'`. */
  readonly type: string
  /** One sentence of documentation, in the form of a hover text. */
  readonly doc: string
  /** Value when the option is not written. Without a default, an option is absent when not written. */
  readonly default?: T
  /** A positional argument or option that must be written. */
  readonly required?: boolean
  /** @returns what was expected ("a whole number above 0"), or undefined where the value is fine */
  readonly check: (value: unknown) => string | undefined
  /** The value is an object whose keys must be task names: checked when the model is put together. */
  readonly perTask?: boolean
  /** The valid names, where the value is one of a few: for "did you mean" and completion. */
  readonly choices?: readonly string[]
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>

/** The options of a graph node as plain data. */
export type Options = Readonly<Record<string, Json>>

interface Given<T> {
  default?: T
  required?: boolean
}

const whole = (value: unknown): value is number => Number.isInteger(value)
const finite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

export function positiveInteger(doc: string, given: Given<number> = {}): OptionSpec<number> {
  // Sizes and counts beyond this are slips, which arrays and 32-bit kernels could not hold.
  const check = (v: unknown) =>
    whole(v) && v > 0 ? (v < 2 ** 31 ? undefined : 'a whole number above 0 and below 2³¹') : 'a whole number above 0'
  return { type: 'number', doc, ...given, check }
}

export function wholeNumber(doc: string, given: Given<number> = {}): OptionSpec<number> {
  return { type: 'number', doc, ...given, check: v => (whole(v) && v >= 0 ? undefined : 'a whole number of 0 or more') }
}

/** A finite number, optionally within bounds. `above` and `below` exclude the bound; `min` and `max` include it. */
export function number(
  doc: string,
  given: Given<number> & { min?: number; max?: number; above?: number; below?: number } = {},
): OptionSpec<number> {
  const { min, max, above, below, ...rest } = given
  const bounds = [
    min !== undefined && `of ${min} or more`,
    above !== undefined && `above ${above}`,
    max !== undefined && `of ${max} or less`,
    below !== undefined && `below ${below}`,
  ].filter(Boolean)
  const fits = (v: unknown) =>
    finite(v) && !(v < (min ?? -Infinity)) && !(v > (max ?? Infinity)) && !(v <= (above ?? -Infinity)) && !(v >= (below ?? Infinity))
  return { type: 'number', doc, ...rest, check: v => (fits(v) ? undefined : ['a number', bounds.join(' and ')].filter(Boolean).join(' ')) }
}

export function boolean(doc: string, given: Given<boolean> = {}): OptionSpec<boolean> {
  return { type: 'boolean', doc, ...given, check: v => (typeof v === 'boolean' ? undefined : 'true or false') }
}

export function text(doc: string, given: Given<string> = {}): OptionSpec<string> {
  return { type: 'string', doc, ...given, check: v => (typeof v === 'string' ? undefined : 'a text') }
}

export function textList(doc: string, given: Given<readonly string[]> = {}): OptionSpec<readonly string[]> {
  return {
    type: 'readonly string[]',
    doc,
    ...given,
    check: v => (Array.isArray(v) && v.every(x => typeof x === 'string') ? undefined : 'a list of texts'),
  }
}

export function oneOf<T extends string>(choices: readonly T[], doc: string, given: Given<T> = {}): OptionSpec<T> {
  return {
    type: choices.map(c => `'${c}'`).join(' | '),
    doc,
    ...given,
    choices,
    check: v => (choices.includes(v as T) ? undefined : `one of ${choices.map(c => `'${c}'`).join(', ')}`),
  }
}

/** One number above 0 per task. */
export function perTaskNumber(
  doc: string,
  given: Given<Readonly<Record<string, number>>> = {},
): OptionSpec<Readonly<Record<string, number>>> {
  const fits = (v: unknown) => typeof v === 'object' && v !== null && !Array.isArray(v) && Object.values(v).every(x => finite(x) && x > 0)
  return {
    type: '{ readonly [task: string]: number }',
    doc,
    ...given,
    perTask: true,
    check: v => (fits(v) ? undefined : 'an object of numbers above 0 by task name'),
  }
}
