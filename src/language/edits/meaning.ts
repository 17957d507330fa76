import type { Json } from '../../base/json'
import type { Options } from '../../base/options'
import type { DataSource, GraphNode, GraphTask, ModelGraph, TrainingSettings } from '../../ir/graph'

export interface NodeMeaning {
  /** Stays with the node through an edit; an id at first. */
  readonly key: number | string
  readonly name: string
  readonly kind: string
  readonly options: Options
  readonly inputs: readonly (number | string)[]
  /** Nodes of one layer share its weights. */
  readonly layer: number | string
}

type TaskMeaning = Pick<GraphTask, 'name' | 'kind' | 'options' | 'weight'> & {
  readonly features: number | string
  readonly output: number | string
  /** The loss of each row, where the file has one of its own. */
  readonly loss: number | string | null
  readonly label: { readonly source: number; readonly column: string } | null
}

/**
 * What a graph says about the model, without places, and without what follows from the rest: shapes, weights and classes.
 * Edits are made on it as on the text, and both results must agree.
 */
export interface Meaning {
  readonly nodes: readonly NodeMeaning[]
  readonly tasks: readonly TaskMeaning[]
  readonly sources: readonly Omit<DataSource, 'span' | 'pathSpan'>[]
  readonly training: Json
}

export function meaningOf({ nodes, tasks, sources, training }: ModelGraph): Meaning {
  return {
    nodes: nodes.map(({ id, name, kind, options, inputs, layer }: GraphNode) => ({ key: id, name, kind, options, inputs, layer })),
    tasks: tasks.map(({ name, kind, options, weight, features, output, loss, label }) => ({
      name,
      kind,
      options,
      weight,
      features,
      output,
      loss: loss ?? null,
      label: label && { source: label.source, column: label.column },
    })),
    sources: sources.map(({ id, kind, path, options, split }) => ({ id, kind, path, options, split })),
    training: withoutPlaces(training),
  }
}

function withoutPlaces({ optimizer, weighting, schedule, spans: _, ...rest }: TrainingSettings): Json {
  const choice = ({ kind, options }: TrainingSettings['optimizer']) => ({ kind, options })
  return { ...rest, optimizer: choice(optimizer), weighting: choice(weighting), schedule: schedule ? choice(schedule) : null }
}

/** @returns the names of what differs, in the words of a message; nothing where both mean the same */
export function differences(expected: Meaning, actual: Meaning): string[] {
  const [a, b] = [numbered(expected), numbered(actual)]
  const found: string[] = []
  if (a.nodes.length !== b.nodes.length) found.push(`the number of layers (${b.nodes.length} instead of ${a.nodes.length})`)
  else
    a.nodes.forEach((node, i) => {
      const { name: _, ...rest } = node
      const { name, ...other } = b.nodes[i]!
      // Names follow from the text around; only an input's is part of the model.
      if (!same(rest, other) || (node.kind === 'input' && node.name !== name)) found.push(`'${node.name}'`)
    })
  const names = new Set([...a.tasks, ...b.tasks].map(task => task.name))
  for (const name of names) {
    const task = (m: Meaning) => m.tasks.find(t => t.name === name) ?? null
    if (!same(task(a), task(b))) found.push(`the task '${name}'`)
  }
  if (
    found.length === 0 &&
    !same(
      a.tasks.map(t => t.name),
      b.tasks.map(t => t.name),
    )
  )
    found.push('the order of the tasks')
  if (!same(a.sources, b.sources)) found.push('the data')
  const settings = (m: Meaning) => m.training as Record<string, Json>
  for (const key of Object.keys({ ...settings(a), ...settings(b) }))
    if (!same(settings(a)[key], settings(b)[key])) found.push(`the setting ${key}`)
  return found
}

/**
 * Keys and layers as numbers in an order that follows from the model alone: what the tasks need first, inputs before what takes
 * them. The order in which the text makes its nodes means nothing.
 */
function numbered({ nodes: given, tasks, ...rest }: Meaning): Meaning {
  const byKey = new Map(given.map(node => [node.key, node]))
  const reached = new Set<NodeMeaning>()
  const reach = (key: number | string | null) => {
    // Deep models would exhaust the stack of a recursion.
    const open = [key === null ? undefined : byKey.get(key)]
    while (open.length > 0) {
      const node = open.at(-1)
      const next = node && !reached.has(node) ? node.inputs.map(id => byKey.get(id)).find(input => input && !reached.has(input)) : undefined
      if (next) open.push(next)
      else {
        open.pop()
        if (node) reached.add(node)
      }
    }
  }
  for (const { features, output, loss } of tasks) [features, output, loss].forEach(reach)
  for (const { key } of given) reach(key)
  const nodes = [...reached]
  const index = new Map(nodes.map(({ key }, i) => [key, i]))
  const layers = new Map<number | string, number>()
  for (const { layer } of nodes) if (!layers.has(layer)) layers.set(layer, layers.size)
  const id = (key: number | string) => index.get(key) ?? -1
  return {
    ...rest,
    nodes: nodes.map(node => ({ ...node, key: id(node.key), inputs: node.inputs.map(id), layer: layers.get(node.layer)! })),
    tasks: tasks.map(task => ({
      ...task,
      features: id(task.features),
      output: id(task.output),
      loss: task.loss === null ? null : id(task.loss),
    })),
  }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b))

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, inOrder(item)]),
  )
}

