import type * as t from '@babel/types'

export type Node = t.Node
export type Call = t.CallExpression | t.OptionalCallExpression | t.NewExpression | t.TaggedTemplateExpression

const skipped = new Set(['type', 'loc', 'start', 'end', 'range', 'extra', 'errors', 'leadingComments', 'trailingComments', 'innerComments'])

/** Calls `visit` for each direct child, in the order of the text as far as Babel keeps it. */
export function forEachChild(node: Node, visit: (child: Node, key: string) => void): void {
  for (const key in node) {
    if (skipped.has(key)) continue
    const value = (node as unknown as Record<string, unknown>)[key]
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item, key)
    } else if (isNode(value)) visit(value, key)
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'

/** Removes what has no meaning at run time: parentheses, `as`, `satisfies`, `!`. */
export function unwrap<T extends Node>(node: T | null | undefined): Node | undefined {
  let inner: Node | undefined = node ?? undefined
  while (inner && isWrapper(inner)) inner = inner.expression
  return inner
}

type Wrapper = t.TSAsExpression | t.TSSatisfiesExpression | t.TSNonNullExpression | t.TSInstantiationExpression | t.ParenthesizedExpression

export function isWrapper(node: Node): node is Wrapper {
  return /^(TSAs|TSSatisfies|TSNonNull|TSInstantiation|Parenthesized)Expression$/.test(node.type)
}

export const isFunction = (node: Node): boolean => /Function|^(Class|Object)(Private)?Method$/.test(node.type)
export const isLoop = (node: Node): node is t.Loop => /^(For|ForOf|ForIn|While|DoWhile)Statement$/.test(node.type)

export const startOf = (node: Node): number => node.start!
export const endOf = (node: Node): number => node.end!
