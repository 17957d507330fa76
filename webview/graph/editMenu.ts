import type { Json } from '../../src/base/json'
import type { CallForm, EditVocabulary, OptionForm } from '../../src/ir/graphEdit'
import type { MenuItem, MenuParts } from '../ui/menu'
import { valueText } from './labels'
import { alike } from './collapse'
import type { Group } from './groups'
import { groupsAround, type Box, type Scene } from './scene'

/** What a form is opened for. */
export type EditTarget =
  | { readonly kind: 'option'; readonly box: Box; readonly option: OptionForm; readonly value: Json | undefined }
  | { readonly kind: 'insert'; readonly box: Box; readonly where: 'before' | 'after'; readonly input?: number }
  | { readonly kind: 'replace'; readonly box: Box }
  | { readonly kind: 'addTask'; readonly box: Box }
  | { readonly kind: 'remove'; readonly box: Box; readonly input?: number }

export interface EditMenuEvents {
  edit(target: EditTarget): void
  reveal(box: Box): void
  /** @param at the group that the user is at */
  toggle(groups: readonly string[], closed: boolean, at: string): void
}

/**
 * What can be done with a box. Offered is what the vocabulary knows a way to write; whether the text at hand allows it is
 * for the language to say, with its reason.
 */
export function editMenu(box: Box, scene: Scene, vocabulary: EditVocabulary | null, events: EditMenuEvents): MenuParts {
  const { content } = box
  const many = (group: Group, closed: boolean): MenuItem[] => {
    const all = alike(scene.groups, group).map(({ id }) => id)
    const label = `${closed ? 'Collapse' : 'Expand'} all ${all.length} like ${group.title}`
    return all.length > 1 ? [{ label, run: () => events.toggle(all, closed, group.id) }] : []
  }
  const show: MenuItem = { label: 'Show in the text', detail: 'Enter', run: () => events.reveal(box) }
  const collapse = groupsAround(scene, box).flatMap((group, i): MenuItem[] => [
    { label: `Collapse ${group.title}`, ...(i === 0 && { detail: 'C' }), run: () => events.toggle([group.id], true, group.id) },
    ...many(group, true),
  ])
  if (content.kind === 'group') {
    const { group } = content
    return [[{ label: 'Expand', detail: 'Enter', run: () => events.toggle([group.id], false, group.id) }, ...many(group, false)], collapse]
  }
  if (!vocabulary) return [[show], collapse]
  const open = (target: EditTarget) => () => events.edit(target)

  if (content.kind === 'task') {
    const form = vocabulary.tasks.find(({ kind }) => kind === content.task.kind)
    return [[show], optionItems(box, form, content.task.options, open)]
  }
  const { node } = content
  const form = vocabulary.layers.find(({ kind }) => kind === node.kind)
  // The layer that a task adds is none of the text: what stands before it is.
  const added = scene.tasks.some(task => task.output === node.id)
  const sources = sourcesOf(box, scene)
  const before: MenuItem[] =
    sources.length > 1
      ? sources.map((name, input) => ({
          label: `Insert layer after ${name}, before this…`,
          run: open({ kind: 'insert', box, where: 'before', input }),
        }))
      : [{ label: 'Insert layer before…', run: open({ kind: 'insert', box, where: 'before' }) }]
  const remove: MenuItem[] =
    sources.length > 1
      ? sources.map((name, input) => ({ label: `Remove, keep ${name}`, run: open({ kind: 'remove', box, input }) }))
      : [{ label: 'Remove', detail: 'Delete', run: open({ kind: 'remove', box }) }]
  const after: MenuItem = { label: 'Insert layer after…', run: open({ kind: 'insert', box, where: 'after' }) }
  const addTask: MenuItem = { label: 'Add task…', run: open({ kind: 'addTask', box }) }
  if (added) return [[show], before, collapse]
  return [
    [show],
    optionItems(box, form, node.options, open),
    [...(content.kind === 'layer' ? before : []), after, addTask],
    content.kind === 'layer'
      ? [
          // Only what takes one tensor can be put in the place of a layer.
          ...(sources.length > 1 ? [] : [{ label: 'Replace…', run: open({ kind: 'replace', box }) }]),
          ...remove,
        ]
      : [],
    collapse,
  ]
}

/** Names of what a node takes, in order; two of one name by their places. */
function sourcesOf(box: Box, scene: Scene): string[] {
  const names = scene.edges
    .filter(({ to }) => to === box.id)
    .sort((a, b) => a.input - b.input)
    .map(({ from }) => scene.boxes.find(({ id }) => id === from)!.content)
    .map(content => (content.kind === 'group' ? content.group.title : content.kind === 'task' ? content.task.name : content.node.name))
  return names.map((name, i) => (names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} (${i + 1})`))
}

function optionItems(
  box: Box,
  form: CallForm | undefined,
  values: Readonly<Record<string, Json>>,
  open: (target: EditTarget) => () => void,
): MenuItem[] {
  return (form?.options ?? []).map(option => {
    const value = values[option.name]
    return {
      label: `${option.name}…`,
      detail: value === undefined ? 'not set' : valueText(value),
      run: open({ kind: 'option', box, option, value }),
    }
  })
}
