type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>
type Child = Node | string | null | false | undefined

const svgNamespace = 'http://www.w3.org/2000/svg'

/**
 * Makes an HTML element. Attributes that are null, undefined or false are left out; true gives an empty attribute.
 * There is no `style` attribute, which the page's content security policy forbids: set `element.style` by script.
 */
export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children)
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(svgNamespace, tag), attributes, children)
}

export function attributes(element: Element, values: Attributes): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === false) element.removeAttribute(name)
    else if (element.getAttribute(name) !== String(value === true ? '' : value))
      element.setAttribute(name, String(value === true ? '' : value))
  }
}

/** Sets a text only where it differs, so that a live update neither flickers nor loses a selection. */
export function text(element: Element, value: string): void {
  if (element.textContent !== value) element.textContent = value
}

function fill<E extends Element>(element: E, values: Attributes, children: Child[]): E {
  attributes(element, values)
  for (const child of children) if (child !== null && child !== undefined && child !== false) element.append(child)
  return element
}
