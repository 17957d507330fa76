import type { ColumnProfile } from '../ir/profile'
import type { Dimension } from '../ir/shape'
import { sourceOf } from '../data/sources/table'
import { checkOptions } from './options'
import { addNode, nextLayer, report, sourceAt } from './recorder'
import type { FixRequest, Place } from '../ir/recording'
import { columnOf } from './columns'
import { featuresOptions } from './settings'
import { readColumns } from './transformation'
import { Tensor } from './tensor'
import { isRecord, show } from './values'

/** @returns a tensor of rank 1; its size is unknown while a categorical column's profile is */
export function features(source: number, given: unknown, stack: number): Tensor {
  const place = { stack, argument: 0 }
  const { options, wrong } = checkOptions(given, featuresOptions, { owner: 'features', place })
  const numeric = (options.numeric ?? []) as readonly string[]
  const categorical = (options.categorical ?? []) as readonly string[]
  const own = readColumns(isRecord(given) ? given.columns : undefined, source, { ...place, path: ['columns'] })
  if (wrong.size === 0 && numeric.length + categorical.length + own.named === 0) {
    report({
      code: 'mtl/no-features',
      message: 'features needs at least one column: { numeric: […], categorical: […], columns: { … } }',
      place: given === undefined ? { stack } : place,
    })
  }
  reportDuplicates(
    numeric,
    categorical,
    own.columns.map(({ column }) => column),
    stack,
  )
  const numbers = numeric.map((name, i) => columnOf(source, name, { ...place, path: ['numeric', i] }))
  const names = categorical.map((name, i) => columnOf(source, name, { ...place, path: ['categorical', i] }))
  numbers.forEach((column, i) => column && checkNumeric(column, sourceAt(source).path, { ...place, path: ['numeric', i] }))
  reportGaps(source, [...numbers, ...names], own.undecided, stack)
  const size = names.reduce<Dimension>(
    (sum, column) => (sum === null || !column ? null : sum + column.distinct),
    own.size === null ? null : numeric.length + own.size,
  )
  return new Tensor(
    addNode({
      kind: 'features',
      layer: nextLayer(),
      inputs: [],
      options: {
        source,
        numeric,
        categorical,
        ...(options.scaling === undefined ? {} : { scaling: options.scaling }),
        ...(own.columns.length > 0 ? { columns: own.columns } : {}),
      },
      shape: [wrong.size > 0 ? null : size],
      stack,
    }),
  )
}

function reportDuplicates(numeric: readonly string[], categorical: readonly string[], columns: readonly string[], stack: number): void {
  const seen = new Set<string>()
  for (const [key, list] of [
    ['numeric', numeric],
    ['categorical', categorical],
    ['columns', columns],
  ] as const) {
    for (const [i, name] of list.entries()) {
      if (seen.has(name))
        report({
          code: 'mtl/duplicate-column',
          message: `the column '${name}' is named twice`,
          place: { stack, argument: 0, path: [key, key === 'columns' ? name : i], key: key === 'columns' },
        })
      seen.add(name)
    }
  }
}

function checkNumeric({ name, type, distinct, values, stray }: ColumnProfile, path: string, place: Place): void {
  if (type === 'number') return
  if (stray) {
    const message = `${path}, ${stray.place}, column '${name}': expected a number, found ${show(stray.value)}; if it means that there is no value, name it in the option missing`
    return report({ code: 'mtl/not-a-number', message, place })
  }
  const [first] = values ?? []
  const what = { text: first === undefined ? 'texts' : `texts such as ${show(first)}`, boolean: 'true and false', date: 'dates' }[type]
  const advice = type === 'date' ? '' : `; name it under categorical (${distinct} ${distinct === 1 ? 'value' : 'values'})`
  const message = distinct === 0 ? `the column '${name}' has no value at all` : `the column '${name}' holds ${what}, not numbers${advice}`
  report({ code: 'mtl/not-a-number', message, place })
}

/** Rows with a gap in a feature are never dropped or filled in silence. */
function reportGaps(
  source: number,
  columns: readonly (ColumnProfile | null | undefined)[],
  undecided: readonly ColumnProfile[],
  stack: number,
): void {
  const { kind, options, stack: made } = sourceAt(source)
  const choices = sourceOf(kind)?.options.missingFeatures?.choices
  if (!choices || options.missingFeatures !== undefined) return
  const gaps = [...(columns.filter(column => column && column.missing > 0) as ColumnProfile[]), ...undecided]
  if (gaps.length === 0) return
  const list = gaps.map(({ name, missing }) => `'${name}' (${missing})`).join(', ')
  const fixes: FixRequest[] = choices.map(value => ({
    kind: 'setOption',
    place: { stack: made, argument: 1 },
    option: 'missingFeatures',
    value,
  }))
  report({
    code: 'mtl/missing-features',
    message: `values are missing in ${list}: say what happens to those rows by missingFeatures: ${choices.map(c => `'${c}'`).join(' or ')} in ${kind}(…)`,
    place: { stack },
    related: [{ message: 'the data source', place: { stack: made } }],
    fixes,
  })
}
