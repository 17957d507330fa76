import type { Options, OptionSpecs } from '../../base/options'
import type { Json } from '../../base/json'
import { nearest } from '../../base/nearest'
import type { TextEdit } from '../../ir/diagnostic'
import type { LayerCall } from '../../ir/graphEdit'
import { layerOf, layers } from '../../layers/table'
import { literal, propertyName } from '../literal'
import type { SourceText } from '../sourceText'
import { Refusal } from './refusal'
import { localName, quoteOf } from './text'

export interface WrittenLayer {
  /** `dense(64, { activation: 'relu' })` */
  readonly text: string
  /** What must be imported for it. */
  readonly imports: readonly TextEdit[]
  /** With all defaults, as the graph has them. */
  readonly options: Options
}

/** @throws Refusal where the layer or an option of it does not exist or does not fit */
export function layerText(source: SourceText, { kind, options }: LayerCall): WrittenLayer {
  const definition = layerOf(kind)
  if (!definition)
    throw new Refusal(
      unknown(
        'layer',
        kind,
        layers.map(layer => layer.kind),
      ),
    )
  const { positional, options: specs } = definition
  const complete = completeOptions(kind, specs, options)
  const quote = quoteOf(source)
  const isDefault = (name: string) => JSON.stringify(complete[name]) === JSON.stringify(specs[name]!.default)
  const count = positional.reduce((n, name, i) => (name in complete && !isDefault(name) ? i + 1 : n), 0)
  const values = positional.slice(0, count).map(name => literal(complete[name]!, quote))
  const named = Object.keys(complete).filter(name => !positional.includes(name) && !isDefault(name))
  if (named.length > 0) {
    values.push(...positional.slice(count).map(name => literal(complete[name]!, quote)))
    values.push(`{ ${named.map(name => `${propertyName(name, quote)}: ${literal(complete[name]!, quote)}`).join(', ')} }`)
  }
  const local = localName(source, kind)
  return { text: `${local.name}(${values.join(', ')})`, imports: local.edits, options: complete }
}

/** Given options with the defaults of the others. */
export function completeOptions(owner: string, specs: OptionSpecs, given: Options): Options {
  const complete: Record<string, Json> = {}
  for (const [name, { default: value }] of Object.entries(specs)) if (value !== undefined) complete[name] = value as Json
  for (const [name, value] of Object.entries(given)) {
    checkValue(owner, specs, name, value)
    complete[name] = value
  }
  const missing = Object.keys(specs).find(name => specs[name]!.required && !(name in complete))
  if (missing !== undefined) throw new Refusal(`${owner} needs ${missing}: ${specs[missing]!.check(undefined) ?? specs[missing]!.type}`)
  return complete
}

export function checkValue(owner: string, specs: OptionSpecs, name: string, value: Json): void {
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
  if (!spec) throw new Refusal(unknown(`option of ${owner}`, name, Object.keys(specs)))
  const expected = spec.check(value)
  if (expected !== undefined) throw new Refusal(`${name} of ${owner} must be ${expected}, not ${literal(value)}`)
}

export function unknown(what: string, name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  return `there is no ${what} '${name}'${meant ? `; did you mean '${meant}'?` : ''}`
}
