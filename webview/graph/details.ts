import type { Json } from '../../src/base/json'
import type { Options } from '../../src/base/options'
import type { Initializer, ParameterSpec } from '../../src/ir/graph'
import { formatShape } from '../../src/ir/shape'
import type { LayerMark } from '../../src/protocol/graphPanel'
import { html } from '../ui/element'
import { count, figure, plural } from '../ui/format'
import { markerIcon } from '../ui/markerIcon'
import { parameterCount } from '../../src/ir/analysis'
import { markText } from './conflictMark'
import { inOrder, valueText } from './labels'
import type { Box, Edge, Scene } from './scene'

/** What the tooltip shows of a box: everything that has no room in it. */
export function boxDetails(box: Box, scene: Scene, mark?: LayerMark): Node[] {
  const { content } = box
  if (content.kind === 'group')
    return [
      heading(content.group.title),
      facts([
        ['layers', count(content.group.nodes.length)],
        ['parameters', known(content.group.parameters)],
      ]),
      users(box, scene),
    ]
  if (content.kind === 'task') {
    const { task } = content
    const classes =
      task.classes &&
      (task.classes.length > 8 ? `${task.classes.slice(0, 8).join(', ')}, … (${task.classes.length})` : task.classes.join(', '))
    return [
      heading(task.name, task.kind),
      facts([['label', task.label?.column], ['classes', classes], ['weight', figure(task.weight)], ...options(task.options, ['weight'])]),
    ]
  }
  const { node, applications } = content
  const shared = applications > 1 ? html('p', {}, `One layer applied ${applications} times: its weights are shared.`) : null
  const parts = [
    heading(node.name, node.name === node.kind ? '' : node.kind),
    facts([
      ['shape', formatShape(node.shape)],
      ...options(node.options, ['source']),
      ['data', pathOf(node.options.source, scene)],
      ['conflict', mark && markText(mark)],
    ]),
    parameters(node.parameters),
    shared,
    users(box, scene),
  ]
  return parts.filter(part => part !== null)
}

export function edgeDetails(edge: Edge, scene: Scene): Node[] {
  const label = (id: string) => id.slice(id.indexOf(':') + 1)
  const tasks = scene.tasks.length === edge.tasks.length ? 'all tasks' : edge.tasks.join(', ') || 'no task'
  return [
    heading(formatShape(edge.shape)),
    html('p', {}, `${label(edge.from)} → ${label(edge.to)}`),
    html('p', { class: 'muted' }, `for ${tasks}`),
  ]
}

const heading = (title: string, kind = ''): HTMLElement =>
  html('p', {}, html('strong', {}, title), kind && html('span', { class: 'muted' }, ` ${kind}`))

const known = (value: number | null): string => (value === null ? 'unknown' : count(value))

type Fact = readonly [string, string | null | undefined]

function facts(entries: readonly Fact[]): HTMLElement {
  const list = html('dl')
  for (const [name, value] of entries)
    if (value !== null && value !== undefined && value !== '') list.append(html('dt', {}, name), html('dd', {}, value))
  return list
}

const pathOf = (source: Json | undefined, scene: Scene): string | undefined => scene.sources.find(({ id }) => id === source)?.path

function options(values: Options, without: readonly string[] = []): Fact[] {
  return inOrder(values)
    .filter(([name]) => !without.includes(name))
    .map(([name, value]) => [name, valueText(value)])
}

function parameters(specs: readonly ParameterSpec[]): HTMLElement | null {
  if (!specs.length) return null
  const rows = specs.map(spec => {
    const cells = [
      spec.name,
      spec.shape ? `[${spec.shape.join(', ')}]` : 'unknown shape',
      known(parameterCount([spec])),
      initializerText(spec.initializer),
    ]
    return html('tr', {}, ...cells.map((cell, i) => html('td', { class: i === 2 ? 'number' : null }, cell)))
  })
  const total = parameterCount(specs)
  return html(
    'div',
    {},
    html('p', { class: 'muted' }, total === null ? 'parameters' : plural(total, 'parameter')),
    html('table', {}, html('tbody', {}, ...rows)),
  )
}

/** He 2015 and Glorot 2010 by name where the numbers are theirs. */
export function initializerText(initializer: Initializer): string {
  if (initializer.kind !== 'variance') return initializer.kind
  const { scale, fan, distribution } = initializer
  const name =
    scale === 2 && fan === 'in'
      ? 'He'
      : scale === 1 && fan === 'average'
        ? 'Glorot'
        : scale === 1 && fan === 'in'
          ? 'LeCun'
          : `variance ${figure(scale)}/${fan === 'in' ? 'fan in' : 'mean fan'}`
  return `${name} ${distribution}`
}

function users(box: Box, scene: Scene): HTMLElement {
  if (!box.tasks.length) return html('p', {}, 'No task uses it.')
  const chips = box.tasks.map(name => html('span', { class: 'chip' }, markerIcon(scene.tasks.findIndex(task => task.name === name)), name))
  return html('p', { class: 'users' }, html('span', { class: 'muted' }, 'used by '), ...chips)
}
