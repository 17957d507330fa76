import './nonce'
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox, vsCodeDropdown, vsCodeOption } from '@vscode/webview-ui-toolkit'
import { html } from './element'
import { icon, type IconName } from './icon'

// The only file that knows the component library. It is archived upstream: what replaces it replaces this file.
provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption())

type ToolkitElement = HTMLElement & { disabled: boolean; checked: boolean; value: string; appearance: string }

const toolkit = (tag: string, ...children: (Node | string)[]): ToolkitElement => {
  const element = document.createElement(tag) as ToolkitElement
  element.append(...children)
  return element
}

export interface Button {
  readonly element: HTMLElement
  enable(enabled: boolean): void
  show(visible: boolean): void
  /** For a button that stays pressed. */
  press(pressed: boolean): void
  /** Tells screen readers that it opens a menu. */
  opensMenu(): void
}

/** A button with a text, or with an icon whose meaning stands in its label and tooltip. */
export function button(label: string, press: () => void, look: { icon?: IconName; kind?: 'primary' | 'secondary' } = {}): Button {
  const element = look.icon && !look.kind ? toolkit('vscode-button', icon(look.icon)) : toolkit('vscode-button', label)
  if (look.icon && look.kind) {
    const start = icon(look.icon)
    start.setAttribute('slot', 'start')
    element.append(start)
  }
  element.setAttribute('appearance', look.kind ?? (look.icon ? 'icon' : 'secondary'))
  element.setAttribute('aria-label', label)
  if (look.icon && !look.kind) element.title = label
  element.addEventListener('click', () => press())
  return {
    element,
    enable: enabled => (element.disabled = !enabled),
    show: visible => (element.hidden = !visible),
    press: pressed => forward(element, 'aria-pressed', String(pressed)),
    opensMenu: () => forward(element, 'aria-haspopup', 'menu'),
  }
}

/** The library hands only some attributes on to the button inside of its element, which is made when the element is shown. */
function forward(element: HTMLElement, name: string, value: string): void {
  element.setAttribute(name, value)
  const hand = () => {
    const control = element.shadowRoot?.querySelector('.control')
    if (control) control.setAttribute(name, element.getAttribute(name)!)
    else requestAnimationFrame(hand)
  }
  hand()
}

export interface Checkbox {
  readonly element: HTMLElement
  check(checked: boolean): void
}

export function checkbox(label: Node | string, checked: boolean, change: (checked: boolean) => void): Checkbox {
  const element = toolkit('vscode-checkbox', label)
  element.checked = checked
  // The library fires `change` for changes by script too: only those that differ from what we know are the user's.
  let known = checked
  element.addEventListener('change', () => {
    if (element.checked === known) return
    known = element.checked
    change(known)
  })
  return {
    element,
    check: value => {
      known = value
      element.checked = value
    },
  }
}

/** A choice of one out of few, with its label before it. */
export function dropdown<T extends string>(
  label: string,
  choices: readonly (readonly [T, string])[],
  value: T,
  change: (value: T) => void,
): HTMLElement {
  const element = toolkit(
    'vscode-dropdown',
    ...choices.map(([key, name]) => {
      const option = toolkit('vscode-option', name)
      option.setAttribute('value', key)
      if (key === value) option.setAttribute('selected', '')
      return option
    }),
  )
  element.setAttribute('aria-label', label)
  element.addEventListener('change', () => change(element.value as T))
  return html('label', { class: 'field' }, html('span', {}, label), element)
}

/** The library has no slider: the browser's own, in the theme's colours. */
export function slider(
  label: string,
  range: { readonly min: number; readonly max: number; readonly step: number },
  value: number,
  change: (value: number) => void,
): HTMLElement {
  const shown = html('output', {}, String(value))
  const input = html('input', { type: 'range', ...range, value, 'aria-label': label })
  input.addEventListener('input', () => {
    shown.textContent = input.value
    change(Number(input.value))
  })
  return html('label', { class: 'field' }, html('span', {}, label), input, shown)
}

export interface ProgressBar {
  readonly element: HTMLElement
  /** @param share 0 to 1, or null where it is not known */
  set(share: number | null, text: string): void
}

/** The library has only a ring. */
export function progressBar(label: string): ProgressBar {
  const fill = html('div', { class: 'fill' })
  const element = html(
    'div',
    { class: 'progress', role: 'progressbar', 'aria-label': label, 'aria-valuemin': 0, 'aria-valuemax': 100 },
    fill,
  )
  return {
    element,
    set: (share, text) => {
      fill.style.width = `${(share ?? 0) * 100}%`
      if (share === null) element.removeAttribute('aria-valuenow')
      else element.setAttribute('aria-valuenow', String(Math.round(share * 100)))
      element.setAttribute('aria-valuetext', text)
    },
  }
}

/** A text that does something when pressed, as in VS Code's own lists. */
export function link(label: string, press: () => void): HTMLButtonElement {
  const element = html('button', { class: 'link', type: 'button' }, label)
  element.addEventListener('click', () => press())
  return element
}
