import type { Json } from '../base/json'
import type { DataSource, ModelGraph } from '../ir/graph'
import { taskOf } from '../tasks/table'
import { DataError } from './dataset'
import type { Duck } from './duckdb'
import { extractedInputs, type Extracted } from './extracted'
import {
  columnsToRead,
  fitColumn,
  markGaps,
  plansOf,
  readColumn,
  readNumbers,
  takesNumbers,
  wayOf,
  widthOf,
  withoutOutliers,
  writeFeatures,
  type ColumnEncoding,
  type FeatureEncoding,
  type RawColumn,
} from './features'
import type { RawLabel } from './labels'
import { unknownName } from './modelSource'
import { mostValues, sortedValues } from './profile'
import type { FittedInput, RawData } from './rawData'
import type { Scratch } from './scratch'
import type { TextTable } from './source'
import { FileTable, isNumber } from './table'
import { dictionaryIndex } from './transforms/categories'
import { counted, listed } from './transforms/wording'

/**
 * Reads the columns that a model uses, in one pass over the file; after that, one column at a time is in memory.
 * @param extracted inputs that are made of files or texts which the table names
 * @throws DataError
 */
export async function openTable(
  graph: ModelGraph,
  source: DataSource,
  duck: Duck,
  text: TextTable,
  scratch: Scratch,
  extracted: Extracted | null,
): Promise<RawData> {
  const table = new FileTable(duck, text, source.path, source.options, scratch)
  const nodes = graph.nodes.filter(node => node.kind === 'features').map(node => ({ name: node.name, plans: plansOf(node) }))
  const plans = nodes.flatMap(({ plans }) => plans)
  const { stratify } = source.split
  const isNumeric = (task: ModelGraph['tasks'][number]) => taskOf(task.kind)?.target === 'number'
  const features = columnsToRead(plans)
  const labelColumns = (numeric: boolean) => graph.tasks.filter(task => isNumeric(task) === numeric).map(task => task.label!.column)
  const numbers = [...features.numbers, ...labelColumns(true)]
  const texts = [...features.texts, ...labelColumns(false), ...(stratify === null ? [] : [stratify])]
  const used = [...new Set([...numbers, ...texts])]
  for (const column of used) if (!table.columns.includes(column)) throw unknownName('column', column, table.columns, source)
  await text.check?.(used)
  await table.read(numbers, texts)
  const inputs = await extractedInputs(graph, source, extracted, table, scratch)

  const labels: RawLabel[] = []
  for (const task of graph.tasks) {
    const column = task.label!.column
    if (isNumeric(task)) labels.push({ task, column, classes: null, values: await readNumbers(table, column) })
    else labels.push({ task, column, ...(await readClasses(table, column)) })
  }
  const missingFeatures = source.options.missingFeatures
  const known = new Map<string, RawColumn['known']>()
  const missing = new Map<string, number>()
  for (const plan of plans) {
    await readColumn(table, plan)
    if (takesNumbers(plan)) missing.set(plan.column, (await table.numbers(plan.column)).missing)
    else {
      const column = await table.texts(plan.column)
      missing.set(plan.column, column.missing)
      known.set(plan.column, knownValues(column.dictionary))
    }
  }
  const gappy = plans.filter(({ column }) => missing.get(column)! > 0)
  const undecided = [...new Set(gappy.filter(plan => wayOf(plan, missingFeatures) === null).map(({ column }) => column))]
  if (undecided.length > 0) {
    throw new DataError(
      'mtl/missing-features',
      `${source.path}: feature '${undecided[0]}' has ${counted(missing.get(undecided[0]!)!, 'row')} without a value${undecided.length > 1 ? ` (and so have ${listed(undecided.slice(1))})` : ''}: say missingFeatures: 'drop' or 'mean'`,
      { file: source.path, column: undecided[0] },
    )
  }
  const dropping = gappy.filter(plan => wayOf(plan, missingFeatures) === 'drop')
  const gaps = new Uint8Array(table.rows)
  for (const plan of dropping) markGaps(await readColumn(table, plan), gaps)
  const dropped = gaps.reduce((n, gap) => n + gap, 0)
  const gapNote = `${counted(dropped, 'row')} of ${table.rows.toLocaleString('en')} with a gap in ${listed([...new Set(dropping.map(({ column }) => column))])} ${dropped === 1 ? 'is' : 'are'} left out (${missingFeatures === 'drop' ? 'missingFeatures' : 'missing'}: 'drop').`

  return {
    rows: table.rows,
    labels,
    strata:
      stratify === null ? null : Int32Array.from((await readClasses(table, stratify)).values, code => (Number.isNaN(code) ? -1 : code)),
    left: dropped > 0 ? [{ rows: gaps, note: gapNote }] : [],
    withoutOutliers: (train, notes) => withoutOutliers(table, plans, train, notes),
    async fit(train, notes) {
      const fitted: FittedInput[] = []
      for (const { name, plans } of nodes) {
        const columns: ColumnEncoding[] = []
        for (const plan of plans) {
          const column = { plan, known: known.get(plan.column) ?? null }
          columns.push(fitColumn(column, await readColumn(table, plan), train, { missingFeatures, seed: source.split.seed }, notes))
        }
        const encoding: FeatureEncoding = {
          kind: 'columns',
          columns,
          missing: (source.options.missing as readonly string[] | undefined) ?? [],
        }
        fitted.push({
          name,
          state: encoding as unknown as Json,
          size: widthOf(encoding),
          element: 4,
          write: (order, writer) => writeFeatures(table, encoding, order, writer),
        })
      }
      return [...fitted, ...(await inputs.fit(train, notes))]
    },
  }
}

/** What a transformation of names may know of all values, before it is fitted: as the column's profile has them. */
function knownValues(dictionary: readonly string[]): RawColumn['known'] {
  const isNonFinite = (text: string) => /^([+-]?inf(inity)?|nan)$/i.test(text)
  const numbers = dictionary.some(isNumber) && dictionary.every(text => isNumber(text) || isNonFinite(text))
  const values = sortedValues(dictionary, numbers)
  return values.length <= mostValues ? { values, numbers } : null
}

async function readClasses(table: FileTable, column: string): Promise<{ classes: readonly string[]; values: Float64Array }> {
  const { codes, dictionary } = await table.texts(column)
  const known = knownValues(dictionary)
  if (known === null)
    throw new DataError(
      'mtl/too-many-classes',
      `${table.name}, column '${column}': ${dictionary.length.toLocaleString('en')} different values are too many for classes or categories (at most ${mostValues.toLocaleString('en')})`,
      { file: table.name, column },
    )
  const translated = dictionary.map(dictionaryIndex(known.values, known.numbers))
  return { classes: known.values, values: Float64Array.from(codes, code => (code < 0 ? NaN : translated[code]!)) }
}
