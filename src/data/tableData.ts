import type { Json } from '../base/json'
import type { DataSource, GraphNode, ModelGraph } from '../ir/graph'
import type { ColumnProfile } from '../ir/profile'
import { taskOf } from '../tasks/table'
import { DataError } from './dataset'
import type { Duck } from './duckdb'
import {
  counted,
  encodeFeatures,
  fitFeatures,
  gapsOf,
  listed,
  readFeatures,
  requireNumbers,
  valueIndex,
  widthOf,
  type RawFeatures,
} from './features'
import type { RawLabel } from './labels'
import { sourceOfNode, unknownName } from './modelSource'
import { mostValues, profileTable } from './profile'
import type { RawData } from './rawData'
import type { TextTable } from './source'
import { FileTable } from './table'

/** Reads the columns that a model uses. @throws DataError */
export async function openTable(graph: ModelGraph, source: DataSource, duck: Duck, text: TextTable): Promise<RawData> {
  const table = new FileTable(duck, text, source.path, source.options)
  const nodes = graph.nodes
    .filter(node => node.kind === 'features')
    .map(node => ({ node, numeric: names(node.options.numeric), categorical: names(node.options.categorical) }))
  const arrayInput = graph.nodes.find(node => node.kind === 'input' && sourceOfNode(node) !== null)
  if (arrayInput)
    throw new DataError(
      'mtl/data-source',
      `input '${arrayInput.name}' needs arrays (npz) but ${source.path} is a table: use .features({ … })`,
    )
  const { stratify } = source.split
  const used = [
    ...new Set([
      ...nodes.flatMap(n => [...n.numeric, ...n.categorical]),
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
  const features: { node: GraphNode; categories: { column: string; values: readonly string[]; numbers: boolean }[]; raw: RawFeatures }[] =
    []
  for (const { node, numeric, categorical } of nodes) {
    const categories = categorical.map(column => ({
      column,
      values: valuesOf(profile.get(column)!, table),
      numbers: profile.get(column)!.type === 'number',
    }))
    features.push({ node, categories, raw: await readFeatures(table, numeric, categories) })
  }

  const handling = {
    missing: names(source.options.missing),
    missingFeatures: (source.options.missingFeatures as 'drop' | 'mean' | undefined) ?? null,
  }
  const gappy = [...new Set(nodes.flatMap(n => [...n.numeric, ...n.categorical]))].filter(column => profile.get(column)!.missing > 0)
  if (gappy.length > 0 && handling.missingFeatures === null) {
    const gaps = profile.get(gappy[0]!)!.missing
    throw new DataError(
      'mtl/missing-features',
      `${source.path}: feature '${gappy[0]}' has ${counted(gaps, 'row')} without a value${gappy.length > 1 ? ` (and so have ${listed(gappy.slice(1))})` : ''}: say missingFeatures: 'drop' or 'mean'`,
      { file: source.path, column: gappy[0] },
    )
  }
  const gaps = new Uint8Array(table.rows)
  if (handling.missingFeatures === 'drop')
    for (const { raw } of features) gapsOf(raw, table.rows).forEach((gap, row) => void (gaps[row]! |= gap))
  const dropped = gaps.reduce((n, gap) => n + gap, 0)

  return {
    rows: table.rows,
    labels,
    strata:
      stratify === null
        ? null
        : Int32Array.from((await readClasses(table, profile.get(stratify)!)).values, code => (Number.isNaN(code) ? -1 : code)),
    gaps: {
      rows: gaps,
      note: `${counted(dropped, 'row')} of ${table.rows.toLocaleString('en')} with a gap in ${listed(gappy)} ${dropped === 1 ? 'is' : 'are'} left out (missingFeatures: 'drop').`,
    },
    encode(train, notes) {
      const inputs: Record<string, { values: Float32Array; size: number }> = {}
      const encodings: Record<string, Json> = {}
      for (const { node, categories, raw } of features) {
        const encoding = fitFeatures(raw, categories, train, handling, notes)
        inputs[node.name] = { values: encodeFeatures(raw, encoding, table.rows), size: widthOf(encoding) }
        encodings[node.name] = encoding as unknown as Json
      }
      return { inputs, features: encodings }
    },
  }
}

async function readClasses(table: FileTable, profile: ColumnProfile): Promise<{ classes: readonly string[]; values: Float64Array }> {
  const classes = valuesOf(profile, table)
  const { codes, dictionary } = (await table.texts([profile.name])).get(profile.name)!
  const index = valueIndex(classes, profile.type === 'number')
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
