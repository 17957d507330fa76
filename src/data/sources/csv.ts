import { oneOf, text, textList } from '../../base/options'
import type { SourceDefinition } from '../source'

/** Options that every table has. */
export const tableOptions = {
  missing: textList('Texts that count as no value, beside an empty field.', { default: [''] }),
  missingFeatures: oneOf(
    ['drop', 'mean'],
    "What happens to rows with a gap in a feature: 'drop' leaves the row out, 'mean' fills in the training split’s mean (for categories: the most frequent).",
  ),
}

export const csv: SourceDefinition = {
  kind: 'csv',
  doc: 'A table in a CSV file with a header line, next to the model file. Read by DuckDB.',
  example: "csv('penguins.csv', { missing: ['', 'NA'], missingFeatures: 'drop' })",
  options: { ...tableOptions, delimiter: text('Text between two fields; found by itself when not given.') },
  form: 'table',
  relation(file, options, quote) {
    const settings = ['header = true', 'all_varchar = true', "null_padding = false", 'strict_mode = true']
    if (options.delimiter !== undefined) settings.push(`delim = ${quote(options.delimiter as string)}`)
    return `read_csv(${quote(file)}, ${settings.join(', ')})`
  },
}
