import type { ElkExtendedEdge, ElkNode, LayoutOptions } from 'elkjs/lib/elk-api'
import type { Group } from './groups'
import type { Box, Edge, Scene } from './scene'

export interface Size {
  readonly width: number
  readonly height: number
}

/**
 * Layout options that were measured (design 6). ELK ignores options that it does not know without a word:
 * a test holds every key used in this file against `knownLayoutOptions()`.
 */
export const rootOptions: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  // Children in source order move least when the text changes: 66 px on average against 118 by default.
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  // Network simplex places a little tighter and is 3 to 10 times slower.
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '10',
  'elk.layered.spacing.nodeNodeBetweenLayers': '34',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.padding': '[top=16,left=16,bottom=16,right=16]',
}

/**
 * Padding that leaves room for the group's title above and makes the group at least as wide as the title. `nodeSize.minimum`
 * would say so directly, but ELK 0.12 swaps its width and height in a hierarchy that is laid out downwards.
 */
export function groupOptions(title: Size, widestChild: number): LayoutOptions {
  const side = sidePadding(title, widestChild)
  return { 'elk.padding': `[top=${title.height + 18},left=${side},bottom=16,right=${side}]` }
}

const sidePadding = (title: Size, widestChild: number): number => Math.max(16, Math.ceil((title.width + 28 - widestChild) / 2))

const portConstraints = { 'elk.portConstraints': 'FIXED_ORDER' }
const first = { 'elk.layered.layering.layerConstraint': 'FIRST' }
const last = { 'elk.layered.layering.layerConstraint': 'LAST' }
export const boxOptions = {
  input: { ...portConstraints, ...first },
  layer: portConstraints,
  group: portConstraints,
  task: { ...portConstraints, ...last },
}

const port = (id: string, side: 'NORTH' | 'SOUTH', index: number) => ({
  id,
  layoutOptions: { 'elk.port.side': side, 'elk.port.index': String(index) },
})
export const portOptions = port('', 'NORTH', 0).layoutOptions

/**
 * The scene as ELK takes it: trunk and heads as compound nodes, inputs first and tasks last at the root, a port for each input
 * so that their order is kept.
 */
export function elkGraph(scene: Scene, sizes: ReadonlyMap<string, Size>): ElkNode {
  const inputs = new Map<string, number>()
  for (const edge of scene.edges) inputs.set(edge.to, Math.max(inputs.get(edge.to) ?? 0, edge.input + 1))
  const sources = new Set(scene.edges.map(edge => edge.from))
  const leaf = (box: Box): ElkNode => {
    const entries = inputs.get(box.id) ?? 0
    // An input that nothing comes from would still be pulled to the first layer; one that something enters, or that lies in a block, may not be.
    const kind = box.content.kind === 'input' && (entries > 0 || box.group !== null) ? 'layer' : box.content.kind
    // FIXED_ORDER counts clockwise: north from left to right.
    const north = Array.from({ length: entries }, (_, i) => port(inPort(box.id, i), 'NORTH', i))
    const south = sources.has(box.id) ? [port(outPort(box.id), 'SOUTH', entries)] : []
    return { id: box.id, ...sizes.get(box.id)!, layoutOptions: boxOptions[kind], ports: [...north, ...south] }
  }
  const boxes = (group: string | null) => scene.boxes.filter(box => box.group === group)
  const groups = (parent: string | null) => scene.groups.filter(group => group.state === 'open' && group.parent === parent)
  /** Boxes and blocks in source order, as the layout keeps it. */
  const within = (group: string): ElkNode[] =>
    [
      ...boxes(group).map(box => ({ at: firstNode(box), make: () => leaf(box) })),
      ...groups(group).map(inner => ({ at: inner.nodes[0]!.id, make: () => compound(inner) })),
    ]
      .sort((a, b) => a.at - b.at)
      .map(({ make }) => make())
  // How wide a compound node becomes is ELK's to say; it is at least as wide as the widest in it.
  const leastWidths = new Map<string, number>()
  const compound = (group: Group): ElkNode => {
    const children = within(group.id)
    const widest = Math.max(...children.map(child => child.width ?? leastWidths.get(child.id)!))
    leastWidths.set(group.id, widest + 2 * sidePadding(sizes.get(group.id)!, widest))
    return { id: group.id, layoutOptions: groupOptions(sizes.get(group.id)!, widest), children }
  }
  const isTask = (box: Box) => box.content.kind === 'task'
  const root = boxes(null)
  return {
    id: 'root',
    layoutOptions: rootOptions,
    children: [...root.filter(box => !isTask(box)).map(leaf), ...groups(null).map(compound), ...root.filter(isTask).map(leaf)],
    edges: scene.edges.map(elkEdge),
  }
}

/** Where a box stands in the source. */
function firstNode({ content }: Box): number {
  return content.kind === 'task' ? content.task.output : content.kind === 'group' ? content.group.nodes[0]!.id : content.node.id
}

const inPort = (id: string, index: number) => `${id}|in${index}`
const outPort = (id: string) => `${id}|out`
const elkEdge = (edge: Edge): ElkExtendedEdge => ({ id: edge.id, sources: [outPort(edge.from)], targets: [inPort(edge.to, edge.input)] })
