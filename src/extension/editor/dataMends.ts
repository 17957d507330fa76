import type { DataReport, DataWarning } from '../../ir/dataReport'
import { featurePlace } from '../../ir/featureColumns'
import type { ModelGraph } from '../../ir/graph'
import type { GraphEdit } from '../../ir/graphEdit'

/** A change of the model that ends a warning of its data. */
export interface DataMend {
  readonly title: string
  readonly edit: GraphEdit
}

/** @returns undefined where nothing in the model file can be changed to end the warning */
export function dataMend(graph: ModelGraph, { sources }: DataReport, warning: DataWarning): DataMend | undefined {
  const { code, node: name, column, source: id } = warning
  switch (code) {
    case 'mtl/leakage':
    case 'mtl/constant-column': {
      const node = graph.nodes.find(node => node.name === name)
      if (!node || column === undefined || !featurePlace(node, column)) return undefined
      return { title: `Take '${column}' out of the features`, edit: { kind: 'removeFeature', node: node.id, column } }
    }
    case 'mtl/duplicates-across-splits': {
      // Rows are dropped that repeat another in every column of the table: where the model reads all of them, the warning ends.
      const source = graph.sources.find(source => source.id === id)
      const table = sources.find(({ source }) => source === id)
      const isTable = source !== undefined && ['csv', 'json', 'parquet', 'sql'].includes(source.kind)
      if (!isTable || source.options.duplicates === 'drop' || table?.further !== 0) return undefined
      if (table.columns.some(({ usedBy }) => usedBy.length === 0)) return undefined
      const edit = { kind: 'setSourceOption', source: id, option: 'duplicates', value: 'drop' } as const
      return { title: "Leave out rows that repeat another one (duplicates: 'drop')", edit }
    }
    default:
      return undefined
  }
}
