import type { ModelGraph } from '../../ir/graph'
import type { Preprocessing } from '../dataset'
import { columnWidth, type FeatureEncoding } from '../features'

/** Some neighbouring values of a row as the network sees it: a column of a features node, or a whole input. */
export interface Block {
  readonly node: string
  /** null for an input of arrays, images or tokens */
  readonly column: string | null
  /** Where it begins among the values of its node, and their number. */
  readonly offset: number
  readonly width: number
  /** The engine multiplies the input's values by it. */
  readonly scale: number
  /** Whole numbers that stand for words or the like: an embedding looks them up. */
  readonly tokens: boolean
}

/** What a model's rows are made of, node by node. @param sizes values per row of each input, as batches have them */
export function blocksOf(graph: ModelGraph, preprocessing: Preprocessing, sizes: Readonly<Record<string, number>>): Block[] {
  return Object.keys(sizes).flatMap((name): Block[] => {
    const node = graph.nodes.find(node => node.name === name)
    const encoding = preprocessing.features[name] as unknown as FeatureEncoding | { readonly kind: string }
    if (encoding.kind === 'columns') {
      let offset = 0
      return (encoding as FeatureEncoding).columns.map(column => {
        const width = columnWidth(column)
        offset += width
        return { node: name, column: column.column, offset: offset - width, width, scale: 1, tokens: false }
      })
    }
    const tokens = graph.nodes.some(({ kind, inputs }) => kind === 'embedding' && node !== undefined && inputs.includes(node.id))
    return [{ node: name, column: null, offset: 0, width: sizes[name]!, scale: (node?.options.scale as number | undefined) ?? 1, tokens }]
  })
}
