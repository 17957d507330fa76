import type { Json } from '../base/json'
import type { DataSource, GraphNode, ModelGraph } from '../ir/graph'
import type { ColumnProfile } from '../ir/profile'
import { taskOf } from '../tasks/table'
import { DataError } from './dataset'
import type { Duck } from './duckdb'
import {
  encodeFeatures,
  fitColumn,
  hasGaps,
  markGaps,
  plansOf,
  readColumns,
  requireNumbers,
  takesNumbers,
  wayOf,
  widthOf,
  withoutOutliers,
  type ColumnPlan,
  type FeatureEncoding,
  type RawColumn,
} from './features'
import type { RawLabel } from './labels'
import { sourceOfNode, unknownName } from './modelSource'
import { mostValues, profileTable } from './profile'
import type { RawData } from './rawData'
import type { TextTable } from './source'
import { FileTable } from './table'
import { dictionaryIndex } from './transforms/categories'
import { counted, listed } from './transforms/wording'

/** Reads the columns that a model uses. @throws DataError */
export async function openTable(graph: ModelGraph, source: DataSource, duck: Duck, text: TextTable): Promise<RawData> {
  const table = new FileTable(duck, text, source.path, source.options)
  const nodes = graph.nodes.filter(node => node.kind === 'features').map(node => ({ node, plans: plansOf(node) }))
  const arrayInput = graph.nodes.find(node => node.kind === 'input' && sourceOfNode(node) !== null)
  if (arrayInput)
    throw new DataError(
      'mtl/data-source',
      `input '${arrayInput.name}' needs arrays (npz) but ${source.path} is a table: use .features({ … })`,
    )
  const { stratify } = source.split
  const used = [
    ...new Set([
      ...nodes.flatMap(({ plans }) => plans.map(({ column }) => column)),
      ...graph.tasks.map(task => task.label!.column),
      ...(stratify === null ? [] : [stratify]),
    ]),
  ]
  for (const column of used) if (!table.columns.includes(column)) throw unknownName('column', column, table.columns, source)
  await text.check?.(used)
  const profile = new Map((await profileTable(duck, text, source.options, used)).columns.map(column => [column.name, column]))

  const labels = await Promise.all(
    graph.tasks.map(async (task): Promise<RawLabel> => {
      const column = task.label!.column
      if (taskOf(task.kind)?.target !== 'number') return { task, column, ...(await readClasses(table, profile.get(column)!)) }
      const numbers = (await table.numbers([column])).get(column)!
      await requireNumbers(table, column, numbers.bad)
      return { task, column, classes: null, values: numbers.values }
    }),
  )
  const missingFeatures = source.options.missingFeatures
  const features: { node: GraphNode; columns: RawColumn[] }[] = []
  for (const { node, plans } of nodes) {
    const values = await readColumns(table, plans)
    features.push({
      node,
      columns: plans.map((plan, i) => ({ plan, values: values[i]!, known: knownValues(plan, profile.get(plan.column)!) })),
    })
  }
  const columns = features.flatMap(({ columns }) => columns)
  const gappy = columns.filter(({ values }) => hasGaps(values))
  const undecided = [...new Set(gappy.filter(({ plan }) => wayOf(plan, missingFeatures) === null).map(({ plan }) => plan.column))]
  if (undecided.length > 0) {
    const gaps = profile.get(undecided[0]!)!.missing
    throw new DataError(
      'mtl/missing-features',
      `${source.path}: feature '${undecided[0]}' has ${counted(gaps, 'row')} without a value${undecided.length > 1 ? ` (and so have ${listed(undecided.slice(1))})` : ''}: say missingFeatures: 'drop' or 'mean'`,
      { file: source.path, column: undecided[0] },
    )
  }
  const dropping = gappy.filter(({ plan }) => wayOf(plan, missingFeatures) === 'drop')
  const gaps = new Uint8Array(table.rows)
  for (const { values } of dropping) markGaps(values, gaps)
  const dropped = gaps.reduce((n, gap) => n + gap, 0)
  const gapNote = `${counted(dropped, 'row')} of ${table.rows.toLocaleString('en')} with a gap in ${listed([...new Set(dropping.map(({ plan }) => plan.column))])} ${dropped === 1 ? 'is' : 'are'} left out (${missingFeatures === 'drop' ? 'missingFeatures' : 'missing'}: 'drop').`

  return {
    rows: table.rows,
    labels,
    strata:
      stratify === null
        ? null
        : Int32Array.from((await readClasses(table, profile.get(stratify)!)).values, code => (Number.isNaN(code) ? -1 : code)),
    left: dropped > 0 ? [{ rows: gaps, note: gapNote }] : [],
    withoutOutliers: (train, notes) => withoutOutliers(columns, train, notes),
    encode(train, notes) {
      const inputs: Record<string, { values: Float32Array; size: number }> = {}
      const encodings: Record<string, Json> = {}
      for (const { node, columns } of features) {
        const encoding: FeatureEncoding = {
          kind: 'columns',
          columns: columns.map(column => fitColumn(column, train, { missingFeatures, seed: source.split.seed }, notes)),
          missing: names(source.options.missing),
        }
        const values = columns.map(({ values }) => values)
        inputs[node.name] = { values: encodeFeatures(values, encoding, table.rows), size: widthOf(encoding) }
        encodings[node.name] = encoding as unknown as Json
      }
      return { inputs, features: encodings }
    },
  }
}

/** What a transformation of names may know of all values, before it is fitted. */
function knownValues(plan: ColumnPlan, { values, type }: ColumnProfile): RawColumn['known'] {
  return takesNumbers(plan) || values === null ? null : { values, numbers: type === 'number' }
}

async function readClasses(table: FileTable, profile: ColumnProfile): Promise<{ classes: readonly string[]; values: Float64Array }> {
  const classes = valuesOf(profile, table)
  const { codes, dictionary } = (await table.texts([profile.name])).get(profile.name)!
  const index = dictionaryIndex(classes, profile.type === 'number')
  const translated = dictionary.map(index)
  return { classes, values: Float64Array.from(codes, code => (code < 0 ? NaN : translated[code]!)) }
}

function valuesOf(profile: ColumnProfile, table: FileTable): readonly string[] {
  if (profile.values !== null) return profile.values
  throw new DataError(
    'mtl/too-many-classes',
    `${table.name}, column '${profile.name}': ${profile.distinct.toLocaleString('en')} different values are too many for classes or categories (at most ${mostValues.toLocaleString('en')})`,
    { file: table.name, column: profile.name },
  )
}

const names = (value: Json | undefined): readonly string[] => (value as readonly string[] | undefined) ?? []
