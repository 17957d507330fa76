import type { GraphNode, ModelGraph } from '../../ir/graph'
import { elementCount, formatShape } from '../../ir/shape'
import type { Span } from '../../ir/span'

/** What stands in the text beside one call: the nodes it made, usually one; several where it is in a loop or a block used twice. */
export interface Annotation {
  readonly span: Span
  readonly nodes: readonly GraphNode[]
  /** `[64]`, `[32] ×3`, `[64] … [8]` */
  readonly shape: string
  /** `1,088 params`; empty where the layer has no weights. */
  readonly parameters: string
}

export function annotate(graph: ModelGraph): Annotation[] {
  const groups = new Map<string, { span: Span; nodes: GraphNode[] }>()
  for (const node of graph.nodes) {
    const span = anchor(node)
    if (!span || span.file !== graph.file) continue
    const key = `${span.start} ${span.end}`
    const group = groups.get(key)
    if (group) group.nodes.push(node)
    else groups.set(key, { span, nodes: [node] })
  }
  return [...groups.values()].map(({ span, nodes }) => ({ span, nodes, shape: shapeText(nodes), parameters: parameterText(nodes) }))
}

/**
 * The call to which a node's facts belong: where a layer is made in place (`pipe(dense(8))`) its own call,
 * where it was made elsewhere (`layer(x)`) the call that applies it, as each application has its own shape.
 */
export function anchor(node: GraphNode): Span | null {
  const { span, use } = node
  if (!span || !use) return use ?? span
  const madeInPlace = use.file === span.file && use.start <= span.start && span.end <= use.end
  return madeInPlace ? span : use
}

/** Weights of the nodes' layers, each layer counted once; null where a shape is not known yet. */
export function parameterCount(nodes: readonly GraphNode[]): number | null {
  let count: number | null = 0
  for (const node of distinctLayers(nodes)) {
    for (const { shape } of node.parameters) {
      const size = shape && elementCount(shape)
      count = count === null || size === null ? null : count + size
    }
  }
  return count
}

export const formatCount = (count: number | null): string => (count === null ? '?' : count.toLocaleString('en'))

const distinctLayers = (nodes: readonly GraphNode[]): GraphNode[] => [...new Map(nodes.map(node => [node.layer, node])).values()]

function shapeText(nodes: readonly GraphNode[]): string {
  const shapes = nodes.map(node => formatShape(node.shape))
  const [first, last] = [shapes[0]!, shapes[shapes.length - 1]!]
  if (shapes.length === 1) return first
  return shapes.every(shape => shape === first) ? `${first} ×${shapes.length}` : `${first} … ${last}`
}

function parameterText(nodes: readonly GraphNode[]): string {
  if (nodes.every(node => node.parameters.length === 0)) return ''
  return `${formatCount(parameterCount(nodes))} params`
}

const rowLimit = 12

/** What a tooltip says of an annotation, in Markdown. */
export function details({ nodes }: Annotation, graph: ModelGraph): string {
  const rows = nodes.slice(0, rowLimit).map(node => row(node, graph))
  const rest = nodes.length > rowLimit ? [`… and ${nodes.length - rowLimit} more`] : []
  return [...rows, ...rest].join('\n\n')
}

function row(node: GraphNode, graph: ModelGraph): string {
  const inputs = node.inputs.map(id => formatShape(graph.nodes[id]?.shape ?? null)).join(', ')
  const head = `**${node.name}** \`${node.kind}\`: ${inputs ? `${inputs} → ` : ''}${formatShape(node.shape)}`
  const weights = node.parameters.map(p => `${p.name} ${formatShape(p.shape)}`).join(', ')
  const twins = graph.nodes.filter(other => other.layer === node.layer && other.id !== node.id).map(other => other.name)
  const shared =
    twins.length > 0 && node.parameters.length > 0 ? `; shared with ${twins.slice(0, 3).join(', ')}${twins.length > 3 ? ', …' : ''}` : ''
  return weights ? `${head}\n\n${formatCount(parameterCount([node]))} parameters: ${weights}${shared}` : head
}
