import type { Json } from '../../src/base/json'
import type { Options } from '../../src/base/options'
import type { GraphNode, GraphTask } from '../../src/ir/graph'
import { formatShape } from '../../src/ir/shape'
import { compactCount, count, plural, shortened } from '../ui/format'
import { parameterCount } from '../../src/ir/analysis'
import type { Group } from './groups'
import type { Box } from './scene'

export interface BoxText {
  readonly title: string
  /** Options beside the title, in a quieter colour. */
  readonly detail: string
  /** Second line: shape and parameter count. */
  readonly note: string
}

const separator = '  ·  '
/** In letters, of a name in a box. */
export const longestName = 28

/**
 * How an option's value reads in a box, by the option's name, so that a new layer needs nothing here.
 * '' leaves it out: what says nothing (no activation, a step of 1) takes no room.
 */
const readings: Readonly<Record<string, (value: Json) => string>> = {
  kernel: square,
  size: square,
  strides: value => (value === 1 ? '' : `stride ${valueText(value)}`),
  activation: value => (value === 'linear' ? '' : valueText(value)),
  padding: () => '',
  bias: value => (value === false ? 'no bias' : ''),
}

function square(value: Json): string {
  return typeof value === 'number' ? `${value}×${value}` : valueText(value)
}

/** An option's value in words: lists with commas, null as nothing. */
export function valueText(value: Json): string {
  if (Array.isArray(value)) return value.map(valueText).join(', ')
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** `64 · relu`, `10 · 5×5 · relu`, `3 numeric, 1 categorical` */
export function optionSummary(options: Options): string {
  const named = Object.entries(options).flatMap(([name, value]) => (isNames(value) ? [`${value.length} ${name}`] : []))
  if (named.length) return named.join(', ')
  const told = inOrder(options).map(([name, value]) => readings[name]?.(value) ?? plainReading(name, value))
  return told.filter(Boolean).slice(0, 4).join(' · ')
}

/** What makes the layer what it is first, then what has a reading, in the order of that table. */
export function inOrder(options: Options): [string, Json][] {
  const known = Object.keys(readings).flatMap((name): [string, Json][] => (name in options ? [[name, options[name]!]] : []))
  return [...Object.entries(options).filter(([name]) => !(name in readings)), ...known]
}

const isNames = (value: Json): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every(item => typeof item === 'string')

function plainReading(name: string, value: Json): string {
  if (typeof value === 'boolean') return value ? name : ''
  return typeof value === 'object' ? '' : String(value)
}

/** Of an input only its columns, by their kind; how it is read (its file, its scale) stands in the tooltip. */
export const nodeSummary = ({ inputs, options }: GraphNode): string =>
  inputs.length > 0 || Object.values(options).some(isNames) ? optionSummary(options) : ''

export function boxText(box: Box): BoxText {
  const { content } = box
  if (content.kind === 'task') return taskText(content.task)
  if (content.kind === 'group') return groupText(content.group)
  const { node } = content
  const parameters = parameterCount(node.parameters)
  const learns = parameters === null ? '? params' : parameters > 0 ? `${compactCount(parameters)} params` : ''
  // An input's name is what the reader knows it by; a layer is known by its kind.
  const title = content.kind === 'input' ? node.name : node.kind
  const detail = nodeSummary(node)
  return { title, detail, note: [formatShape(node.shape), learns].filter(Boolean).join(separator) }
}

/** The same as it is drawn: a name is never so long that a box is wider than several others. */
export function drawnText(box: Box): BoxText {
  const { title, detail, note } = boxText(box)
  return {
    title: shortened(title, longestName),
    detail,
    note: note
      .split(separator)
      .map(part => shortened(part, longestName))
      .join(separator),
  }
}

function taskText(task: GraphTask): BoxText {
  const classes = task.classes ? `${task.classes.length} classes` : ''
  const weight = task.weight === 1 ? '' : `weight ${task.weight}`
  return {
    title: task.name,
    detail: task.kind,
    note: [task.label?.column && `label ${task.label.column}`, classes, weight].filter(Boolean).join(separator),
  }
}

function groupText(group: Group): BoxText {
  const parameters = group.parameters === null ? '? params' : `${compactCount(group.parameters)} params`
  return { title: group.title, detail: plural(group.nodes.length, 'layer'), note: parameters }
}

/** One sentence for screen readers, and the row's text in the list. */
export function boxDescription(box: Box): string {
  const { content } = box
  const serves = box.tasks.length ? `used by ${box.tasks.join(', ')}` : 'used by no task'
  if (content.kind === 'task') {
    const { title, detail, note } = taskText(content.task)
    return [`Task ${title}`, detail, note.replaceAll(separator, ', ')].filter(Boolean).join(', ')
  }
  if (content.kind === 'group') return `${content.group.title}, collapsed, ${groupText(content.group).detail}, ${serves}`
  const { node } = content
  const parameters = parameterCount(node.parameters)
  const learns = parameters === null ? 'parameters unknown' : plural(parameters, 'parameter')
  const shared = content.applications > 1 ? `weights shared by ${count(content.applications)} applications` : ''
  return [`${node.kind} ${nodeSummary(node)}`.trim(), `named ${node.name}`, `shape ${formatShape(node.shape)}`, learns, shared, serves]
    .filter(Boolean)
    .join(', ')
}

/**
 * The name of a box for assistive technology: what can be read in it, word for word, so that it can be spoken to by that
 * (WCAG 2.1, 2.5.3), then what can only be seen.
 */
export function boxName(box: Box): string {
  const { content } = box
  const { title, detail, note } = boxText(box)
  const applications = 'applications' in content && content.applications > 1 ? content.applications : 0
  const shown = [title, detail, note, applications ? `${applications} applications share its weights` : ''].filter(Boolean).join(' ')
  const serves = box.tasks.length ? `used by ${box.tasks.join(', ')}` : 'used by no task'
  switch (content.kind) {
    case 'task':
      return `${shown}, task`
    case 'group':
      return `${shown}, collapsed, ${serves}`
    case 'input':
      return `${shown}, ${content.node.kind}, ${serves}`
    case 'layer':
      return `${shown}, named ${content.node.name}, ${serves}`
  }
}
