import type { Json } from '../../src/base/json'
import { html } from './element'

/** A labelled field of a form. */
export interface Field {
  readonly element: HTMLElement
  readonly input: HTMLInputElement | HTMLSelectElement
  /** @returns the value; undefined where nothing is written; or what was expected */
  read(): { readonly value: Json | undefined } | { readonly expected: string }
}

export type FieldKind = 'number' | 'boolean' | 'text' | 'choice' | 'json'

export interface FieldLook {
  readonly name: string
  readonly kind: FieldKind
  readonly doc?: string
  readonly required?: boolean
  readonly value?: Json
  readonly default?: Json
  readonly choices?: readonly string[]
  /** Offered while typing; anything else may be written too. */
  readonly suggestions?: readonly string[]
}

let lists = 0

/** The right field for an option: a choice is chosen, a number is typed and checked. */
export function field(look: FieldLook): Field {
  const { name, kind, doc, choices = [], suggestions = [] } = look
  const shown = look.value ?? look.default
  if (kind === 'choice' || kind === 'boolean') {
    const names = kind === 'boolean' ? ['true', 'false'] : choices
    const input = html('select', { class: 'select', 'aria-label': name }, ...names.map(choice => html('option', { value: choice }, choice)))
    if (typeof shown === 'string' || typeof shown === 'boolean') input.value = String(shown)
    return {
      input,
      element: labelled(name, doc, input),
      read: () => ({ value: kind === 'boolean' ? input.value === 'true' : input.value }),
    }
  }
  const placeholder = look.required ? 'needed' : shown === undefined ? 'not set' : null
  const input = html('input', { class: 'input', type: 'text', spellcheck: 'false', autocomplete: 'off', placeholder, 'aria-label': name })
  if (kind === 'number') input.inputMode = 'decimal'
  if (shown !== undefined) input.value = typeof shown === 'string' && kind !== 'json' ? shown : JSON.stringify(shown)
  const element = labelled(name, doc, input)
  if (suggestions.length) {
    const list = html('datalist', { id: `suggestions-${++lists}` }, ...suggestions.map(value => html('option', { value })))
    input.setAttribute('list', list.id)
    element.append(list)
  }
  return { input, element, read: () => parse(input.value.trim(), kind, look.required ?? false) }
}

function parse(text: string, kind: FieldKind, required: boolean): ReturnType<Field['read']> {
  if (text === '') return required ? { expected: kind === 'number' ? 'a number' : 'a value' } : { value: undefined }
  if (kind === 'text') return { value: text }
  if (kind === 'number') {
    const value = Number(text)
    return Number.isFinite(value) ? { value } : { expected: 'a number' }
  }
  try {
    return { value: JSON.parse(text) as Json }
  } catch {
    return { expected: 'a value such as 3, "text" or [1, 2]' }
  }
}

const labelled = (name: string, doc: string | undefined, input: HTMLElement): HTMLElement =>
  html('label', { class: 'formField', title: doc }, html('span', {}, name), input)
