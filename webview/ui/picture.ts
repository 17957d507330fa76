/**
 * The drawing as a file of its own: an SVG whose every colour and font stands in it as the theme has it now, without scripts,
 * style sheets or references.
 */

/** What a presentation attribute of SVG can say; everything else of a style is layout of the page. */
const kept = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'opacity',
  'paint-order',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
] as const

/** What an element has without a word. */
const plain: Readonly<Record<string, string>> = {
  'fill-opacity': '1',
  stroke: 'none',
  'stroke-width': '1px',
  'stroke-opacity': '1',
  'stroke-dasharray': 'none',
  opacity: '1',
  'paint-order': 'normal',
  'font-weight': '400',
  'text-anchor': 'start',
}

/** Marks of the moment, which are none of the model's. */
const momentary = ['selected', 'related', 'lit', 'match', 'currentMatch', 'fresh']

const margin = 16

/** @param world the group of the drawing, in its own coordinates  @returns the text of an SVG file */
export function svgPicture(world: SVGGElement, size: { readonly width: number; readonly height: number }, title: string): string {
  const restore = withoutMarks(world)
  const copy = world.cloneNode(true) as SVGGElement
  inline(world, copy)
  restore()
  copy.removeAttribute('style')
  copy.removeAttribute('class')
  copy.setAttribute('transform', `translate(${margin} ${margin})`)
  const [width, height] = [Math.ceil(size.width + 2 * margin), Math.ceil(size.height + 2 * margin)]
  const root = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}`, role: 'img' }))
    root.setAttribute(name, String(value))
  const name = document.createElementNS(root.namespaceURI, 'title')
  name.textContent = title
  const background = document.createElementNS(root.namespaceURI, 'rect')
  for (const [key, value] of Object.entries({ width, height, fill: getComputedStyle(document.body).backgroundColor }))
    background.setAttribute(key, String(value))
  root.append(name, background, copy)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(root)}\n`
}

/** @returns base64 of a PNG, twice as fine as the screen's pixels where that is not too large for a canvas */
export async function pngPicture(picture: string): Promise<string> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture)}`
  await image.decode()
  const scale = Math.min(2, largestSide / Math.max(image.naturalWidth, image.naturalHeight))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale))
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale))
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/png').split(',')[1]!
}

/** Chromium's canvas ends at 16,384 pixels a side, and at 268 million in all. */
const largestSide = 12_000

function withoutMarks(world: SVGGElement): () => void {
  const marked = [...world.querySelectorAll(momentary.map(name => `.${name}`).join())].map(element => {
    const names = momentary.filter(name => element.classList.contains(name))
    element.classList.remove(...names)
    return () => element.classList.add(...names)
  })
  return () => marked.forEach(mark => mark())
}

function inline(from: Element, to: Element): void {
  const [sources, targets] = [[...from.children], [...to.children]]
  sources.forEach((source, i) => {
    const target = targets[i]!
    if (source.classList.contains('hit') || source.classList.contains('handle')) return target.remove()
    const style = getComputedStyle(source)
    const { transform } = (source as SVGElement).style
    const size: Readonly<Record<string, string>> = source.matches('.groupFrame > .frame')
      ? { width: style.width, height: style.height }
      : {}
    for (const { name } of [...target.attributes]) if (/^(class|style|role|tabindex|aria-|data-)/.test(name)) target.removeAttribute(name)
    if (source.localName !== 'g') {
      for (const name of kept) {
        const value = style.getPropertyValue(name)
        const inherited = source.localName === 'tspan' && getComputedStyle(from).getPropertyValue(name) === value
        if (inherited) continue
        if (value && value !== plain[name] && (source.localName.startsWith('t') || !/^(font|text)/.test(name)))
          target.setAttribute(name, value)
      }
    } else if (style.opacity !== '1') target.setAttribute('opacity', style.opacity)
    for (const [name, value] of Object.entries(size)) target.setAttribute(name, value.replace('px', ''))
    if (transform) target.setAttribute('transform', transform.replaceAll('px', '').replace(', ', ' '))
    inline(source, target)
  })
}
