import type { TextEdit } from '../../ir/diagnostic'
import { tasksByNode } from '../../ir/analysis'
import type { GraphNode } from '../../ir/graph'
import type { GraphEdit } from '../../ir/graphEdit'
import type { SourceText } from '../sourceText'
import { forEachChild, type Node } from '../syntax'
import { isPipe, type GraphText, type PlainCall } from './applications'
import type { Draft } from './draft'
import { meaningOf, withCopies } from './meaning'
import { Refusal } from './refusal'
import { isWithin, SharedNames, type SharedName } from './sharedNames'
import { replaceName } from './text'

/**
 * Copies of a trunk layer and of all trunk layers behind it, by tasks: what Recon does with the layers whose gradients conflict
 * most (Shi et al. 2023, alg. 1). Constants are written once for each task, and what stays shared gets a constant of its own.
 */
export function splitTrunk(text: GraphText, { node: id, task }: Extract<GraphEdit, { kind: 'splitTrunk' }>): Draft {
  const { node } = text.layer(id)
  const shared = new SharedNames(text, [node])
  const users = shared.usersOf(id)
  if (task !== undefined && !users.includes(task)) throw new Refusal(`the task '${task}' does not use '${node.name}'`, node.span)
  return draft(
    text,
    shared,
    name => (task === undefined || name === task ? name : null),
    task === undefined ? `Split ${node.name} and what follows for each task` : `Give ${task} its own copy from ${node.name} on`,
  )
}

/**
 * A copy of the trunk for each group of tasks (Standley et al. 2020): every layer with weights that tasks of two groups use, and what
 * they share behind it. What one group has for itself already stays as it is.
 */
export function groupTasks(text: GraphText, { groups }: Extract<GraphEdit, { kind: 'groupTasks' }>): Draft {
  const { graph } = text
  const grouped = groups.flat()
  const unknown = grouped.find(name => !graph.tasks.some(task => task.name === name))
  if (unknown !== undefined) throw new Refusal(`the model has no task '${unknown}'`, graph.span)
  const twice = grouped.find((name, i) => grouped.indexOf(name) < i)
  if (twice !== undefined) throw new Refusal(`the task '${twice}' is in two groups, and can read one trunk only`, graph.span)
  const missing = graph.tasks.find(({ name }) => !grouped.includes(name))
  if (missing) throw new Refusal(`the task '${missing.name}' is in no group`, missing.keySpan)
  const nameOf = new Map(groups.flatMap((group, k) => group.map(task => [task, groupName(group, k)] as const)))
  const crosses = (tasks: readonly string[]) => new Set(tasks.map(task => nameOf.get(task))).size > 1
  const users = tasksByNode(graph)
  const firsts = graph.nodes.filter(({ id, parameters }) => parameters.some(p => !p.statistic) && crosses(users.get(id)!))
  if (firsts.length === 0) throw new Refusal('the groups share no layer with weights: there is nothing to copy', graph.span)
  return draft(
    text,
    new SharedNames(text, firsts, crosses),
    task => nameOf.get(task)!,
    `Group ${groups.map(group => group.join(' + ')).join(' | ')}`,
  )
}

/** Names of copies end in their tasks' names while those are few. */
const groupName = (group: readonly string[], k: number): string => (group.length < 3 ? group.join(' ') : `group ${k + 1}`)

function draft(text: GraphText, shared: SharedNames, groupOf: (task: string) => string | null, title: string): Draft {
  const { nodes } = text.graph
  const twin = nodes.find(n => !shared.nodes.has(n.id) && [...shared.nodes].some(s => nodes[s]!.layer === n.layer))
  if (twin) throw new Refusal(`'${twin.name}' shares its weights with a layer that would be copied`, twin.use ?? twin.span)
  return {
    title,
    edits: new Splitting(text, shared, groupOf).edits(),
    note: null,
    expected: withCopies(meaningOf(text.graph), shared.nodes, shared.usersOf, groupOf),
  }
}

class Splitting {
  private readonly source: SourceText
  private readonly taken = new Set<string>()

  constructor(
    private readonly text: GraphText,
    private readonly shared: SharedNames,
    private readonly groupOf: (task: string) => string | null,
  ) {
    this.source = shared.source
  }

  edits(): TextEdit[] {
    const { source, shared } = this
    const copied = shared.names.filter(name => this.groupsOf(name).some(group => group !== null))
    const names = new Map(copied.map(declared => [declared, this.copyNames(declared)]))
    const edits: TextEdit[] = []
    for (const declared of copied) {
      edits.push({ span: source.spanOf(declared.statement), text: this.copies(declared, names) })
      for (const use of shared.uses(declared)) {
        const groups = [...new Set(shared.tasksAt(use).map(this.groupOf))]
        if (groups.length > 1)
          throw new Refusal(
            `\`${declared.name}\` is used for several tasks at once (line ${source.lineOf(use.start!)})`,
            source.spanOf(use),
          )
        const name = names.get(declared)!.get(groups[0]!)
        if (name === undefined) throw new Refusal(`\`${declared.name}\` is used by a task that it was not made for`, source.spanOf(use))
        if (name !== declared.name) edits.push(replaceName(source, use, name))
      }
    }
    return edits
  }

  private groupsOf = ({ users }: SharedName): (string | null)[] => [...new Set(users.map(this.groupOf))]

