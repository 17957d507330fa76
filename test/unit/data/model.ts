import type { Preprocessing } from '../../../src/data/dataset'
import type { FeatureEncoding } from '../../../src/data/features'
import type { Options } from '../../../src/base/options'
import type { DataSource, GraphTask, ModelGraph, SplitSettings } from '../../../src/ir/graph'

/** What matters of a model to its data; the rest of the graph is filled in. */
export interface DataModel {
  readonly source: { readonly kind: string; readonly path: string; readonly options?: Options; readonly split?: Partial<SplitSettings> }
  readonly features?: {
    readonly numeric?: readonly string[]
    readonly categorical?: readonly string[]
    readonly scaling?: string
    readonly columns?: readonly Options[]
  }
  readonly inputs?: Readonly<Record<string, readonly number[]>>
  readonly tasks: Readonly<Record<string, readonly [kind: string, column: string, options?: Options]>>
}

export const thirds: SplitSettings = { train: 0.7, validation: 0.15, test: 0.15, seed: 7, stratify: null }

export function modelOf({ source, features, inputs = {}, tasks }: DataModel): ModelGraph {
  const node = { layer: 0, inputs: [], parameters: [], span: null, use: null, via: [] }
  const own: DataSource = {
    id: 0,
    kind: source.kind,
    path: source.path,
    options: source.options ?? {},
    split: { ...thirds, ...source.split },
    span: null,
    pathSpan: null,
  }
  const nodes = [
    ...(features
      ? [
          {
            ...node,
            id: 0,
            kind: 'features',
            name: 'columns',
            options: { source: 0, ...(features as unknown as Options | undefined) },
            shape: null,
          },
        ]
      : []),
    ...Object.entries(inputs).map(([name, shape], i) => ({ ...node, id: i, kind: 'input', name, options: { source: 0 }, shape })),
  ]
  return {
    file: 'model.mtl.ts',
    nodes,
    sources: [own],
    tasks: Object.entries(tasks).map(([name, [kind, column, options = {}]]): GraphTask => ({
      name,
      kind,
      features: 0,
      output: 0,
      label: { source: 0, column, span: null },
      options,
      weight: 1,
      classes: null,
      span: null,
      keySpan: null,
    })),
    training: {
      optimizer: { kind: 'adam', options: {}, span: null },
      weighting: { kind: 'equal', options: {}, span: null },
      epochs: 1,
      batchSize: 32,
      seed: 1,
      earlyStopping: null,
      spans: {},
    },
    span: null,
  }
}

export const penguins: DataModel = {
  source: {
    kind: 'csv',
    path: 'penguins.csv',
    options: { missing: ['', 'NA', '.'], missingFeatures: 'drop' },
    split: { stratify: 'species' },
  },
  features: { numeric: ['bill_length_mm', 'bill_depth_mm', 'flipper_length_mm'], categorical: ['island'] },
  tasks: { species: ['classification', 'species'], sex: ['classification', 'sex'], mass: ['regression', 'body_mass_g'] },
}

/** What was fitted for the first columns of the features: those under `numeric`. */
export function scalesOf({ features }: Preprocessing): { readonly mean: number; readonly deviation: number }[] {
  const { columns } = features.columns as unknown as FeatureEncoding
  return columns
    .filter(({ transform }) => transform === 'scale')
    .map(({ state }) => state as { center: number; range: number })
    .map(({ center, range }) => ({ mean: center, deviation: range }))
}
