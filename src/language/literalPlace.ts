import type { Span } from '../ir/span'

/** A comment, or a string literal without escapes: what is skipped, and what is looked at. */
const tokens = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'([^'\\\n]*)'|"([^"\\\n]*)"|`([^`\\]*)`/g

/**
 * Where a text such as a column's name is written within a call. Done without a parser, as the editor's own process has none.
 * @param within offsets of the present text  @returns undefined where the call does not spell it out
 */
export function literalPlace(text: string, within: Span, value: string): Span | undefined {
  for (const match of text.slice(within.start, within.end).matchAll(tokens)) {
    const literal = match[1] ?? match[2] ?? match[3]
    if (literal !== value) continue
    const start = within.start + match.index
    return { ...within, start, end: start + match[0].length }
  }
  return undefined
}
