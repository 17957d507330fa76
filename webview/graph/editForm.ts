import type { Json } from '../../src/base/json'
import type { Options } from '../../src/base/options'
import type { CallForm, EditVocabulary, GraphEdit, OptionForm } from '../../src/ir/graphEdit'
import type { EditOutcome } from '../../src/protocol/graphPanel'
import { button } from '../ui/controls'
import { field, type Field } from '../ui/fields'
import { Popover } from '../ui/popover'
import type { EditTarget } from './editMenu'
import type { Box } from './scene'

export interface EditFormEvents {
  send(request: number, edit: GraphEdit): void
  /** The place in the text that stood in the way. */
  showRefusal(): void
  /** Where a box stands on the screen now; the whole drawing's place where it is gone. */
  place(box: Box): DOMRect
  /** The element of a box, for the focus. */
  element(box: Box): SVGElement | undefined
}

/** The form of one edit beside its box. It waits for the answer, and says why an edit was refused. */
export class EditForm {
  private readonly popover = new Popover()
  readonly element = this.popover.element
  private request = 0
  private waiting: EditTarget | null = null

  constructor(private readonly events: EditFormEvents) {}

  open(target: EditTarget, vocabulary: EditVocabulary): void {
    this.waiting = null
    switch (target.kind) {
      case 'option':
        return this.openOption(target)
      case 'insert':
        return this.openLayer(target, target.where === 'before' ? 'Insert before' : 'Insert after', 'Insert', vocabulary)
      case 'replace':
        return this.openLayer(target, 'Replace', 'Replace', vocabulary)
      case 'addTask':
        return this.openTask(target, vocabulary)
      case 'remove':
        return this.send(target, { kind: 'removeLayer', node: nodeOf(target.box), ...inputOf(target) })
    }
  }

  outcome({ request, refusal }: EditOutcome): void {
    if (request !== this.request || !this.waiting) return
    const target = this.waiting
    this.waiting = null
    if (refusal === null) return this.popover.close(true)
    if (!this.popover.isOpen) {
      const close = button('Close', () => this.popover.close(true), { kind: 'secondary' })
      this.show(target, refusalTitle(target), [], [close.element], () => this.popover.close(true))
    }
    const show = button('Show in the text', () => this.events.showRefusal(), { kind: 'secondary' })
    this.popover.refuse(refusal.reason, refusal.placed ? show.element : null)
  }

  /** The graph was drawn anew or moved. */
  place(): void {
    this.popover.place()
  }

  private openOption(target: EditTarget & { kind: 'option' }): void {
    const { box, option, value } = target
    // Without a default, nothing is no value that could be written.
    const input = optionField(option.default === undefined ? { ...option, required: true } : option, value)
    const send = (chosen: Json) =>
      this.send(
        target,
        box.content.kind === 'task'
          ? { kind: 'setTaskOption', task: box.content.task.name, option: option.name, value: chosen }
          : { kind: 'setOption', node: nodeOf(box), option: option.name, value: chosen },
      )
    const submit = () => {
      const [read] = this.read([input])
      if (read) send(read.value ?? option.default!)
    }
    const change = button('Change', submit, { kind: 'primary' })
    const reset = button('Use default', () => send(option.default!), { kind: 'secondary' })
    const resettable = !option.required && option.default !== undefined && value !== option.default
    this.show(target, `${labelOf(box)}: ${option.name}`, [input], [change.element, ...(resettable ? [reset.element] : [])], submit)
  }

  private openLayer(target: EditTarget & { kind: 'insert' | 'replace' }, title: string, verb: string, { layers }: EditVocabulary): void {
    const now = target.kind === 'replace' && 'node' in target.box.content ? target.box.content.node.kind : 'dense'
    const choice = field({ name: 'layer', kind: 'choice', choices: layers.map(({ kind }) => kind), value: now, required: true })
    let inputs: Field[] = []
    const form = () => layers.find(({ kind }) => kind === choice.input.value)
    const refresh = () => {
      // What both layers have in common stays as it is.
      const given = target.kind === 'replace' && 'node' in target.box.content ? target.box.content.node.options : {}
      inputs = (form()?.options ?? []).map(option => optionField(option, given[option.name]))
      this.popover.fields([choice.element, ...inputs.map(input => input.element)])
      this.popover.refuse(null)
    }
    const submit = () => {
      const chosen = form()
      const read = this.read(inputs)
      if (!chosen || read.length < inputs.length) return
      const layer = { kind: chosen.kind, options: written(chosen, read) }
      const node = nodeOf(target.box)
      this.send(
        target,
        target.kind === 'insert'
          ? { kind: 'insertLayer', node, where: target.where, layer, ...inputOf(target) }
          : { kind: 'replaceLayer', node, layer },
      )
    }
    choice.input.addEventListener('change', refresh)
    this.show(target, `${title} ${labelOf(target.box)}`, [choice], [button(verb, submit, { kind: 'primary' }).element], submit)
    refresh()
  }

