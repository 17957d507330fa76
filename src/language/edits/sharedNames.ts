import type * as t from '@babel/types'
import { tasksByNode } from '../../ir/analysis'
import type { GraphNode } from '../../ir/graph'
import type { Span } from '../../ir/span'
import { follow } from '../places'
import type { SourceText } from '../sourceText'
import { isFunction, isLoop, unwrap, type Node } from '../syntax'
import type { GraphText } from './applications'
import { Refusal } from './refusal'

/** A constant at the top of the model file whose value is made of shared layers. */
export interface SharedName {
  readonly name: string
  readonly statement: t.VariableDeclaration
  readonly id: t.Identifier
  readonly init: Node
  /** Tasks that use one of its layers. */
  readonly users: readonly string[]
}

/**
 * The trunk from some layers on: its nodes, the constants that hold them, and where those are used. What is made in loops or in
 * functions has no text of its own for each task, and is refused with its reason.
 */
export class SharedNames {
  readonly source: SourceText
  /** The layers, and what is shared behind them. */
  readonly nodes: ReadonlySet<number>
  readonly names: readonly SharedName[]
  private readonly users: ReadonlyMap<number, readonly string[]>

  constructor(
    private readonly text: GraphText,
    firsts: readonly GraphNode[],
    /** Whether a layer of these tasks is one of those that are split. */
    isShared: (tasks: readonly string[]) => boolean = tasks => tasks.length > 1,
  ) {
    const { graph, main } = text
    this.source = main
    this.users = tasksByNode(graph)
    const alone = firsts.find(({ id }) => !isShared(this.usersOf(id)))
    if (alone) throw new Refusal(`'${alone.name}' is not shared: no two tasks use it`, alone.span)
    const nodes = new Set(firsts.map(({ id }) => id))
    for (const node of graph.nodes) {
      if (!node.inputs.some(input => nodes.has(input))) continue
      const tasks = this.usersOf(node.id)
      if (tasks.length === 0) throw new Refusal(`'${node.name}' takes it and no task uses that`, node.span)
      if (isShared(tasks)) nodes.add(node.id)
    }
    this.nodes = nodes
    this.names = this.declarations([...nodes].map(id => graph.nodes[id]!))
  }

  usersOf = (node: number): readonly string[] => this.users.get(node) ?? []

  /** The call in the constant's text that makes a node, directly or through functions. */
  placeIn({ init }: SharedName, node: GraphNode): Node | undefined {
    for (const span of placesOf(node)) {
      const call = this.callAt(span)
      if (call && isWithin(call, init) && !this.surroundings(call, init).computed) return call
    }
    return undefined
  }

  /** Where a constant is used, other than in the texts of these constants themselves. */
  uses({ name, init, id }: SharedName): Node[] {
    return this.source.identifiers(name).filter(node => {
      if (node === id || follow(this.source, node) !== unwrap(init)) return false
      return !this.names.some(other => isWithin(node, other.statement))
    })
  }

  /** Uses in the text of one of these constants. */
  usesIn({ name, init }: SharedName, node: Node): Node[] {
    return this.source.identifiers(name).filter(found => isWithin(found, node) && follow(this.source, found) === unwrap(init))
  }

  /**
   * The tasks that see the model through a place in the text.
   * @throws Refusal where that can't be told
   */
  tasksAt(node: Node): readonly string[] {
    const { source, text } = this
    const inTask = text.graph.tasks.filter(task => {
      const whole = this.valueAt(task.keySpan)
      return (whole && isWithin(node, whole)) || (task.span && contains(task.span, source.spanOf(node)))
    })
    if (inTask.length > 0) return inTask.map(task => task.name)
    const { statement, computed } = this.surroundings(node)
    const declared = !computed && statement?.type === 'VariableDeclaration' ? statement : undefined
    const made = text.graph.nodes.filter(n =>
      placesOf(n).some(span => declared && contains(source.spanOf(declared), span) && span.file === source.file),
    )
    const tasks = [...new Set(made.flatMap(n => this.usersOf(n.id)))]
    const line = `line ${source.lineOf(node.start!)}`
    if (computed) throw new Refusal(`\`${source.textOf(node)}\` is used in a ${computed} (${line})`, source.spanOf(node))
    if (tasks.length === 0) throw new Refusal(`\`${source.textOf(node)}\` is used where no task is (${line})`, source.spanOf(node))
    return tasks
  }

  private declarations(nodes: readonly GraphNode[]): SharedName[] {
    const found = new Map<Node, { declared: Omit<SharedName, 'users'>; users: Set<string> }>()
    for (const node of nodes) {
      const declared = this.declarationOf(node)
      const known = found.get(declared.statement) ?? { declared, users: new Set() }
      found.set(declared.statement, known)
      for (const task of this.usersOf(node.id)) known.users.add(task)
    }
    return [...found.values()].map(({ declared, users }) => ({ ...declared, users: [...users] }))
  }

  private declarationOf(node: GraphNode): Omit<SharedName, 'users'> {
    const { source } = this
    const what = `'${node.name}'`
    let reason: string | undefined
    for (const span of placesOf(node)) {
      const call = this.callAt(span)
      if (!call) continue
      const { statement, computed } = this.surroundings(call)
      reason ??= computed && `${what} is made in a ${computed} (line ${source.lineOf(call.start!)})`
      if (computed) continue
      if (statement?.type === 'ExportNamedDeclaration') throw new Refusal(`${what} is exported to other files`, source.spanOf(statement))
      const [declarator, ...others] = statement?.type === 'VariableDeclaration' ? statement.declarations : []
      if (
        statement?.type !== 'VariableDeclaration' ||
        statement.kind !== 'const' ||
        others.length > 0 ||
        declarator?.id.type !== 'Identifier'
      )
        throw new Refusal(`${what} is not made for a constant of its own: write const … = … above the model`, span)
      const init = declarator.init!
      if (node.use && ![node.span, ...node.via].some(made => made && contains(source.spanOf(init), made)))
        throw new Refusal(`the layer ${what} is made apart from where it is applied`, node.span)
      return { name: declarator.id.name, statement, id: declarator.id, init }
    }
    throw new Refusal(reason ?? `${what} is made in another file`, node.span)
  }

  private callAt(span: Span): Node | undefined {
    return span.file === this.source.file ? this.source.callWith(span) : undefined
  }

  /** The statement at the top of the file, and the loop or function within it that may run the place more than once. */
  private surroundings(
    node: Node,
    end?: Node,
  ): { readonly statement: Node | undefined; readonly computed: 'loop' | 'function' | undefined } {
    let [statement, computed]: [Node | undefined, 'loop' | 'function' | undefined] = [undefined, undefined]
    for (let at: Node | undefined = node; at && at.type !== 'Program' && at !== end; at = this.source.parentOf(at)) {
      if (isLoop(at)) computed ??= 'loop'
      else if (isFunction(at)) computed ??= 'function'
      statement = at
    }
    return { statement, computed }
  }

  /** The value beside a key of an object. */
  private valueAt(key: Span | null): Node | undefined {
    if (key?.file !== this.source.file) return undefined
    const parent = this.source.keyAt(key)
    return parent?.type === 'ObjectProperty' ? parent.value : undefined
  }
}

/** Calls that make a node, innermost first: where the layer meets its tensor, then the functions around. */
const placesOf = ({ use, span, via }: GraphNode): Span[] => [use, span, ...via].filter(place => place !== null)

export const isWithin = (node: Node, around: Node): boolean => around.start! <= node.start! && node.end! <= around.end!

const contains = (a: Span, b: Span): boolean => a.file === b.file && a.start <= b.start && b.end <= a.end
