import type { GraphNode } from './graph'

/** The options of features under which a column can be named. */
const groups = ['numeric', 'categorical', 'columns'] as const

export interface FeaturePlace {
  readonly group: (typeof groups)[number]
  /** Among the columns of its group. */
  readonly index: number
}

/** Where features name a column; undefined where they don't. */
export function featurePlace({ options }: Pick<GraphNode, 'options'>, column: string): FeaturePlace | undefined {
  const names = (options: unknown) => ((options ?? []) as readonly (string | { readonly column: string })[]).map(nameOf)
  return groups.map(group => ({ group, index: names(options[group]).indexOf(column) })).find(({ index }) => index >= 0)
}

const nameOf = (item: string | { readonly column: string }): string => (typeof item === 'string' ? item : item.column)