const mapNodes = (meaning: Meaning, change: (node: NodeMeaning) => NodeMeaning[]): Meaning => ({
  ...meaning,
  nodes: meaning.nodes.flatMap(change),
})

export function withOptions(meaning: Meaning, nodes: ReadonlySet<number>, change: (options: Options) => Options, kind?: string): Meaning {
  return mapNodes(meaning, node =>
    nodes.has(node.key as number) ? [{ ...node, kind: kind ?? node.kind, options: change(node.options) }] : [node],
  )
}

/** @param place which of a node's inputs a layer before it is put on */
export function withInserted(
  meaning: Meaning,
  nodes: ReadonlySet<number>,
  where: 'before' | 'after',
  layer: { readonly kind: string; readonly options: Options },
  place = 0,
): Meaning {
  const made = (key: number | string, input: number | string): NodeMeaning => ({
    ...layer,
    key: `new ${key}`,
    name: layer.kind,
    inputs: [input],
    layer: `new ${key}`,
  })
  const isPlace = (key: number | string) => nodes.has(key as number)
  if (where === 'before')
    return mapNodes(meaning, node =>
      isPlace(node.key) ? [made(node.key, node.inputs[place]!), { ...node, inputs: node.inputs.with(place, `new ${node.key}`) }] : [node],
    )
  const from = (key: number | string) => (isPlace(key) ? `new ${key}` : key)
  const rewired = redirected(meaning, from)
  return mapNodes(rewired, node => (isPlace(node.key) ? [node, made(node.key, node.key)] : [node]))
}

/** @param kept which of its inputs takes a node's place */
export function withoutNodes(meaning: Meaning, nodes: ReadonlySet<number>, kept = 0): Meaning {
  const before = new Map(meaning.nodes.map(node => [node.key, node.inputs[kept]!]))
  const from = (key: number | string): number | string => (nodes.has(key as number) ? from(before.get(key)!) : key)
  return mapNodes(redirected(meaning, from), node => (nodes.has(node.key as number) ? [] : [node]))
}

/**
 * Each group of tasks gets nodes of its own in the place of some; null names the group that keeps the old ones. What no task uses
 * stays with the nodes that it has.
 * @param usersOf names of the tasks that use a node
 */
export function withCopies(
  meaning: Meaning,
  copied: ReadonlySet<number>,
  usersOf: (node: number) => readonly string[],
  groupOf: (task: string) => string | null,
): Meaning {
  const copy = (key: number | string, group: string | null) => (copied.has(key as number) && group !== null ? `${key} of ${group}` : key)
  const forTask = (key: number | string, task: string) => copy(key, groupOf(task))
  const made = mapNodes(meaning, node => {
    const users = usersOf(node.key as number)
    const groups = users.length === 0 ? [null] : [...new Set(users.map(groupOf))]
    const inputs = (group: string | null) => node.inputs.map(input => copy(input, group))
    if (!copied.has(node.key as number)) return [{ ...node, inputs: inputs(groups[0]!) }]
    return groups.map(group => ({
      ...node,
      key: copy(node.key, group),
      layer: group === null ? node.layer : `${node.layer} of ${group}`,
      inputs: inputs(group),
    }))
  })
  return { ...made, tasks: made.tasks.map(task => ({ ...task, features: forTask(task.features, task.name) })) }
}

/** A layer between a task's own nodes and what they take of some shared ones; one for each place where they take it. */
export function withBarrier(
  meaning: Meaning,
  shared: ReadonlySet<number>,
  task: string,
  usersOf: (node: number) => readonly string[],
  layer: { readonly kind: string; readonly options: Options },
): Meaning {
  const barriers: NodeMeaning[] = []
  const behind = (key: number | string, place: string): number | string => {
    if (!shared.has(key as number)) return key
    const barrier = `barrier ${place}`
    barriers.push({ ...layer, key: barrier, name: layer.kind, inputs: [key], layer: barrier })
    return barrier
  }
  const target = meaning.tasks.find(t => t.name === task)!
  const features = behind(target.features, 'features')
  const nodes = meaning.nodes.map(node => {
    if (node.key === target.output) return { ...node, inputs: [features] }
    const isOwn = !shared.has(node.key as number) && usersOf(node.key as number).includes(task)
    return isOwn ? { ...node, inputs: node.inputs.map((key, i) => behind(key, `${node.key} ${i}`)) } : node
  })
  return { ...meaning, nodes: [...nodes, ...barriers], tasks: meaning.tasks.map(t => (t === target ? { ...t, features } : t)) }
}

function redirected(meaning: Meaning, from: (key: number | string) => number | string): Meaning {
  return {
    ...meaning,
    nodes: meaning.nodes.map(node => ({ ...node, inputs: node.inputs.map(from) })),
    tasks: meaning.tasks.map(task => ({ ...task, features: from(task.features), loss: task.loss === null ? null : from(task.loss) })),
  }
}
