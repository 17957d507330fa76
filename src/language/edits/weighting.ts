import type { GraphEdit } from '../../ir/graphEdit'
import type { Json } from '../../base/json'
import { methodOf, methods } from '../../methods/table'
import { follow, keyName, locate } from '../places'
import type { SourceText } from '../sourceText'
import { unwrap, type Node } from '../syntax'
import type { GraphText, PlainCall } from './applications'
import type { Draft } from './draft'
import { completeOptions, unknown } from './layerText'
import { meaningOf } from './meaning'
import { shortened } from './options'
import { Refusal } from './refusal'
import { insertAt, insertProperty, localName } from './text'
import type { TextEdit } from '../../ir/diagnostic'

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
  const frame = { source, call, span: source.spanOf(call), offset: call.start! }
  const settings = property(source, follow(source, unwrap(call.arguments[0])), ['model'])
  const training = settings.find('training')
  if (!training) return insertProperty(source, settings.object, `training: { weighting: ${value} }`)
  const inner = property(source, follow(source, unwrap(training)), ['training'])
  const given = inner.find('weighting')
  if (!given) return insertProperty(source, inner.object, `weighting: ${value}`)
  // What is spread may say it too: the place is the one that counts.
  const { node, exact, span } = locate({ stack: 0, argument: 0, path: ['training', 'weighting'] }, frame)
  if (!exact || !node) throw new Refusal('weighting is computed', span)
  const parent = source.parentOf(node)
  if (parent?.type === 'ObjectProperty' && parent.shorthand) return insertAt(source, node.end!, `: ${value}`)
  return { span: source.spanOf(given), text: value }
}

function property(source: SourceText, object: Node | undefined, [what]: readonly [string]) {
  if (object?.type !== 'ObjectExpression')
    throw new Refusal(
      `the options of ${what} are ${object ? `\`${shortened(source, object)}\`, which is computed` : 'computed'}`,
      object && source.spanOf(object),
    )
  const spread = object.properties.find(item => item.type === 'SpreadElement')
  return {
    object,
    find(name: string): Node | undefined {
      const found = object.properties.findLast(item => item.type !== 'SpreadElement' && keyName(item) === name)
      if (found) return found.type === 'ObjectProperty' ? found.value : undefined
      if (spread) throw new Refusal(`the options of ${what} come from \`${shortened(source, spread)}\``, source.spanOf(spread))
      return undefined
    },
  }
}
