import type { Json } from '../base/json'
import { folderOf, joinPath } from '../base/paths'
import { sameRows } from '../data/sources/sameRows'
import type { sources } from '../data/sources/table'
import type { SplitSettings } from '../ir/graph'
import { profileKey } from '../ir/profile'
import { arrayOf, columnOf, isLabelShape } from './columns'
import { features } from './features'
import { checkOptions } from './options'
import { addSource, allSources, report, sandboxInput, sourceAt, stackHere } from './recorder'
import { splitOptions } from './settings'
import { describeAs, isRecord, show } from './values'

type SourceDefinition = (typeof sources)[number]

/** A label column of a source, to be handed to a task. */
export class Label {
  readonly #source: number
  readonly #column: string
  readonly #stack: number
  readonly #known: boolean

  constructor(source: number, column: string, stack: number, known: boolean) {
    this.#source = source
    this.#column = column
    this.#stack = stack
    this.#known = known
    describeAs(this, 'a label')
  }

  static read(value: unknown): { source: number; column: string; stack: number; known: boolean } | undefined {
    if (typeof value !== 'object' || value === null || !(#source in value)) return undefined
    const label = value
    return { source: label.#source, column: label.#column, stack: label.#stack, known: label.#known }
  }
}

/** What `csv(…)` and its like return. */
export class Source {
  readonly #id: number
  readonly #definition: SourceDefinition

  constructor(id: number, definition: SourceDefinition) {
    this.#id = id
    this.#definition = definition
  }

  /** @param forms which kinds of source are meant */
  static idOf(value: unknown, ...forms: readonly SourceDefinition['form'][]): number | undefined {
    return typeof value === 'object' && value !== null && #id in value && forms.includes(value.#definition.form) ? value.#id : undefined
  }

  label(column: unknown): Label {
    const stack = stackHere()
    const place = { stack, argument: 0 }
    if (typeof column !== 'string' || column === '') {
      report({
        code: 'mtl/missing-argument',
        message: `label takes the name of ${this.#definition.table ? 'a column' : 'an array'}, not ${show(column)}`,
        place,
      })
      return new Label(this.#id, '', stack, false)
    }
    const found = this.#definition.table ? columnOf(this.#id, column, place) : arrayOf(this.#id, column, place)
    return new Label(this.#id, column, stack, found !== null)
  }
}

export class TableSource extends Source {
  readonly #id: number

  constructor(id: number, definition: SourceDefinition) {
    super(id, definition)
    this.#id = id
  }

  features(columns: unknown) {
    return features(this.#id, columns, stackHere())
  }
}

for (const { prototype } of [Label, Source, TableSource]) {
  delete (prototype as { constructor?: unknown }).constructor
  Object.freeze(prototype)
}

/** The function of the vocabulary that names a data file: `csv('penguins.csv', { … })`. */
export function sourceBuilder(definition: SourceDefinition) {
  const { kind, form } = definition
  return Object.freeze((named: unknown, given?: unknown): Source => {
    const stack = stackHere()
    const { split: splitGiven, ...rest } = isRecord(given) ? given : { split: undefined }
    const { options, wrong } = checkOptions(isRecord(given) ? rest : given, definition.options, {
      owner: kind,
      place: { stack, argument: 1 },
    })
    // A wrong answer to what happens to gaps has its own error; that none was given would be a second one for the same slip.
    if (wrong.has('missingFeatures')) options.missingFeatures = definition.options.missingFeatures!.choices![0]!
    const split = checkSplit(splitGiven, kind, stack)
    const path = definition.names === 'query' ? queryPath(named, options, kind, stack) : named
    const resolved = path === null ? null : resolvePath(kind, path, stack)
    const source = { kind, path: typeof path === 'string' ? path.slice(0, 1000) : '', resolved, options, split, stack }
    const same = resolved === null ? -1 : allSources().findIndex(earlier => sameRows(earlier, source))
    const id = addSource(same < 0 ? source : { ...source, sameRowsAs: same })
    reportProfileError(id)
    checkSplitColumns(id, split, definition)
    return describeAs(form === 'arrays' ? new Source(id, definition) : new TableSource(id, definition), 'a data source')
  })
}

/** A query stands in the model file itself; what is read lies where the model file lies. @returns null where it is no query */
function queryPath(query: unknown, options: Record<string, Json>, kind: string, stack: number): string | null {
  if (typeof query === 'string' && query.trim() !== '') {
    options.query = query
    return 'query'
  }
  report({ code: 'mtl/data-path', message: `${kind} takes a SELECT statement, not ${show(query)}`, place: { stack, argument: 0 } })
  return null
}

function resolvePath(kind: string, path: unknown, stack: number): string | null {
  const refuse = (why: string) => {
    report({ code: 'mtl/data-path', message: why, place: { stack, argument: 0 } })
    return null
  }
  if (typeof path !== 'string' || path.trim() === '')
    return refuse(`${kind} takes the path of a file next to the model file, not ${show(path)}`)
  if (/^[a-z][a-z0-9+.-]+:/i.test(path))
    return refuse('data are read from files in the workspace, not from an address: download the file first')
  if (path.includes('\\')) return refuse("folders are separated by '/' on every system")
  if (/^\/|^[a-z]:/i.test(path)) return refuse('the path is written relative to the model file, so that the folder can be moved')
  if (/[*?]/.test(path)) return refuse('one file is named here; patterns with * or ? are not read')
  const resolved = joinPath(folderOf(sandboxInput().file), path)
  return resolved.startsWith('../') ? refuse('the file lies outside the workspace') : resolved
}

function checkSplit(given: unknown, kind: string, stack: number): SplitSettings {
  const place = { stack, argument: 1, path: ['split'] }
  const { options, wrong } = checkOptions(given, splitOptions, { owner: `the split of ${kind}`, place })
  const { stratify, ...rest } = options as unknown as SplitSettings
  const { train, validation, test } = rest
  const sum = train + validation + test
  const ways = ['group', 'time', 'column', 'files'].filter(way => options[way] !== undefined)
  for (const way of ways.slice(1)) {
    const message = `${way} can't be combined with ${ways[0]}: either says which rows belong to which part`
    report({ code: 'mtl/split-ways', message, place: { ...place, path: ['split', way], key: true } })
  }
  if (options.time !== undefined && stratify !== undefined)
    report({
      code: 'mtl/split-ways',
      message: 'a split by time goes by the order of time alone: stratify has no meaning in it',
      place: { ...place, path: ['split', 'stratify'], key: true },
    })
  if (wrong.size === 0 && Math.abs(sum - 1) > 1e-6) {
    report({
      code: 'mtl/split-sum',
      message: `train, validation and test must add up to 1; ${train} + ${validation} + ${test} is ${Number(sum.toFixed(6))}`,
      place,
    })
  }
  return { ...rest, stratify: stratify ?? null }
}

function reportProfileError(source: number): void {
  const { kind, resolved, options, stack } = sourceAt(source)
  const profile = resolved === null ? undefined : sandboxInput().profiles[profileKey({ kind, path: resolved, options })]
  if (profile?.kind === 'error')
    report({
      code: (profile.code.startsWith('mtl/') ? profile.code : 'mtl/data-unreadable') as 'mtl/data-unreadable',
      message: profile.message,
      place: { stack, argument: 0 },
    })
}

/** Every column that the split goes by must be there, and arrays must have one value a row. */
function checkSplitColumns(source: number, { stratify, group, time, column }: SplitSettings, definition: SourceDefinition): void {
  const named: [path: (string | number)[], name: string | undefined][] = [
    ...(stratify === null
      ? []
      : typeof stratify === 'string'
        ? [[['stratify'], stratify] as [string[], string]]
        : stratify.map((name, i): [(string | number)[], string] => [['stratify', i], name])),
    [['group'], group],
    [['time'], time],
    [['column'], column],
  ]
  for (const [path, name] of named) if (name !== undefined) checkSplitColumn(source, name, definition, path)
}

function checkSplitColumn(source: number, column: string, { table }: SourceDefinition, path: readonly (string | number)[]): void {
  const place = { stack: sourceAt(source).stack, argument: 1, path: ['split', ...path] }
  if (table) return void columnOf(source, column, place)
  const array = arrayOf(source, column, place)
  if (array && !isLabelShape(array))
    report({
      code: 'mtl/label-shape',
      message: `${path[0]} needs one value a row, but the array '${column}' has [${array.shape.join(', ')}]`,
      place,
    })
}
