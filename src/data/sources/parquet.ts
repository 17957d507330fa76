import type { SourceDefinition } from '../source'
import { tableOptions } from './csv'
import { typedTable } from './typedTable'

export const parquet: SourceDefinition = {
  kind: 'parquet',
  doc: 'A table in a Parquet file. Read by DuckDB.',
  example: "parquet('trips.parquet', { missingFeatures: 'drop' })",
  options: tableOptions,
  form: 'table',
  sharesRows: true,

  async table(file) {
    const head = await file.bytes(4)
    if (file.decode(head) !== 'PAR1') throw file.fail(" is no Parquet file: it does not begin with 'PAR1'")
    return typedTable(file, `read_parquet(${file.quote(file.path)})`, error =>
      file.fail(` can't be read as Parquet: ${error.message.split('\n')[0]!.replaceAll(file.path, file.name)}`),
    )
  },
}
