import type { GraphEdit } from '../../ir/graphEdit'
import type { GraphText } from './applications'
import type { Draft } from './draft'
import { appended } from './layers'
import { layerText } from './layerText'
import { meaningOf, withBarrier } from './meaning'
import { Refusal } from './refusal'
import { SharedNames } from './sharedNames'

/** `stopGradient()` wherever a task takes a trunk layer, or what the trunk makes of it: the task moves neither of them any more. */
export function stopGradient(text: GraphText, { node: id, task }: Extract<GraphEdit, { kind: 'stopGradient' }>): Draft {
  const { node } = text.layer(id)
  const shared = new SharedNames(text, [node])
  if (!shared.usersOf(id).includes(task)) throw new Refusal(`the task '${task}' does not use '${node.name}'`, node.span)
  const { source } = shared
  const written = layerText(source, { kind: 'stopGradient', options: {} })
  const uses = shared.names.flatMap(declared => shared.uses(declared))
  const edits = uses.flatMap(use => {
    const tasks = shared.tasksAt(use)
    if (!tasks.includes(task)) return []
    if (tasks.length > 1)
      throw new Refusal(
        `\`${source.textOf(use)}\` is used for several tasks at once (line ${source.lineOf(use.start!)})`,
        source.spanOf(use),
      )
    return appended(source, use, written.text)
  })
  if (edits.length === 0) throw new Refusal(`the text does not show where '${task}' takes '${node.name}'`, node.span)
  return {
    title: `Stop the gradient of ${task} before it reaches ${node.name}`,
    edits: [...edits, ...written.imports],
    note: null,
    expected: withBarrier(meaningOf(text.graph), shared.nodes, task, shared.usersOf, { kind: 'stopGradient', options: written.options }),
  }
}
