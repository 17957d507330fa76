import type { Json } from '../base/json'
import { oneOf } from '../base/options'
import { outliersOption } from './outliers'
import { scaled, scalingOf, scalings } from './scalings/table'
import type { ScalingState } from './scalings/scaling'
import { numberTransform } from './transform'

export const scale = numberTransform<ScalingState & Json>({
  kind: 'scale',
  doc: 'A column of numbers as one number, brought to a common scale.',
  example: "columns: { price: scale('robust', { missing: 'median', outliers: { clip: 'iqr' } }) }",
  options: {
    by: oneOf(
      scalings.map(({ kind }) => kind),
      `How: ${scalings.map(({ kind, doc }) => `'${kind}' ${doc}`).join('; ')}. With the statistics of the training split.`,
      { default: 'standard' },
    ),
    outliers: outliersOption,
  },
  positional: ['by'],
  refuses: ({ type, distinct }) =>
    type === 'number'
      ? undefined
      : `holds ${{ text: 'texts', boolean: 'true and false', date: 'dates' }[type]}, not numbers${type === 'date' ? '; use date([…])' : `; use oneHot() (${distinct} values)`}`,
  units: () => 1,
  fit({ name, column: { values }, rows, options, note, fail }) {
    const present = rows.filter(row => !Number.isNaN(values[row]!))
    if (present.length === 0) throw fail(`column '${name}' has no value in the training split`)
    const first = values[present[0]!]!
    if (present.every(row => values[row] === first)) note(`Feature '${name}' is the same (${first}) in all rows of the training split.`)
    try {
      return scalingOf(options.by as string).fit(values, present) as ScalingState & Json
    } catch (error) {
      throw error instanceof RangeError ? fail(`column '${name}': ${error.message}`) : error
    }
  },
  width: () => 1,
  encode(state, { values }, out, offset, stride) {
    for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i]!)) out[offset + i * stride] = scaled(state, values[i]!)
  },
})
