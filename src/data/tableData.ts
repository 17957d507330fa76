import type { Json } from '../base/json'
import type { DataSource, ModelGraph } from '../ir/graph'
import { taskOf } from '../tasks/table'
import { DataError } from './dataset'
import type { Duck } from './duckdb'
import { extractedInputs, type Extracted } from './extracted'
import {
  ColumnProblem,
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
  type ColumnPlan,
  type FeatureEncoding,
} from './features'
import type { RawLabel } from './labels'
import { unknownName } from './modelSource'
import { mostValues, sortedValues } from './profile'
import type { FittedInput, RawData } from './rawData'
import { repeatedRows } from './repeatedRows'
import type { Scratch } from './scratch'
import type { TextTable } from './source'
import { keyColumns, tableKeys } from './splitKeys'
import { FileTable, isNumber, type TextColumn } from './table'
import { dictionaryIndex } from '../transforms/categories'
import { transformOf } from '../transforms/table'
import type { FitContext } from '../transforms/transform'
import { counted, listed, short } from '../transforms/wording'

/**
 * Reads the columns that a model uses, in one pass over the file; after that, one column at a time is in memory.
 * @param extracted arrays beside the columns, which are made of files or texts that they name
 * @throws DataError
 */
export async function openTable(
  graph: ModelGraph,
  source: DataSource,
  duck: Duck,
  text: TextTable,
  scratch: Scratch,
  extracted: readonly Extracted[],
): Promise<RawData> {
  const table = new FileTable(duck, text, source.path, source.options, scratch)
  const nodes = graph.nodes.filter(node => node.kind === 'features').map(node => ({ name: node.name, plans: plansOf(node) }))
  const plans = nodes.flatMap(({ plans }) => plans)
  const isNumeric = (task: ModelGraph['tasks'][number]) => taskOf(task.kind)?.target === 'number'
  const columns = {
    numbers: [...plans.filter(takesNumbers).map(({ column }) => column), ...graph.tasks.filter(isNumeric).map(task => task.label!.column)],
    texts: [
      ...plans.filter(plan => !takesNumbers(plan)).map(({ column }) => column),
      ...graph.tasks.filter(task => !isNumeric(task)).map(task => task.label!.column),
      ...keyColumns(source.split),
    ],
  }
  const used = [...new Set([...columns.numbers, ...columns.texts])]
  for (const column of used) if (!table.columns.includes(column)) throw unknownName('column', column, table.columns, source)
  await text.check?.(used)
  await table.read(columns.numbers, columns.texts)
  const inputs = await extractedInputs(graph, source, extracted, table, scratch)

  const labels: RawLabel[] = []
  for (const task of graph.tasks) {
    const column = task.label!.column
    if (isNumeric(task)) labels.push({ task, column, classes: null, values: (await readNumbers(table, column)).values })
    else labels.push({ task, column, ...(await readClasses(table, column)) })
  }
  const { missingFeatures } = source.options
  const gaps = await gapsOf(source, table, plans)
  const repeated = source.options.duplicates === 'drop' ? await repeatedRows(duck, table, source.options) : null

  return {
    rows: table.rows,
    labels,
    keys: await tableKeys(table, source.split),
    left: [gaps, repeated].filter(left => left !== null),
    withoutOutliers: (train, notes) => withoutOutliers(table, plans, train, notes),
    async fit(train, notes) {
      const fitted: FittedInput[] = []
      for (const { name, plans } of nodes) {
        const columns: ColumnEncoding[] = []
        for (const plan of plans) {
          const known = await knownValues(table, plan)
          try {
            columns.push(fitColumn(plan, await readColumn(table, plan), known, train, missingFeatures, notes))
          } catch (error) {
            throw error instanceof ColumnProblem ? await placed(error, plan.column, table) : error
          }
        }
        const encoding: FeatureEncoding = { kind: 'columns', columns, missing: names(source.options.missing) }
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

async function placed({ message, row }: ColumnProblem, column: string, table: FileTable): Promise<DataError> {
  if (row === null) return new DataError('mtl/data-value', `${table.name}, ${message}`, { file: table.name, column })
  const { text, number } = await table.place(row)
  return new DataError('mtl/data-value', `${table.name}, ${text}, ${message}`, { file: table.name, row: number, column })
}

/** Rows that are left out for a gap in a feature. @throws DataError where there are gaps of which nobody says what happens to them */
async function gapsOf(source: DataSource, table: FileTable, plans: readonly ColumnPlan[]): Promise<RawData['left'][number] | null> {
  const { missingFeatures } = source.options
  const rows = new Uint8Array(table.rows)
  const undecided = new Map<string, number>()
  const dropping = new Set<string>()
  for (const plan of plans) {
    const { missing } = takesNumbers(plan) ? await readNumbers(table, plan.column) : await table.texts(plan.column)
    if (missing === 0) continue
    const way = wayOf(plan, missingFeatures)
    if (way === null) undecided.set(plan.column, missing)
    if (way !== 'drop') continue
    dropping.add(plan.column)
    markGaps(await readColumn(table, plan), rows)
  }
  const [first, ...others] = [...undecided.keys()]
  if (first !== undefined) {
    throw new DataError(
      'mtl/missing-features',
      `${source.path}: feature '${first}' has ${counted(undecided.get(first)!, 'row')} without a value${others.length > 0 ? ` (and so have ${listed(others)})` : ''}: say missingFeatures: 'drop' or 'mean'`,
      { file: source.path, column: first },
    )
  }
  const dropped = rows.reduce((n, gap) => n + gap, 0)
  if (dropped === 0) return null
  const option = missingFeatures === 'drop' ? 'missingFeatures' : 'missing'
  const note = `${counted(dropped, 'row')} of ${table.rows.toLocaleString('en')} with a gap in ${listed([...dropping])} ${dropped === 1 ? 'is' : 'are'} left out (${option}: 'drop').`
  return { rows, note }
}

/** What a transformation may know of all values of its column before it is fitted. */
async function knownValues(table: FileTable, plan: ColumnPlan): Promise<FitContext['known']> {
  if (!transformOf(plan.transform)!.needsValues) return null
  return categoriesOf(plan.column, ownDictionary(table, await table.texts(plan.column)), table)
}

/** The texts of the source's own file: those of other parts' files add no output and no class. */
function ownDictionary({ text }: FileTable, { codes, dictionary }: TextColumn): readonly string[] {
  if (text.ownRows === undefined) return dictionary
  const own = new Set(codes.subarray(0, text.ownRows))
  return dictionary.filter((_, code) => own.has(code))
}

/** @throws DataError where there are too many classes, or a part's file has one that the source's own file does not have */
async function readClasses(table: FileTable, column: string): Promise<{ classes: readonly string[]; values: Float64Array }> {
  const texts = await table.texts(column)
  const { values: classes, numbers } = categoriesOf(column, ownDictionary(table, texts), table)
  const translated = texts.dictionary.map(dictionaryIndex(classes, numbers))
  const unknown = translated.indexOf(-1)
  if (unknown >= 0) {
    const place = await table.place(texts.codes.indexOf(unknown))
    const message = `${place.text}, column '${column}': '${short(texts.dictionary[unknown]!)}' is no value of the label in ${table.name}, which has ${listed(classes)}`
    throw new DataError('mtl/unknown-class', message, { row: place.number, column })
  }
  return { classes, values: Float64Array.from(texts.codes, code => (code < 0 ? NaN : translated[code]!)) }
}

/** The values of a column as its profile has them. @throws DataError where there are too many */
export function categoriesOf(
  column: string,
  dictionary: readonly string[],
  table: FileTable,
): { values: readonly string[]; numbers: boolean } {
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
