import type { Json } from '../base/json'

const maximumText = 10_000
const maximumItems = 10_000
const maximumDepth = 8

/**
 * A copy of a value as plain data, read once: later changes, getters and proxies of the model file can't reach it.
 * Functions, symbols and the like become undefined, as does what is nested or long beyond reason.
 */
export function plain(value: unknown, depth = 0): Json | undefined {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value
  if (typeof value === 'string') return value.length <= maximumText ? value : undefined
  if (typeof value !== 'object' || depth >= maximumDepth) return undefined
  if (Array.isArray(value)) {
    const length = value.length
    if (length > maximumItems) return undefined
    const list: Json[] = []
    for (let i = 0; i < length; i++) list.push(plain(value[i], depth + 1) ?? null)
    return list
  }
  const record: Record<string, Json> = {}
  const keys = Object.keys(value)
  if (keys.length > maximumItems) return undefined
  for (const key of keys) {
    const item = plain((value as Record<string, unknown>)[key], depth + 1)
    if (item !== undefined) Object.defineProperty(record, key, { value: item, enumerable: true })
  }
  return record
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Things of the vocabulary describe themselves in messages: "a tensor", "a layer that is not applied to a tensor yet". */
const described = new WeakMap<object, string>()

export function describeAs<T extends object>(thing: T, text: string): T {
  described.set(thing, text)
  return Object.freeze(thing)
}

/** How a value is named in a message: short, whatever it is. */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length > 60 ? `'${value.slice(0, 57)}…'` : `'${value}'`
    case 'object':
      if (value === null) return 'null'
      return described.get(value) ?? (Array.isArray(value) ? 'a list' : 'an object')
    case 'function':
      return described.get(value) ?? 'a function'
    case 'bigint':
    case 'symbol':
      return `a ${typeof value}`
    default:
      return String(value)
  }
}

export const quoted = (names: readonly string[], limit = 8): string =>
  names
    .slice(0, limit)
    .map(name => `'${name}'`)
    .join(', ') + (names.length > limit ? ', …' : '')
