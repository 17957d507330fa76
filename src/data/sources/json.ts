import type { SourceDefinition } from '../source'
import { tableOptions } from './csv'

export const json: SourceDefinition = {
  kind: 'json',
  doc: 'A table in a JSON file: a list of objects, or one object per line. Read by DuckDB.',
  example: "json('penguins.json', { missingFeatures: 'mean' })",
  options: tableOptions,
  form: 'table',
  relation: (file, _options, quote) => `read_json(${quote(file)})`,
}
