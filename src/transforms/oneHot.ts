import { dictionaryIndex } from './categories'
import { textOf } from './missing'
import { countsOf } from './statistics'
import { listed } from './wording'
import { categoryTransform } from './transform'

/** One output for each value, in the order of the profile; a value that the training split did not have is encoded as zeros. */
export const oneHot = categoryTransform<{
  readonly values: readonly string[]
  readonly seen: readonly boolean[]
  readonly numbers: boolean
}>({
  kind: 'oneHot',
  doc: 'A column of names as one number for each of its values: 1 for the one that the row has, 0 for the others.',
  example: "columns: { island: oneHot({ missing: 'mode' }) }",
  options: {},
  positional: [],
  needsValues: true,
  refuses: ({ values, distinct }) =>
    values === null ? `has ${distinct} different values, too many for one number each; use hashing(32)` : undefined,
  units: (options, column) => {
    if (!column) return null
    const fill = options.missing === 'constant' ? textOf(options.fill!) : null
    return column.distinct + (fill !== null && column.missing > 0 && !column.values?.includes(fill) ? 1 : 0)
  },
  fit({ name, column: { codes, categories }, rows, options, known, note, fail }) {
    if (known === null) throw fail(`column '${name}': too many different values for one number each`)
    const { numbers } = known
    const values = [...known.values]
    const index = dictionaryIndex(values, numbers)
    // What gaps are filled with may be a value of its own.
    const fill = options.missing === 'constant' ? textOf(options.fill!) : null
    if (fill !== null && index(fill) < 0 && categories.includes(fill)) values.push(fill)
    const at = categories.map(dictionaryIndex(values, numbers))
    const seen = values.map(() => false)
    countsOf(codes, rows, categories.length).forEach((count, code) => void (count > 0 && at[code]! >= 0 && (seen[at[code]!] = true)))
    const unseen = values.filter((_, i) => !seen[i])
    if (unseen.length > 0) {
      const [does, is] = unseen.length === 1 ? ['does', 'is'] : ['do', 'are']
      note(`Feature '${name}': ${listed(unseen)} ${does} not occur in the training split and ${is} encoded as zeros.`)
    }
    return { values, seen, numbers }
  },
  width: ({ values }) => values.length,
  encode({ values, seen, numbers }, { codes, categories }, out, offset, stride) {
    const at = categories.map(dictionaryIndex(values, numbers)).map(i => (i >= 0 && seen[i]! ? i : -1))
    for (let i = 0; i < codes.length; i++) {
      const value = codes[i]! < 0 ? -1 : at[codes[i]!]!
      if (value >= 0) out[offset + i * stride + value] = 1
    }
  },
  unknown: ({ values, numbers }, { categories }) => categories.filter(text => dictionaryIndex(values, numbers)(text) < 0),
})