  private openTask(target: EditTarget & { kind: 'addTask' }, { tasks, labels }: EditVocabulary): void {
    const name = field({ name: 'name', kind: 'text', required: true })
    const kind = field({ name: 'task', kind: 'choice', choices: tasks.map(task => task.kind), required: true })
    const columns = labels.flatMap(source => source.columns)
    const column = field({ name: 'label column', kind: 'text', required: true, suggestions: columns })
    let inputs: Field[] = []
    const form = () => tasks.find(task => task.kind === kind.input.value)
    const refresh = () => {
      inputs = (form()?.options ?? []).map(option => optionField(option, undefined))
      this.popover.fields([name, kind, column, ...inputs].map(input => input.element))
    }
    const submit = () => {
      const chosen = form()
      const fields = [name, column, ...inputs]
      const read = this.read(fields)
      if (!chosen || read.length < fields.length) return
      const [called, label, ...options] = read
      const source = labels.find(({ columns: known }) => known.includes(label!.value as string))?.source ?? labels[0]?.source ?? 0
      this.send(target, {
        kind: 'addTask',
        features: nodeOf(target.box),
        name: called!.value as string,
        task: { kind: chosen.kind, options: written(chosen, options) },
        label: { source, column: label!.value as string },
      })
    }
    kind.input.addEventListener('change', refresh)
    this.show(target, `Add task on ${labelOf(target.box)}`, [name], [button('Add', submit, { kind: 'primary' }).element], submit)
    refresh()
  }

  /** @returns the fields' values, fewer where one is wrong: that is said and gets the focus */
  private read(inputs: readonly Field[]): { readonly value: Json | undefined }[] {
    const values = []
    for (const { input, element, read } of inputs) {
      const result = read()
      input.setAttribute('aria-invalid', String('expected' in result))
      if ('value' in result) values.push(result)
      else {
        this.popover.refuse(`${element.firstChild!.textContent} needs ${result.expected}.`)
        input.focus()
        return []
      }
    }
    return values
  }

  private show(target: EditTarget, title: string, fields: readonly Field[], buttons: readonly HTMLElement[], submit: () => void): void {
    const cancel = button('Cancel', () => this.popover.close(true), { kind: 'secondary' })
    this.popover.open(
      title,
      { fields: fields.map(({ element }) => element), buttons: fields.length ? [...buttons, cancel.element] : buttons, submit },
      () => this.events.place(target.box),
      () => this.events.element(target.box),
    )
  }

  private send(target: EditTarget, edit: GraphEdit): void {
    this.waiting = target
    this.popover.refuse(null)
    this.events.send(++this.request, edit)
  }
}

const optionField = (option: OptionForm, value: Json | undefined): Field => field({ ...option, ...(value !== undefined && { value }) })

/** What differs from the defaults, which need no words in the text. */
function written({ options }: CallForm, values: readonly { readonly value: Json | undefined }[]): Options {
  const entries = options.map((option, i) => [option, values[i]?.value] as const)
  return Object.fromEntries(
    entries.flatMap(([option, value]) =>
      value === undefined || (!option.required && JSON.stringify(value) === JSON.stringify(option.default)) ? [] : [[option.name, value]],
    ),
  )
}

const inputOf = ({ input }: { readonly input?: number }) => (input === undefined ? {} : { input })

const nodeOf = (box: Box): number => ('node' in box.content ? box.content.node.id : -1)

const labelOf = ({ content }: Box): string =>
  content.kind === 'task' ? content.task.name : content.kind === 'group' ? content.group.title : content.node.name

const refusalTitle = (target: EditTarget): string =>
  target.kind === 'remove' ? `${labelOf(target.box)} stays` : `${labelOf(target.box)} is as it was`
