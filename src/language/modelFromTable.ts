import type { TableKind } from '../base/tableFiles'
import type { ColumnProfile, DataProfile, ProfileError, TableProfile } from '../ir/profile'
import type { ProfileWanted } from './evaluation'
import { literal, propertyName } from './literal'

/** A table as a model would read it. */
export interface ReadTable {
  readonly kind: TableKind
  /** As the model file names it. */
  readonly path: string
  /** Texts that count as no value, beside an empty field. */
  readonly missing: readonly string[]
  readonly profile: TableProfile
}

/** What a column would be as the label of a task. */
export interface LabelChoice {
  readonly column: string
  readonly task: 'classification' | 'binary' | 'regression'
  /** For people: its classes, or its range. */
  readonly values: string
}

/** What says in any column that there is no value; in lower case. */
const noValue = ['.', '?', 'na', 'n/a', '#n/a', 'nan', 'null']
/** What says so among numbers; elsewhere it may be a category like others. */
const noNumber = [...noValue, '-', '--', 'none', 'nil', 'missing', 'unknown']

/** Whole numbers with at most so many values are classes. */
const mostNumberClasses = 10
/** A text with more values than this is no category to be told by a first model. */
const mostCategories = 50
const mostClasses = 100

/**
 * Reads what a table holds; where a few usual words for "no value" make a column of numbers one of texts, it is read as numbers.
 * @param read profiles a data file
 */
export async function readTable(
  kind: TableKind,
  path: string,
  read: (wanted: ProfileWanted) => Promise<DataProfile | ProfileError>,
): Promise<ReadTable | ProfileError> {
  const missing = new Set<string>()
  for (;;) {
    const profile = await read({ kind, path, options: missing.size > 0 ? { missing: ['', ...missing] } : {} })
    if (profile.kind === 'error') return profile
    if (profile.kind !== 'table') return { kind: 'error', code: 'mtl/data-unreadable', message: `${path} is no table` }
    const found = profile.columns.flatMap(markersOf).filter(marker => !missing.has(marker))
    if (found.length === 0) return { kind, path, missing: [...missing], profile }
    for (const marker of found) missing.add(marker)
  }
}

/** The texts of a column that say that there is no value. */
function markersOf({ type, values, stray }: ColumnProfile): string[] {
  if (type !== 'text') return []
  const known = stray ? noNumber : noValue
  return (values ?? (stray ? [stray.value] : [])).filter(value => known.includes(value.trim().toLowerCase()))
}

/** Columns that can be predicted, in their order. */
export function labelChoices({ profile }: ReadTable): LabelChoice[] {
  return profile.columns.flatMap(column => labelChoice(column, profile.rows) ?? [])
}

function labelChoice({ name, type, distinct, values, min, max, stray }: ColumnProfile, rows: number): LabelChoice | null {
  if (distinct < 2 || type === 'date' || stray) return null
  const named = (values ?? []).map(value => (value.length > 24 ? `${value.slice(0, 23)}…` : value))
  if (named.length === 2) return { column: name, task: 'binary', values: named.join(' or ') }
  const whole = values?.every(value => Number.isInteger(Number(value))) ?? false
  const classes =
    type === 'text' ? distinct <= mostClasses && distinct * 2 <= rows : type === 'number' && whole && distinct <= mostNumberClasses
  if (classes && values)
    return {
      column: name,
      task: 'classification',
      values: `${distinct} classes: ${named.length > 6 ? [...named.slice(0, 5), '…'].join(', ') : named.join(', ')}`,
    }
  return type === 'number' ? { column: name, task: 'regression', values: `from ${short(min!)} to ${short(max!)}` } : null
}

const short = (value: number) => Number(value.toPrecision(4))

/** What becomes of a column that is no label. */
function featureGroup(
  { name, type, distinct, values, min, max, stray }: ColumnProfile,
  rows: number,
): 'numeric' | 'categorical' | { readonly out: string } {
  if (distinct < 2) return { out: distinct === 0 ? 'no values' : 'one value only' }
  if (type === 'date') return { out: 'dates; see date(…)' }
  if (type === 'number') {
    const numbered =
      distinct === rows && Number.isInteger(min) && Number.isInteger(max) && /(^|[^a-z])(id|index|key|no|nr|number)$/i.test(name)
    return numbered ? { out: 'numbers the rows' } : 'numeric'
  }
  if (stray) return { out: `numbers, but ${literal(stray.value.slice(0, 40))} in ${stray.place}` }
  if (values && distinct <= mostCategories && distinct * 2 <= rows) return 'categorical'
  return { out: `${distinct.toLocaleString('en')} different texts` }
}

