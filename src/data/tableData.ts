import type { Json } from '../base/json'
import type { DataSource, ModelGraph } from '../ir/graph'
import { taskOf } from '../tasks/table'
import { DataError } from './dataset'
import type { Duck } from './duckdb'
import {
  counted,
  fitFeatures,
  listed,
  markGaps,
  readNumbers,
  valueIndex,
  widthOf,
  writeFeatures,
  type Categories,
  type FeatureEncoding,
} from './features'
import type { RawLabel } from './labels'
import { sourceOfNode, unknownName } from './modelSource'
import { mostValues, sortedValues } from './profile'
import type { FittedInput, RawData } from './rawData'
import type { Scratch } from './scratch'
import type { TextTable } from './source'
import { FileTable, isNumber } from './table'

/** Reads the columns that a model uses, in one pass over the file; after that, one column at a time is in memory. @throws DataError */
export async function openTable(graph: ModelGraph, source: DataSource, duck: Duck, text: TextTable, scratch: Scratch): Promise<RawData> {
  const table = new FileTable(duck, text, source.path, source.options, scratch)
  const nodes = graph.nodes
    .filter(node => node.kind === 'features')
    .map(node => ({ name: node.name, numeric: names(node.options.numeric), categorical: names(node.options.categorical) }))
  const arrayInput = graph.nodes.find(node => node.kind === 'input' && sourceOfNode(node) !== null)
  if (arrayInput)
    throw new DataError(
      'mtl/data-source',
      `input '${arrayInput.name}' needs arrays (npz) but ${source.path} is a table: use .features({ … })`,
    )
  const { stratify } = source.split
  const isNumeric = (task: ModelGraph['tasks'][number]) => taskOf(task.kind)?.target === 'number'
  const columns = {
    numbers: [...nodes.flatMap(n => n.numeric), ...graph.tasks.filter(isNumeric).map(task => task.label!.column)],
    texts: [
      ...nodes.flatMap(n => n.categorical),
      ...graph.tasks.filter(task => !isNumeric(task)).map(task => task.label!.column),
      ...(stratify === null ? [] : [stratify]),
    ],
  }
  const used = [...new Set([...columns.numbers, ...columns.texts])]
  for (const column of used) if (!table.columns.includes(column)) throw unknownName('column', column, table.columns, source)
  await text.check?.(used)
  await table.read(columns.numbers, columns.texts)

  const labels: RawLabel[] = []
  for (const task of graph.tasks) {
    const column = task.label!.column
    if (isNumeric(task)) labels.push({ task, column, classes: null, values: (await readNumbers(table, column)).values })
    else labels.push({ task, column, ...(await readClasses(table, column)) })
  }
  const gappy: { column: string; missing: number }[] = []
  for (const column of new Set(nodes.flatMap(n => n.numeric))) gappy.push({ column, missing: (await readNumbers(table, column)).missing })
  const categories = new Map<string, Categories>()
  for (const column of new Set(nodes.flatMap(n => n.categorical))) {
    const { missing, dictionary } = await table.texts(column)
    categories.set(column, categoriesOf(column, dictionary, table))
    gappy.push({ column, missing })
  }
  const { handling, gaps } = await handleGaps(
    source,
    table,
    nodes,
    gappy.filter(({ missing }) => missing > 0),
  )

  return {
    rows: table.rows,
    labels,
    strata:
      stratify === null ? null : Int32Array.from((await readClasses(table, stratify)).values, code => (Number.isNaN(code) ? -1 : code)),
    gaps,
    async fit(train, notes) {
      const fitted: FittedInput[] = []
      for (const { name, numeric, categorical } of nodes) {
        const known = categorical.map(column => ({ column, ...categories.get(column)! }))
        const encoding: FeatureEncoding = await fitFeatures(table, numeric, known, train, handling, notes)
        fitted.push({
          name,
          state: encoding as unknown as Json,
          size: widthOf(encoding),
          element: 4,
          write: (order, writer) => writeFeatures(table, encoding, order, writer),
        })
      }
      return fitted
    },
  }
}

/** What the source says of rows with a gap in a feature. @throws DataError where there are such rows and it says nothing */
async function handleGaps(
  source: DataSource,
  table: FileTable,
  nodes: readonly { numeric: readonly string[]; categorical: readonly string[] }[],
  gappy: readonly { column: string; missing: number }[],
) {
  const handling = {
    missing: names(source.options.missing),
    missingFeatures: (source.options.missingFeatures as 'drop' | 'mean' | undefined) ?? null,
  }
  const [first, ...others] = gappy
  if (first && handling.missingFeatures === null) {
    const more = others.map(({ column }) => column)
    throw new DataError(
      'mtl/missing-features',
      `${source.path}: feature '${first.column}' has ${counted(first.missing, 'row')} without a value${more.length > 0 ? ` (and so have ${listed(more)})` : ''}: say missingFeatures: 'drop' or 'mean'`,
      { file: source.path, column: first.column },
    )
  }
  const rows = new Uint8Array(table.rows)
  const within = new Set(gappy.map(({ column }) => column))
  const some = (columns: readonly string[]) => columns.filter(column => within.has(column))
  if (handling.missingFeatures === 'drop') {
    for (const { numeric, categorical } of nodes) await markGaps(table, { numeric: some(numeric), categorical: some(categorical) }, rows)
  }
  const dropped = rows.reduce((n, gap) => n + gap, 0)
  const note = `${counted(dropped, 'row')} of ${table.rows.toLocaleString('en')} with a gap in ${listed([...within])} ${dropped === 1 ? 'is' : 'are'} left out (missingFeatures: 'drop').`
  return { handling, gaps: { rows, note } }
}

async function readClasses(table: FileTable, column: string): Promise<{ classes: readonly string[]; values: Float64Array }> {
  const { codes, dictionary } = await table.texts(column)
  const { values: classes, numbers } = categoriesOf(column, dictionary, table)
  const translated = dictionary.map(valueIndex(classes, numbers))
  return { classes, values: Float64Array.from(codes, code => (code < 0 ? NaN : translated[code]!)) }
}

/** The values of a column as its profile has them. @throws DataError where there are too many */
function categoriesOf(column: string, dictionary: readonly string[], table: FileTable): Categories {
  const isNonFinite = (text: string) => /^([+-]?inf(inity)?|nan)$/i.test(text)
  const numbers = dictionary.some(isNumber) && dictionary.every(text => isNumber(text) || isNonFinite(text))
  const values = sortedValues(dictionary, numbers)
  if (values.length <= mostValues) return { values, numbers }
  throw new DataError(
    'mtl/too-many-classes',
    `${table.name}, column '${column}': ${values.length.toLocaleString('en')} different values are too many for classes or categories (at most ${mostValues.toLocaleString('en')})`,
    { file: table.name, column },
  )
}

const names = (value: Json | undefined): readonly string[] => (value as readonly string[] | undefined) ?? []
