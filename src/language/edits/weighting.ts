import type * as t from '@babel/types'
import type { Json } from '../../base/json'
import type { TextEdit } from '../../ir/diagnostic'
import type { GraphEdit } from '../../ir/graphEdit'
import { methodOf, methods } from '../../methods/table'
import { follow, keyName } from '../places'
import type { SourceText } from '../sourceText'
import { unwrap, type Node } from '../syntax'
import type { GraphText, PlainCall } from './applications'
import type { Draft } from './draft'
import { completeOptions, unknown } from './layerText'
import { meaningOf } from './meaning'
import { shortened } from './options'
import { Refusal } from './refusal'
import { insertAt, insertProperty, localName } from './text'

/** Balances the tasks by another method; `weighting:` is written where it is missing. */
export function setWeighting(text: GraphText, { method: kind }: Extract<GraphEdit, { kind: 'setWeighting' }>): Draft {
  const method = methodOf(kind)
  if (!method)
    throw new Refusal(
      unknown(
        'method',
        kind,
        methods.map(m => m.kind),
      ),
    )
  const options = completeOptions(kind, method.options, {})
  const { graph } = text
  if (graph.training.weighting.kind === kind) throw new Refusal(`the tasks are balanced by ${kind} already`, graph.training.weighting.span)
  const { source, call } = text.call(graph.span, 'the model')
  const local = localName(source, kind)
  const before = meaningOf(graph)
  return {
    title: `Balance the tasks by ${kind}`,
    edits: [place(source, call, `${local.name}()`), ...local.edits],
    note: null,
    expected: { ...before, training: { ...(before.training as Record<string, Json>), weighting: { kind, options } } },
  }
}

function place(source: SourceText, call: PlainCall, value: string): TextEdit {
  const settings = objectOf(source, call.arguments[0], 'model')
  const training = valueOf(source, settings, 'training', 'model')
  if (!training) return insertProperty(source, settings, `training: { weighting: ${value} }`)
  const inner = objectOf(source, training, 'training')
  const given = valueOf(source, inner, 'weighting', 'training')
  if (!given) return insertProperty(source, inner, `weighting: ${value}`)
  const parent = source.parentOf(given)
  if (parent?.type === 'ObjectProperty' && parent.shorthand) return insertAt(source, given.end!, `: ${value}`)
  return { span: source.spanOf(given), text: value }
}

function objectOf(source: SourceText, given: Node | undefined, owner: string): t.ObjectExpression {
  const object = follow(source, unwrap(given))
  if (object?.type === 'ObjectExpression') return object
  const what = given ? `\`${shortened(source, given)}\`, which is computed` : 'computed'
  throw new Refusal(`the options of ${owner} are ${what}`, given && source.spanOf(given))
}

/** @throws Refusal where a spread may say it */
function valueOf(source: SourceText, object: t.ObjectExpression, name: string, owner: string): Node | undefined {
  const found = object.properties.findLast(item => item.type !== 'SpreadElement' && keyName(item) === name)
  if (found?.type === 'ObjectProperty') return found.value
  const spread = object.properties.find(item => item.type === 'SpreadElement')
  if (spread) throw new Refusal(`the options of ${owner} come from \`${shortened(source, spread)}\``, source.spanOf(spread))
  return undefined
}
