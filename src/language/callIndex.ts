import type * as t from '@babel/types'
import { forEachChild, isWrapper, type Call, type Node } from './syntax'

export interface CallIndex {
  /** By the offset at which QuickJS (2025, Bellard) reports the call: its '(', or the `return` of a tail call. */
  readonly calls: ReadonlyMap<number, Call>
  readonly parents: ReadonlyMap<Node, Node>
}

/** @param code the blanked text: what QuickJS saw */
export function indexCalls(ast: t.Program, code: string): CallIndex {
  const calls = new Map<number, Call>()
  const parents = new Map<Node, Node>()
  const open: Node[] = [ast]
  for (let node = open.pop(); node; node = open.pop()) {
    const parent = node
    if (node.type === 'CallExpression' || node.type === 'OptionalCallExpression' || node.type === 'NewExpression')
      calls.set(parenthesisAfter(code, node.callee.end!), node)
    else if (node.type === 'TaggedTemplateExpression') calls.set(node.quasi.start!, node)
    else if (node.type === 'ReturnStatement') {
      const call = tailCall(node.argument)
      if (call) calls.set(node.start!, call)
    }
    forEachChild(node, child => {
      parents.set(child, parent)
      open.push(child)
    })
  }
  return { calls, parents }
}

/** The call that is the whole value of an expression. */
function tailCall(expression: Node | null | undefined): Call | undefined {
  let node = expression ?? undefined
  while (node) {
    if (isWrapper(node)) node = node.expression
    else if (node.type === 'SequenceExpression') node = node.expressions.at(-1)
    else break
  }
  return node && /^(Optional)?Call|^New|^TaggedTemplate/.test(node.type) ? (node as Call) : undefined
}

const between = /(?:[\s)]|\?\.|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y

function parenthesisAfter(code: string, offset: number): number {
  between.lastIndex = offset
  between.exec(code)
  return between.lastIndex
}
