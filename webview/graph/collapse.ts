import type { ModelGraph } from '../../src/ir/graph'
import type { Group } from './groups'
import { makeScene, nodeId } from './scene'

/** Above so many boxes, groups start closed. */
export const manyBoxes = 1000

/** `residual_3` → `residual`: applications of one block are numbered by the language. */
const baseName = (title: string): string => title.replace(/_\d+$/, '')

/** The blocks of one name, wherever they lie; only the group itself where it is none. */
export function alike(groups: readonly Group[], group: Group): Group[] {
  if (group.kind !== 'block') return [group]
  return groups.filter(other => other.kind === 'block' && baseName(other.title) === baseName(group.title))
}

/** What is closed when a model is first shown: nothing where it is small, else repeated blocks, all blocks, heads and trunk, until it is. */
export function closedAtFirst(graph: ModelGraph): Set<string> {
  const closed = new Set<string>()
  const { groups } = makeScene(graph)
  const steps: ((group: Group) => boolean)[] = [
    group => group.kind === 'block' && alike(groups, group).length > 1,
    group => group.kind === 'block',
    group => group.kind !== 'trunk',
    () => true,
  ]
  for (const step of steps) {
    if (makeScene(graph, closed).boxes.length <= manyBoxes) break
    for (const group of groups) if (step(group)) closed.add(group.id)
  }
  return closed
}

/** Which groups of each model are closed: those of the present model are kept by VS Code, those of others as long as the panel lives. */
export class Collapse {
  private readonly byModel = new Map<string, Set<string>>()
  private present = new Set<string>()

  constructor(saved: { readonly uri: string; readonly collapsed: readonly string[] } | null) {
    if (saved) this.byModel.set(saved.uri, new Set(saved.collapsed))
  }

  get closed(): ReadonlySet<string> {
    return this.present
  }

  turnTo(uri: string, graph: ModelGraph): void {
    this.present = this.byModel.get(uri) ?? closedAtFirst(graph)
    this.byModel.set(uri, this.present)
  }

  set(groups: readonly string[], closed: boolean): void {
    for (const group of groups) {
      if (closed) this.present.add(group)
      else this.present.delete(group)
    }
  }

  /** Opens whatever hides a node. @returns whether anything did */
  reach(groups: readonly Group[], id: string): boolean {
    const hiding = groups.filter(group => group.state !== 'open' && group.nodes.some(node => nodeId(node) === id))
    this.set(
      hiding.map(group => group.id),
      false,
    )
    return hiding.length > 0
  }
}
