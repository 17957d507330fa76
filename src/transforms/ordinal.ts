import { textList } from '../base/options'
import { dictionaryIndex } from './categories'
import { listed } from './wording'
import { categoryTransform } from './transform'

export const ordinal = categoryTransform<{ readonly values: readonly string[]; readonly numbers: boolean }>({
  kind: 'ordinal',
  doc: 'A column of names with an order, as one number: 0 for the first, 1 for the last, in equal steps.',
  example: "columns: { size: ordinal({ order: ['small', 'medium', 'large'] }) }",
  options: { order: textList('All values from the least to the greatest; sorted when not given.') },
  positional: [],
  needsValues: true,
  refuses({ values, distinct, name }, { order }) {
    if (values === null) return `has ${distinct} different values, too many to be put in an order`
    const left = order === undefined ? [] : values.filter(value => !(order as readonly string[]).includes(value))
    return left.length > 0 ? `has values that order does not name: ${listed(left)} (column '${name}')` : undefined
  },
  units: () => 1,
  fit({ name, options, known, column, fail }) {
    if (known === null) throw fail(`column '${name}': too many different values to be put in an order`)
    const values = [...((options.order as readonly string[] | undefined) ?? known.values)]
    const left = column.categories.filter(text => dictionaryIndex(values, known.numbers)(text) < 0)
    if (left.length > 0) throw fail(`column '${name}': order does not name ${listed(left)}`)
    return { values, numbers: known.numbers }
  },
  width: () => 1,
  encode({ values, numbers }, { codes, categories }, out, offset, stride) {
    const at = categories.map(dictionaryIndex(values, numbers))
    const last = Math.max(1, values.length - 1)
    for (let i = 0; i < codes.length; i++) if (codes[i]! >= 0 && at[codes[i]!]! >= 0) out[offset + i * stride] = at[codes[i]!]! / last
  },
  unknown: ({ values, numbers }, { categories }) => categories.filter(text => dictionaryIndex(values, numbers)(text) < 0),
})
