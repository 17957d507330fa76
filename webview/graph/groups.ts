import type { GraphNode, ModelGraph } from '../../src/ir/graph'
import { parameterCounts } from '../../src/ir/analysis'

/** The trunk, a part shared by some of the tasks, the head of one task, or an application of a `block` within one of them. */
export interface Group {
  readonly id: string
  readonly title: string
  readonly kind: 'trunk' | 'shared' | 'head' | 'block'
  /** The group that it lies in. */
  readonly parent: string | null
  readonly tasks: readonly string[]
  /** All nodes in it, those of the blocks within included. */
  readonly nodes: readonly GraphNode[]
  /** Learnt numbers in the group; null where a shape is unknown. A layer applied in several groups counts where it is applied first. */
  readonly parameters: number | null
  /** 'open': a frame around what is in it; 'closed': one box; 'hidden': within a closed one. */
  readonly state: 'open' | 'closed' | 'hidden'
}

/** Nodes without a layer of their own that bring data in, and learnt values. */
export const isInput = (node: GraphNode): boolean => node.inputs.length === 0

type Draft = Omit<Group, 'parameters'> & { readonly nodes: GraphNode[] }

/**
 * Outer groups come before those within them. A block whose nodes serve different tasks is drawn once in each part.
 * @param users names of tasks by node id
 * @param collapsed ids of groups drawn as one box
 */
export function makeGroups(graph: ModelGraph, users: ReadonlyMap<number, readonly string[]>, collapsed: ReadonlySet<string>): Group[] {
  const drafts = new Map<string, Draft>()
  const enter = (made: Omit<Draft, 'nodes' | 'state'>, node: GraphNode): Draft => {
    const outside = made.parent === null ? 'open' : drafts.get(made.parent)!.state
    const state = outside !== 'open' ? 'hidden' : collapsed.has(made.id) ? 'closed' : 'open'
    const draft = drafts.get(made.id) ?? { ...made, state, nodes: [] }
    drafts.set(made.id, draft)
    draft.nodes.push(node)
    return draft
  }
  for (const node of graph.nodes) {
    const tasks = users.get(node.id)!
    const blocks = node.blocks ?? []
    // What comes from outside stands before every part; values learnt within a block belong to it.
    let at = tasks.length > 0 && (blocks.length > 0 || !isInput(node)) ? enter(part(tasks, graph.tasks.length), node) : null
    for (const title of blocks)
      at = enter({ id: `${at?.id ?? 'group:'}/${title}`, title, kind: 'block', parent: at?.id ?? null, tasks }, node)
  }
  const owned = parameterCounts(graph).byNode
  return [...drafts.values()].map(draft => ({
    ...draft,
    parameters: draft.nodes.reduce<number | null>((sum, node) => add(sum, owned.get(node.id)!), 0),
  }))
}

function part(tasks: readonly string[], all: number): Omit<Draft, 'nodes' | 'state'> {
  const kind = tasks.length === 1 ? 'head' : tasks.length === all ? 'trunk' : 'shared'
  const title = kind === 'trunk' ? 'Trunk' : kind === 'head' ? `Head ${tasks[0]}` : `Shared by ${someOf(tasks, all)}`
  return { id: `group:${kind === 'trunk' ? 'trunk' : tasks.join('+')}`, title, kind, parent: null, tasks }
}

/** A title is as wide as its group at most: many names would make a frame that is wider than all that is in it. */
function someOf(tasks: readonly string[], all: number): string {
  const names = tasks.join(', ')
  return names.length <= 28 ? names : `${tasks.length} of ${all} tasks`
}

const add = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b)

/** The innermost group of each node, by node id. */
export function innermost(groups: readonly Group[]): ReadonlyMap<number, Group> {
  return new Map(groups.flatMap(group => group.nodes.map(node => [node.id, group] as const)))
}

/** The groups around a group, itself first. */
export function around(groups: readonly Group[], id: string | null): Group[] {
  const group = groups.find(candidate => candidate.id === id)
  return group ? [group, ...around(groups, group.parent)] : []
}
