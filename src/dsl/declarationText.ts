import type { OptionSpec, OptionSpecs } from '../base/options'
import { optionsType } from './typeNames'

// The parts of a declaration that all kinds share.

/** A documentation comment; `*` followed by `/` can't end it early. */
export function comment(doc: string, tags: readonly string[] = [], indent = ''): string {
  const lines = [doc, ...tags].flatMap(text => text.split('\n')).map(line => line.replaceAll('*/', '*\u200b/'))
  if (lines.length === 1) return `${indent}/** ${lines[0]} */`
  return [`${indent}/**`, ...lines.map(line => `${indent} * ${line}`.trimEnd()), `${indent} */`].join('\n')
}

const literal = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value).replaceAll('"', "'"))

export const exampleTag = (example: string) => `@example\n${example}`

export function property(name: string, spec: OptionSpec, context: string): string {
  const tags = [
    ...(spec.default === undefined ? [] : [`@default ${literal(spec.default)}`]),
    `@example ${context.replace('$', `${name}: ${sample(spec)}`)}`,
  ]
  return `${comment(spec.doc, tags, '  ')}\n  readonly ${name}${spec.required ? '' : '?'}: ${spec.type}`
}

/** A value that fits: a choice that is not the default, else the default, else one that the check accepts. */
function sample({ choices, default: value, check, perTask }: OptionSpec): string {
  const choice = choices?.find(c => c !== value)
  if (choice !== undefined) return literal(choice)
  if (typeof value === 'boolean') return literal(!value)
  if (value !== undefined) return literal(value)
  const fitting: unknown[] = perTask ? [] : [10, 0.5, 'name', ['name']]
  return literal(fitting.find(candidate => check(candidate) === undefined) ?? {})
}

export const interfaceOf = (name: string, doc: string, properties: readonly string[]) =>
  `${comment(doc)}\nexport interface ${name} {\n${properties.join('\n')}\n}`

const namedOptions = (specs: OptionSpecs, positional: readonly string[]) =>
  Object.entries(specs).filter(([name]) => !positional.includes(name))

/** The options interface and the parameters of a call such as `dense(units, options?)`. */
export function signature(kind: string, specs: OptionSpecs, positional: readonly string[], call: string) {
  const named = namedOptions(specs, positional)
  const required = named.some(([, spec]) => spec.required)
  const type = optionsType(kind)
  const parameters = [
    ...positional.map(name => `${name}${specs[name]!.required ? '' : '?'}: ${specs[name]!.type}`).map(safeName),
    ...(named.length > 0 ? [`options${required ? '' : '?'}: ${type}`] : []),
  ]
  const context = `${call.replace('…', positional.map(name => sample(specs[name]!)).join(', '))}`
  const inner = positional.length > 0 ? `${context.slice(0, -1)}, { $ })` : `${context.slice(0, -1)}{ $ })`
  const options =
    named.length > 0
      ? `${interfaceOf(
          type,
          `Options of ${kind}.`,
          named.map(([name, spec]) => property(name, spec, inner)),
        )}\n\n`
      : `export type ${type} = Record<string, never>\n\n`
  const tags = positional.map(
    name =>
      `@param ${safeName(name)} ${specs[name]!.doc}${specs[name]!.default === undefined ? '' : ` Default: ${literal(specs[name]!.default)}.`}`,
  )
  return { options, parameters: parameters.join(', '), tags }
}

/** Words of the language can't name a parameter. */
const safeName = (parameter: string) => parameter.replace(/^(function|default|in|new|class)\b/, '$1_')
