import type { Span } from '../../ir/span'
import type { GraphEdit } from '../../ir/graphEdit'
import { taskOf, tasks } from '../../tasks/table'
import { literal, propertyName } from '../literal'
import { follow, locate } from '../places'
import type { SourceText } from '../sourceText'
import { unwrap, type Call } from '../syntax'
import type { GraphText } from './applications'
import type { Draft } from './draft'
import { checkValue, completeOptions, unknown } from './layerText'
import { meaningOf } from './meaning'
import { writeOption } from './options'
import { Refusal } from './refusal'
import { insertProperty, localName, quoteOf } from './text'

type Edit<K extends GraphEdit['kind']> = Extract<GraphEdit, { kind: K }>

export function setTaskOption(text: GraphText, { task: name, option, value }: Edit<'setTaskOption'>): Draft {
  const task = text.graph.tasks.find(t => t.name === name)
  if (!task) throw new Refusal(`the model has no task '${name}' any more`)
  const { source, call } = text.call(task.span, `the task '${name}'`)
  checkValue(task.kind, taskOf(task.kind)!.options, option, value)
  const before = meaningOf(text.graph)
  const changed = before.tasks.map(t => {
    if (t.name !== name) return t
    return { ...t, options: { ...t.options, [option]: value }, weight: option === 'weight' ? (value as number) : t.weight }
  })
  return {
    title: `Set ${option} of ${name} to ${literal(value)}`,
    ...writeOption(source, call, { argument: 2, positional: false, name: option }, value),
    note: null,
    expected: { ...before, tasks: changed },
  }
}

export function addTask(text: GraphText, { name, task, label, features }: Edit<'addTask'>): Draft {
  const { graph } = text
  const definition = taskOf(task.kind)
  if (!definition)
    throw new Refusal(
      unknown(
        'kind of task',
        task.kind,
        tasks.map(t => t.kind),
      ),
    )
  if (name.trim() === '') throw new Refusal('the task needs a name')
  // An object puts such keys before all others, whatever the text says.
  if (/^\d+$/.test(name)) throw new Refusal(`the name of a task can't be a number: '${name}'`)
  if (graph.tasks.some(t => t.name === name)) throw new Refusal(`there is a task '${name}' already`)
  const { source, call } = text.call(graph.span, 'the model')
  const quote = quoteOf(source)
  const options = completeOptions(task.kind, definition.options, task.options)
  const written = Object.keys(task.options).filter(key => JSON.stringify(options[key]) !== JSON.stringify(definition.options[key]!.default))
  const local = localName(source, task.kind)
  const parts = [
    'classes' in label ? String(label.classes) : `${sourceName(text, source, call, label.source)}.label(${literal(label.column, quote)})`,
    tensorName(text, source, call, features),
    ...(written.length > 0
      ? [`{ ${written.map(key => `${propertyName(key, quote)}: ${literal(options[key]!, quote)}`).join(', ')} }`]
      : []),
  ]
  const before = meaningOf(graph)
  const output = `${name}.output`
  // How many units the output has is the task's own affair: null stands for what is not compared.
  const node = {
    key: output,
    name: output,
    kind: 'dense',
    options: { units: null, activation: 'linear', bias: true },
    inputs: [features],
    layer: output,
  }
  const added = {
    name,
    kind: task.kind,
    options,
    weight: (options.weight as number | undefined) ?? 1,
    features,
    output,
    loss: null,
    label: 'classes' in label ? null : { source: label.source, column: label.column },
  }
  return {
    title: `Add the task ${name}`,
    edits: [
      insertProperty(source, tasksObject(source, call), `${propertyName(name, quote)}: ${local.name}(${parts.join(', ')})`),
      ...local.edits,
    ],
    note: null,
    expected: { ...before, nodes: [...before.nodes, node], tasks: [...before.tasks, added] },
  }
}

function tasksObject(source: SourceText, call: Call) {
  const frame = { source, call, span: source.spanOf(call), offset: call.start! }
  const { node, exact, span } = locate({ stack: 0, argument: 0, path: ['tasks'] }, frame)
  const object = exact ? follow(source, node) : undefined
  if (object?.type !== 'ObjectExpression') throw new Refusal('tasks is not written as an object { … }', span)
  return object
}

function sourceName(text: GraphText, source: SourceText, model: Call, id: number): string {
  const data = text.graph.sources[id]
  if (!data) throw new Refusal('the graph has no such data source any more')
  const name = constantOf(source, data.span, model)
  if (name === undefined)
    throw new Refusal(`the data '${data.path}' have no name of their own: write const … = ${data.kind}(…) above the model`, data.span)
  return name
}

/** Only the last layer of a pipe is what the constant holds. */
function tensorName(text: GraphText, source: SourceText, model: Call, id: number): string {
  const node = text.node(id)
  const place = node.use ?? node.span
  const last = text.graph.nodes
    .filter(other => other.use && node.use && other.use.start === node.use.start && other.use.file === node.use.file)
    .at(-1)
  const name = last === undefined || last === node ? constantOf(source, place, model) : undefined
  if (name === undefined) throw new Refusal(`the tensor '${node.name}' has no name of its own: write const … = … above the model`, place)
  return name
}

/** The constant at the top of the file that holds what a call returns. */
function constantOf(source: SourceText, span: Span | null, model: Call): string | undefined {
  if (span?.file !== source.file) return undefined
  for (const statement of source.ast?.body ?? []) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const' || declaration.end! > model.start!) continue
    for (const { id, init } of declaration.declarations) {
      const value = unwrap(init)
      if (id.type === 'Identifier' && value?.start === span.start && value.end === span.end) return id.name
    }
  }
  return undefined
}
