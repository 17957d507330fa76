import type { RecordedNode } from '../ir/recording'
import type { Frame } from './places'
import { keyName } from './places'
import type { SourceText } from './sourceText'
import { isFunction, isWrapper, type Call, type Node } from './syntax'

interface Binding {
  /** The variable or property that the call's value goes into, directly or as a part. */
  readonly name: string
  readonly direct: boolean
}

/**
 * Names of nodes: the variable that holds the tensor; inside of a larger expression, that variable (or the task's name),
 * the kind and a number; calls below come first. So a name depends on what stands near it only, and edits elsewhere keep it.
 * `trunk.dense1`, `species.dense1`, `left.block1.kernel`.
 */
export class NodeNames {
  private readonly taken = new Set<string>()
  private readonly counts = new Map<string, number>()

  constructor(reserved: Iterable<string>) {
    for (const name of reserved) this.taken.add(name)
  }

  /** @param frames the stack of the call that made the tensor, innermost first */
  name({ kind, name, piped }: RecordedNode, frames: readonly Frame[]): string {
    if (name !== null) return name
    const [own, ...via] = frames
    const prefix = via.reverse().flatMap(frame => (frame.call ? (bindingOf(frame.source, frame.call)?.name ?? []) : []))
    const binding = own?.call && bindingOf(own.source, own.call)
    if (binding?.direct && !piped) return this.unique([...withoutRepeats([...prefix, binding.name])].join('.'))
    const scope = withoutRepeats([...prefix, ...(binding ? [binding.name] : [])])
    return this.numbered([...scope, kind].join('.'))
  }

  /** 'h', 'h2', 'h3' */
  private unique(name: string): string {
    let candidate = name
    for (let n = 2; this.taken.has(candidate); n++) candidate = `${name}${n}`
    this.taken.add(candidate)
    return candidate
  }

  /** 'trunk.dense1', 'trunk.dense2' */
  private numbered(base: string): string {
    let n = this.counts.get(base) ?? 0
    do n++
    while (this.taken.has(`${base}${n}`))
    this.counts.set(base, n)
    this.taken.add(`${base}${n}`)
    return `${base}${n}`
  }
}

const withoutRepeats = (names: readonly string[]) => names.filter((name, i) => name !== names[i - 1])

function bindingOf(source: SourceText, call: Call): Binding | undefined {
  let direct = true
  let child: Node = call
  for (let node = source.parentOf(call); node && !isFunction(node); child = node, node = source.parentOf(node)) {
    if (isWrapper(node)) continue
    if (node.type === 'VariableDeclarator') return node.id.type === 'Identifier' ? { name: node.id.name, direct } : undefined
    if (node.type === 'AssignmentExpression') return node.left.type === 'Identifier' ? { name: node.left.name, direct } : undefined
    if (node.type === 'ObjectProperty') {
      const name = node.value === child ? keyName(node) : undefined
      return name === undefined ? undefined : { name, direct: false }
    }
    direct = false
  }
  return undefined
}
