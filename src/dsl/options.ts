import type { Json } from '../base/json'
import { nearest } from '../base/nearest'
import type { OptionSpecs } from '../base/options'
import { report } from './recorder'
import type { FixRequest, Place } from '../ir/recording'
import { isRecord, plain, quoted, show } from './values'

/** Whose options are checked, for messages: "dense", "model's training". */
export interface OptionsAt {
  readonly owner: string
  readonly place: Place
}

export interface CheckedOptions {
  readonly options: Record<string, Json>
  /** Names whose value is wrong or missing though required: what depends on them is unknown. */
  readonly wrong: ReadonlySet<string>
}

/** Checks an options object against its description; reports every problem at its own place and fills in the defaults. */
export function checkOptions(value: unknown, specs: OptionSpecs, { owner, place }: OptionsAt): CheckedOptions {
  const options: Record<string, Json> = {}
  const wrong = new Set<string>()
  for (const [name, spec] of Object.entries(specs)) if (spec.default !== undefined) options[name] = spec.default as Json
  const required = Object.keys(specs).filter(name => specs[name]!.required)
  if (value !== undefined && !isRecord(value)) {
    report({ code: 'mtl/invalid-options', message: `the options of ${owner} are an object { … }, not ${show(value)}`, place })
    return { options, wrong: new Set(required) }
  }
  const keys = Object.keys(value ?? {})
  for (const name of required.filter(name => !keys.includes(name))) {
    wrong.add(name)
    report({ code: 'mtl/missing-option', message: `${owner} needs ${name}: ${specs[name]!.check(undefined) ?? specs[name]!.type}`, place })
  }
  if (value === undefined) return { options, wrong }
  for (const key of keys.slice(0, 20)) {
    const at = { ...place, path: [...(place.path ?? []), key] }
    if (Object.hasOwn(specs, key)) {
      const item = value[key]
      if (item === undefined) continue
      const copy = checkOption(item, key, specs, owner, at)
      if (copy === undefined) wrong.add(key)
      else options[key] = copy
    } else reportUnknownKey(key, Object.keys(specs), owner, at)
  }
  return { options, wrong }
}

/** @returns the value as plain data, or undefined where it was wrong and reported */
export function checkOption(value: unknown, name: string, specs: OptionSpecs, owner: string, place: Place): Json | undefined {
  const spec = specs[name]!
  const copy = plain(value)
  const expected = copy === undefined ? (spec.check(value) ?? 'plain data of reasonable size') : spec.check(copy)
  if (expected === undefined) return copy
  const meant = typeof copy === 'string' && spec.choices ? nearest(copy, spec.choices) : undefined
  const fixes: FixRequest[] = meant === undefined ? [] : [{ kind: 'replace', text: meant }]
  const suggestion = meant === undefined ? '' : `; did you mean '${meant}'?`
  report({ code: 'mtl/invalid-option', message: `${name} of ${owner} must be ${expected}, not ${show(value)}${suggestion}`, place, fixes })
  return undefined
}

export function reportUnknownKey(key: string, known: readonly string[], owner: string, place: Place): void {
  const meant = nearest(key, known)
  const rest = meant ? `; did you mean '${meant}'?` : known.length > 0 ? `; it has ${quoted(known, 12)}` : '; it has none'
  report({
    code: 'mtl/unknown-option',
    message: `${owner} has no option '${key}'${rest}`,
    place: { ...place, key: true },
    fixes: meant ? [{ kind: 'replace', text: meant }] : [],
  })
}

/** Splits the description of a call into its positional arguments and the options object. */
export function splitSpecs(specs: OptionSpecs, positional: readonly string[]): { byPosition: OptionSpecs; named: OptionSpecs } {
  const named = Object.fromEntries(Object.entries(specs).filter(([name]) => !positional.includes(name)))
  const byPosition = Object.fromEntries(positional.map(name => [name, specs[name]!]))
  return { byPosition, named }
}

/** Checks the arguments of a call such as `dense(64, { activation: 'relu' })`. */
export function checkArguments(
  kind: string,
  given: readonly unknown[],
  specs: OptionSpecs,
  positional: readonly string[],
  stack: number,
): CheckedOptions {
  const { byPosition, named } = splitSpecs(specs, positional)
  const hasOptions = Object.keys(named).length > 0
  const { options, wrong } = checkOptions(hasOptions ? given[positional.length] : undefined, named, {
    owner: kind,
    place: { stack, argument: positional.length },
  })
  const bad = new Set(wrong)
  positional.forEach((name, argument) => {
    const spec = byPosition[name]!
    const value = given[argument]
    if (value === undefined) {
      if (spec.default !== undefined) options[name] = spec.default as Json
      if (!spec.required) return
      bad.add(name)
      const message = `${kind} needs ${name}: ${spec.check(undefined) ?? spec.type}`
      return report({ code: 'mtl/missing-argument', message, place: given.length > argument ? { stack, argument } : { stack } })
    }
    const copy = checkOption(value, name, byPosition, kind, { stack, argument })
    if (copy === undefined) bad.add(name)
    else options[name] = copy
  })
  const known = positional.length + (hasOptions ? 1 : 0)
  if (given.length > known) {
    report({ code: 'mtl/too-many-arguments', message: `${kind} takes ${countOf(known)}`, place: { stack, argument: known } })
  }
  return { options, wrong: bad }
}

const countOf = (n: number) => (n === 0 ? 'no arguments' : n === 1 ? 'one argument' : `up to ${n} arguments`)