/**
 * A first model of a table, ready to be trained: a trunk over all columns that are no labels, and a head for each label. What it leaves
 * out, and why, stands in a comment.
 * @param labels names of columns, each one of `labelChoices`
 * @returns the text, or why there is none
 */
export function modelFromTable(table: ReadTable, labels: readonly string[]): string | { readonly refusal: string } {
  const { kind, path, missing, profile } = table
  const { rows } = profile
  const rest = profile.columns.filter(({ name }) => !labels.includes(name))
  const groups = rest.map(column => ({ column, group: featureGroup(column, rows) }))
  const named = (wanted: 'numeric' | 'categorical') => groups.flatMap(({ column, group }) => (group === wanted ? column.name : []))
  const [numeric, categorical] = [named('numeric'), named('categorical')]
  const left = groups.flatMap(({ column, group }) => (typeof group === 'string' ? [] : `${column.name} (${group.out})`))
  if (numeric.length + categorical.length === 0)
    return { refusal: `${path} has no column left to predict from${left.length > 0 ? `: ${left.join(', ')}` : ''}` }
  const gaps = groups.some(({ column, group }) => typeof group === 'string' && column.missing > 0)
  const tasks = labels.map(label =>
    labelChoice(
      profile.columns.find(({ name }) => name === label)!,
      rows,
    )!,
  )
  const words = [
    ...new Set([...tasks.map(({ task }) => task), 'adam', kind, 'dense', 'model', ...(tasks.length > 1 ? ['equal'] : [])]),
  ].sort()
  const batchSize = rows < 20_000 ? 32 : rows < 500_000 ? 256 : 1024

  return `import { ${words.join(', ')} } from 'mtl'

const data = ${kind}(${literal(path)}, {
${missing.length > 0 ? `  missing: ${literal(['', ...missing])},\n` : ''}${gaps ? "  missingFeatures: 'median', // what gaps in the features are filled with\n" : ''}  split: { train: 0.7, validation: 0.15, test: 0.15, seed: 1${strata(profile, tasks)} },
})

${left.length > 0 ? commented(`Left out: ${left.join(', ')}.`) : ''}const features = data.features({
${column('numeric', numeric)}${column('categorical', categorical)}})

// What all tasks share.
const trunk = features.pipe(dense(64, { activation: 'relu' }), dense(32, { activation: 'relu' }))

// What one task uses alone is its head.
export default model({
  tasks: {
${tasks.map(({ column, task }) => `    ${propertyName(column)}: ${task}(data.label(${literal(column)}), trunk.pipe(dense(16, { activation: 'relu' }))),\n`).join('')}  },
  training: {
    optimizer: adam({ learningRate: 1e-3 }),
${tasks.length > 1 ? '    weighting: equal(),\n' : ''}    epochs: 100,
    earlyStopping: { patience: 10 },
    batchSize: ${batchSize},
    seed: 1,
  },
})
`
}

/** The first label that has classes keeps their shares in every part, where each row has one. */
function strata({ columns }: TableProfile, tasks: readonly LabelChoice[]): string {
  const one = tasks.find(({ column, task }) => task !== 'regression' && columns.find(({ name }) => name === column)!.missing === 0)
  return one ? `, stratify: ${literal(one.column)}` : ''
}

const lineWidth = 120

function column(option: string, names: readonly string[]): string {
  if (names.length === 0) return ''
  const oneLine = `  ${option}: ${literal(names)},\n`
  return oneLine.length <= lineWidth
    ? oneLine
    : `  ${option}: [\n${wrapped(
        names.map(name => `${literal(name)},`),
        '    ',
      )}  ],\n`
}

const commented = (text: string): string => wrapped(text.replace(/\s+/g, ' ').split(' '), '// ')

function wrapped(words: readonly string[], indent: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    if (line !== '' && indent.length + line.length + word.length >= lineWidth) {
      lines.push(line)
      line = ''
    }
    line += line === '' ? word : ` ${word}`
  }
  return [...lines, line].map(text => `${indent}${text}\n`).join('')
}
