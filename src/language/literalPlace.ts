import type { Span } from '../ir/span'
import { SourceText } from './sourceText'
import type { Node } from './syntax'

/**
 * Where a text such as a column's name is written within a call.
 * @param within offsets of the present text  @returns undefined where the call does not spell it out
 */
export function literalPlace(text: string, within: Span, value: string): Span | undefined {
  const source = SourceText.parse(within.file, text)
  const found = source.ast && search(source.ast, within, value)
  return found ? source.spanOf(found) : undefined
}

function search(node: Node, within: Span, value: string): Node | undefined {
  if (node.end! < within.start || node.start! > within.end) return undefined
  if (node.type === 'StringLiteral')
    return node.value === value && node.start! >= within.start && node.end! <= within.end ? node : undefined
  for (const child of Object.values(node) as unknown[]) {
    for (const item of Array.isArray(child) ? (child as unknown[]) : [child]) {
      const found = isNode(item) ? search(item, within, value) : undefined
      if (found) return found
    }
  }
  return undefined
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value && typeof value.start === 'number'
