import type { GraphNode } from '../../ir/graph'
import type { GraphEdit } from '../../ir/graphEdit'
import { operationOf } from '../../layers/operations/table'
import { follow } from '../places'
import type { SourceText } from '../sourceText'
import { unwrap, type Node } from '../syntax'
import type { GraphText, PlainCall } from './applications'
import type { Draft } from './draft'
import { layerText } from './layerText'
import { layerOf } from '../../layers/table'
import { ids, noteOf, operandText, wrapped } from './layers'
import { meaningOf, withInserted, withOptions, withoutNodes } from './meaning'
import { Refusal } from './refusal'

type Edit<K extends GraphEdit['kind']> = Extract<GraphEdit, { kind: K }>

/** Functions of tensors: `add(a, b)`, `concat(a, b, c)`, `square(x)`. They are no layers, as nothing is applied to their tensors later. */
export const isOperation = ({ kind }: GraphNode): boolean => kind === 'concat' || (operationOf(kind) !== undefined && !layerOf(kind))

interface Operation {
  readonly node: GraphNode
  readonly source: SourceText
  readonly call: PlainCall
  /** The arguments that are tensors, in the order of the node's inputs. */
  readonly tensors: readonly Node[]
}

function operation(text: GraphText, id: number): Operation {
  const node = text.node(id)
  const { source, call } = text.call(node.span, `'${node.name}'`)
  const given = list(source, node, call)
  const spread = given.find(argument => argument?.type === 'SpreadElement')
  if (spread) throw new Refusal(`the tensors of '${node.name}' come from \`${source.textOf(spread)}\``, source.spanOf(spread))
  // Of numbers among the tensors, `multiply(x, 2)`, the graph keeps the places.
  const { operands } = node.options
  const isTensor = (i: number) => (Array.isArray(operands) ? operands[i] === null : i < node.inputs.length)
  const tensors = given.filter((argument, i): argument is Node => argument !== null && isTensor(i))
  if (tensors.length !== node.inputs.length) throw new Refusal(`the tensors of '${node.name}' are not written one by one`, node.span)
  return { node, source, call, tensors }
}

/** `concat(a, b)` and `concat([a, b])` */
function list(source: SourceText, node: GraphNode, call: PlainCall): readonly (Node | null)[] {
  const [first] = call.arguments
  const inner = unwrap(first)
  if (inner?.type === 'ArrayExpression') return inner.elements
  if (call.arguments.length === 1 && node.inputs.length > 1 && inner) {
    const made = follow(source, inner)
    if (made?.type === 'ArrayExpression') return made.elements
    throw new Refusal(`the tensors of '${node.name}' come from \`${source.textOf(inner)}\``, source.spanOf(inner))
  }
  return call.arguments
}

/** Which of its tensors an edit means; with one there is nothing to choose. */
function chosen({ node, tensors }: Operation, input: number | undefined, what: string): number {
  if (tensors.length === 1) return 0
  if (input === undefined || !(input in tensors))
    throw new Refusal(`'${node.name}' takes ${tensors.length} tensors: ${what} must be chosen`, node.span)
  return input
}

export function insertBeforeOperation(text: GraphText, { node: id, layer, input }: Edit<'insertLayer'>): Draft {
  const found = operation(text, id)
  const { node, source, tensors } = found
  const place = chosen(found, input, 'the one that the layer comes after')
  const written = layerText(source, layer)
  const nodes = text.madeBy(node)
  return {
    title: `Insert ${written.text} before ${node.name}`,
    edits: [...wrapped(source, tensors[place]!, written.text), ...written.imports],
    note: noteOf(nodes),
    expected: withInserted(meaningOf(text.graph), ids(nodes), 'before', { kind: layer.kind, options: written.options }, place),
  }
}

export function removeOperation(text: GraphText, { node: id, input }: Edit<'removeLayer'>): Draft {
  const found = operation(text, id)
  const { node, source, call, tensors } = found
  const kept = chosen(found, input, 'the one that stays')
  const nodes = text.madeBy(node)
  return {
    title: `Remove ${node.name}`,
    edits: [{ span: source.spanOf(call), text: operandText(source, tensors[kept]!) }],
    note: noteOf(nodes),
    expected: withoutNodes(meaningOf(text.graph), ids(nodes), kept),
  }
}

export function replaceOperation(text: GraphText, { node: id, layer }: Edit<'replaceLayer'>): Draft {
  const { node, source, call, tensors } = operation(text, id)
  if (tensors.length !== 1)
    throw new Refusal(
      `'${node.name}' joins ${tensors.length} tensors and a layer takes one: insert the layer and remove the ${node.kind}`,
      node.span,
    )
  const written = layerText(source, layer)
  const nodes = text.madeBy(node)
  return {
    title: `Replace ${node.name} by ${written.text}`,
    edits: [{ span: source.spanOf(call), text: `${written.text}(${source.textOf(tensors[0]!)})` }, ...written.imports],
    note: noteOf(nodes),
    expected: withOptions(meaningOf(text.graph), ids(nodes), () => written.options, layer.kind),
  }
}