  /** By group. What keeps the old layers keeps the name. */
  private copyNames(declared: SharedName): Map<string | null, string> {
    const { name } = declared
    return new Map(this.groupsOf(declared).map(group => [group, group === null ? name : this.fresh(name + asSuffix(group))]))
  }

  private copies(declared: SharedName, names: ReadonlyMap<SharedName, ReadonlyMap<string | null, string>>): string {
    const { source } = this
    const { statement, id, init } = declared
    // What stands between the name and its value, such as a type, and what ends the statement.
    const between = source.text.slice(id.start! + declared.name.length, init.start!)
    const rest = source.text.slice(init.end!, statement.end!)
    const indent = /[ \t]*$/.exec(source.text.slice(0, statement.start!))![0]
    const kept = new Map<Node, string>()
    const lines: string[] = []
    const keep = (node: Node, text: string) => {
      const known = kept.get(node)
      if (known !== undefined) return known
      const name = this.fresh(`${declared.name}Shared`)
      kept.set(node, name)
      lines.push(`const ${name} = ${text}${rest}`)
      return name
    }
    for (const [group, name] of names.get(declared)!) {
      const changes = this.rewritten(declared, init, keep, other => names.get(other)?.get(group) ?? other.name)
      lines.push(`const ${name}${between}${this.applied(init, changes)}${rest}`)
    }
    return lines.join(`${source.text.includes('\r\n') ? '\r\n' : '\n'}${indent}`)
  }

  /** Changes that make a constant's value that of one copy: other names, and what stays shared taken out. */
  private rewritten(
    declared: SharedName,
    node: Node,
    keep: (node: Node, text: string) => string,
    nameOf: (shared: SharedName) => string,
  ): TextEdit[] {
    const { source, shared } = this
    const made = this.madeIn(declared)
    const uses = shared.names.flatMap(other => shared.usesIn(other, node).map(use => ({ other, use })))
    const edits: TextEdit[] = []
    const walk = (at: Node): void => {
      // No values of their own.
      if (at.type === 'MemberExpression') return walk(at.object)
      if (at.type === 'SpreadElement') return walk(at.argument)
      if (at.type === 'ObjectProperty') return walk(at.value)
      const inside = made.filter(({ place }) => isWithin(place, at))
      const used = uses.filter(({ use }) => isWithin(use, at))
      if (used.length === 1 && used[0]!.use === at) {
        const name = nameOf(used[0]!.other)
        if (name !== used[0]!.other.name) edits.push(replaceName(source, at, name))
      } else if (used.length === 0 && !inside.some(({ isCopied }) => isCopied)) {
        if (inside.length > 0) edits.push({ span: source.spanOf(at), text: keep(at, source.textOf(at)) })
      } else {
        const here = inside.filter(({ place }) => place === at)
        if (here.every(({ isCopied }) => isCopied)) return forEachChild(at, walk)
        const call = at as PlainCall
        if (!isPipe(call)) throw new Refusal(`the split would go through \`${source.textOf(call.callee)}\``, source.spanOf(call))
        edits.push(this.shortenedPipe(call, here.find(({ isCopied }) => isCopied)!.node, keep))
      }
    }
    walk(node)
    return edits
  }

  /** `x.pipe(a, b, c)` becomes `kept.pipe(c)`, where `kept` is `x.pipe(a, b)`. */
  private shortenedPipe(call: PlainCall, first: GraphNode, keep: (node: Node, text: string) => string): TextEdit {
    const { source } = this
    const application = this.text.application(first)
    if (application.form !== 'pipe' || application.argument === 0)
      throw new Refusal(`the split would go through \`${source.textOf(call.callee)}\``, source.spanOf(call))
    const [before, after] = [call.arguments[application.argument - 1]!, call.arguments[application.argument]!]
    const gap = source.text.slice(before.end!, after.start!)
    const lineEnd = gap.search(/\r?\n/)
    const close = /(\r?\n[ \t]*)?\)$/.exec(source.text.slice(call.start!, call.end!))![0]
    // A comment at the end of the line belongs to the layer before it.
    const kept = source.text.slice(call.start!, before.end!) + (lineEnd < 0 ? '' : gap.slice(0, lineEnd)) + close
    const opening = source.text.slice(call.callee.end!, call.arguments[0]!.start!)
    const name = keep(call, kept)
    return { span: source.span(call.start!, after.start!), text: `${name}.pipe${opening}` }
  }

  /** The calls of a constant's text that make tensors, and whether those are copied. */
  private madeIn(declared: SharedName): { readonly node: GraphNode; readonly place: Node; readonly isCopied: boolean }[] {
    return this.text.graph.nodes.flatMap(node => {
      const place = this.shared.placeIn(declared, node)
      return place ? [{ node, place, isCopied: this.shared.nodes.has(node.id) }] : []
    })
  }

  private applied(node: Node, edits: readonly TextEdit[]): string {
    const ordered = [...edits].sort((a, b) => b.span.start - a.span.start)
    const offset = node.start!
    return ordered.reduce(
      (text, edit) => text.slice(0, edit.span.start - offset) + edit.text + text.slice(edit.span.end - offset),
      this.source.textOf(node),
    )
  }

  private fresh(wanted: string): string {
    let name = wanted
    for (let n = 2; this.taken.has(name) || new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(this.source.text); n++)
      name = `${wanted}${n}`
    this.taken.add(name)
    return name
  }
}

/** `mass` → `Mass`, `body mass` → `BodyMass` */
const asSuffix = (task: string): string =>
  task
    .split(/[^\p{L}\p{N}$]+/u)
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
