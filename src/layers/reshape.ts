import type { OptionSpec } from '../base/options'
import { elementCount, formatShape } from '../ir/shape'
import { channelsFirst, channelsLast } from './channels'
import type { LayerDefinition } from './layer'

const sizes = (v: unknown): v is number[] =>
  Array.isArray(v) &&
  v.length >= 1 &&
  v.length <= 8 &&
  v.every(d => Number.isInteger(d) && (d > 0 || d === -1)) &&
  v.filter(d => d === -1).length <= 1

const shapeOption: OptionSpec<readonly number[]> = {
  type: 'readonly number[]',
  doc: 'The new shape, without the batch axis. One size may be -1: it is what the others leave.',
  required: true,
  check: v => (sizes(v) ? undefined : 'a list of whole numbers above 0, such as [7, 7, 16], in which one may be -1'),
}

export const reshape: LayerDefinition = {
  kind: 'reshape',
  doc: 'The same values in another shape, read in the order of the shapes: the last axis runs fastest. (flatten() lays images out channel by channel instead.)',
  example: 'image.pipe(reshape([28, 28]))',
  positional: ['shape'],
  options: { shape: shapeOption },
  rank: { input: 'any', output: 'any' },

  shape(input, options) {
    const wanted = options.shape as readonly number[]
    const [has, given] = [elementCount(input), wanted.reduce((n, d) => (d === -1 ? n : n * d), 1)]
    const open = wanted.includes(-1)
    if (has !== null && (open ? has % given !== 0 : has !== given))
      return { problem: `${formatShape(input)} has ${has} values, which do not fill ${formatShape(wanted)}`, option: 'shape' }
    return wanted.map(d => (d === -1 ? (has === null ? null : has / given) : d))
  },

  lower(b, x, { options }) {
    const rows = x.shape[0]!
    const wanted = options.shape as readonly number[]
    const each = x.shape.slice(1).reduce((n, d) => n * d, 1)
    const given = wanted.reduce((n, d) => (d === -1 ? n : n * d), 1)
    return channelsFirst(b, b.reshape(channelsLast(b, x), [rows, ...wanted.map(d => (d === -1 ? each / given : d))]))
  },
}
