import type { GraphNode, ModelGraph } from '../../ir/graph'
import type { Span } from '../../ir/span'
import { layerOf } from '../../layers/table'
import { follow } from '../places'
import type { SourceText } from '../sourceText'
import { unwrap, type Call, type Node } from '../syntax'
import { Refusal } from './refusal'

/** The calls of a file that can hold arguments one by one. */
export type PlainCall = Exclude<Call, { type: 'TaggedTemplateExpression' }>

/** Where a layer meets its tensor in the text. */
export type Application =
  /** `x.pipe(a, b)` */
  | { readonly form: 'pipe'; readonly source: SourceText; readonly call: PlainCall; readonly argument: number }
  /** `dense(4)(x)` */
  | { readonly form: 'call'; readonly source: SourceText; readonly call: PlainCall; readonly tensor: Node }

/** The texts that a graph was made of. */
export class GraphText {
  constructor(
    readonly graph: ModelGraph,
    private readonly sources: ReadonlyMap<string, SourceText>,
  ) {}

  node(id: number): GraphNode {
    const node = this.graph.nodes[id]
    if (!node) throw new Refusal(`the graph has no node ${id} any more`)
    return node
  }

  /** A layer that stands in the text, and its call. */
  layer(id: number): { readonly node: GraphNode; readonly source: SourceText; readonly call: PlainCall } {
    const node = this.node(id)
    const task = this.graph.tasks.find(t => t.output === id)
    if (task) throw new Refusal(`'${node.name}' is the output layer that the task '${task.name}' adds itself`, task.span)
    if (!layerOf(node.kind) || !node.use)
      throw new Refusal(`'${node.name}' is no layer: ${node.kind} belongs to the language itself`, node.span)
    return { node, ...this.call(node.span, `the layer '${node.name}'`) }
  }

  /** The file in which the model itself is written. */
  get main(): SourceText {
    const source = this.graph.span ? this.sources.get(this.graph.span.file) : undefined
    if (!source) throw new Refusal('the model was not made by a plain call', this.graph.span)
    return source
  }

  call(span: Span | null, what: string): { readonly source: SourceText; readonly call: PlainCall } {
    const source = span ? this.sources.get(span.file) : undefined
    const call = span ? source?.callWith(span) : undefined
    if (!source || !call || call.type === 'TaggedTemplateExpression') throw new Refusal(`${what} was not made by a plain call`, span)
    return { source, call }
  }

  application(node: GraphNode): Application {
    const { source, call } = this.call(node.use, `the use of '${node.name}'`)
    const made = node.span && this.sources.get(node.span.file)?.callWith(node.span)
    const isMade = (argument: Node) => {
      const inner = unwrap(argument)
      return inner === made || (inner?.type === 'Identifier' && follow(source, inner) === made)
    }
    const spread = call.arguments.find(a => a.type === 'SpreadElement')
    if (spread) throw new Refusal(`the layers come from \`${source.textOf(spread)}\``, source.spanOf(spread))
    if (isMade(call.callee) || !isPipe(call)) {
      const [tensor] = call.arguments
      if (!tensor || call.arguments.length !== 1) throw new Refusal(`'${node.name}' is not applied to one tensor`, node.use)
      return { form: 'call', source, call, tensor }
    }
    const places = call.arguments.flatMap((argument, i) => (isMade(argument) ? [i] : []))
    if (places.length !== 1) {
      const why = places.length === 0 ? 'is handed to this pipe as a computed value' : 'stands in this pipe more than once'
      throw new Refusal(`'${node.name}' ${why}`, node.use)
    }
    return { form: 'pipe', source, call, argument: places[0]! }
  }

  /** All nodes that the same text makes: in a loop, or in a function that is called more than once. */
  madeBy(node: GraphNode): GraphNode[] {
    return this.graph.nodes.filter(other => sameSpan(other.span, node.span))
  }

  appliedBy(node: GraphNode): GraphNode[] {
    return this.madeBy(node).filter(other => sameSpan(other.use, node.use))
  }
}

export const isPipe = ({ callee }: PlainCall): boolean =>
  callee.type === 'MemberExpression' && !callee.computed && callee.property.type === 'Identifier' && callee.property.name === 'pipe'

const sameSpan = (a: Span | null, b: Span | null): boolean =>
  a === b || (a !== null && b !== null && a.file === b.file && a.start === b.start && a.end === b.end)
