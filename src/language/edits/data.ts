import type { Json } from '../../base/json'
import type { Options } from '../../base/options'
import { sourceOf } from '../../data/sources/table'
import { featurePlace, type FeaturePlace } from '../../ir/featureColumns'
import type { TextEdit } from '../../ir/diagnostic'
import type { GraphEdit } from '../../ir/graphEdit'
import { literal } from '../literal'
import { follow, locate } from '../places'
import type { SourceText } from '../sourceText'
import { isWrapper, type Node } from '../syntax'
import type { GraphText, PlainCall } from './applications'
import type { Draft } from './draft'
import { checkValue } from './layerText'
import { ids, noteOf } from './layers'
import { meaningOf, withOptions } from './meaning'
import { shortened, writeOption } from './options'
import { Refusal } from './refusal'
import { itemSpan } from './text'

type Edit<K extends GraphEdit['kind']> = Extract<GraphEdit, { kind: K }>

export function setSourceOption(text: GraphText, { source: id, option, value }: Edit<'setSourceOption'>): Draft {
  const data = text.graph.sources.find(source => source.id === id)
  if (!data) throw new Refusal('the model has no such data source any more')
  const { source, call } = text.call(data.span, `the data '${data.path}'`)
  checkValue(data.kind, sourceOf(data.kind)!.options, option, value)
  const before = meaningOf(text.graph)
  const sources = before.sources.map(other => (other.id === id ? { ...other, options: { ...other.options, [option]: value } } : other))
  return {
    title: `Set ${option} of ${data.path} to ${literal(value)}`,
    ...writeOption(source, call, { argument: 1, positional: false, name: option }, value),
    note: null,
    expected: { ...before, sources },
  }
}

/** Takes a column out of the list of names, or the object of transformations, that features are made of. */
export function removeFeature(text: GraphText, { node: id, column }: Edit<'removeFeature'>): Draft {
  const node = text.node(id)
  const place = node.kind === 'features' ? featurePlace(node, column) : undefined
  if (!place) throw new Refusal(`'${node.name}' does not have the column '${column}' any more`, node.span)
  const { source, call } = text.call(node.span, `the features '${node.name}'`)
  const nodes = text.madeBy(node)
  return {
    title: `Take ${column} out of the features`,
    edits: [removed(source, call, place, column)],
    note: noteOf(nodes),
    expected: withOptions(meaningOf(text.graph), ids(nodes), options => without(options, column)),
  }
}

function without(options: Options, column: string): Options {
  const place = featurePlace({ options }, column)
  if (!place) return options
  const { [place.group]: list, ...others } = options
  const rest = (list as readonly Json[]).filter((_, i) => i !== place.index)
  // The language notes transformed columns only where there are some.
  return place.group === 'columns' && rest.length === 0 ? others : { ...others, [place.group]: rest }
}

/** @throws Refusal where the text does not name the column itself */
function removed(source: SourceText, call: PlainCall, { group, index }: FeaturePlace, column: string): TextEdit {
  const frame = { source, call, span: source.spanOf(call), offset: call.start! }
  const own = group === 'columns'
  const { node, exact, span } = locate({ stack: 0, argument: 0, path: [group, own ? column : index], key: own }, frame)
  const item = node && (own ? source.parentOf(node) : wrapped(source, node))
  const list = item && source.parentOf(item)
  if (!exact || !item || !(list?.type === 'ArrayExpression' || list?.type === 'ObjectExpression'))
    throw new Refusal(`${group} is \`${shortened(source, follow(source, node) ?? call)}\``, span)
  const items: readonly (Node | null)[] = list.type === 'ArrayExpression' ? list.elements : list.properties
  if (items.length > 1) return { span: itemSpan(source, items, items.indexOf(item), list.end!), text: '' }
  // An empty list says nothing: its option goes, too.
  const option = source.parentOf(wrapped(source, list))
  const options = option && source.parentOf(option)
  if (option?.type === 'ObjectProperty' && options?.type === 'ObjectExpression')
    return { span: itemSpan(source, options.properties, options.properties.indexOf(option), options.end!), text: '' }
  return { span: source.spanOf(item), text: '' }
}

/** With the parentheses and types around it. */
function wrapped(source: SourceText, node: Node): Node {
  const parent = source.parentOf(node)
  return parent && isWrapper(parent) ? wrapped(source, parent) : node
}
