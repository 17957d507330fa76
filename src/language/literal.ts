import type { Json } from '../base/json'

export const quoteText = (text: string, quote = "'"): string =>
  quote + text.replace(/\\/g, '\\\\').replaceAll(quote, `\\${quote}`).replace(/\n/g, '\\n').replace(/\r/g, '\\r') + quote

/** A value as it is written by hand: `['a', 'b']`, `{ patience: 3 }`. */
export function literal(value: Json, quote = "'"): string {
  if (typeof value === 'string') return quoteText(value, quote)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item: Json) => literal(item, quote)).join(', ')}]`
  const entries = Object.entries(value).map(([key, item]) => `${propertyName(key, quote)}: ${literal(item, quote)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

export const propertyName = (name: string, quote = "'"): string =>
  /^[\p{L}$_][\p{L}\p{N}$_]*$/u.test(name) ? name : quoteText(name, quote)
