import type { DataSource, ModelGraph } from '../ir/graph'
import { openArrays } from './arraysData'
import { EncodedSplit } from './batches'
import { DataError, type Dataset, type LabelEncoding, type Split } from './dataset'
import { encodeInputs } from './encode'
import { extractedOf } from './extracted'
import { firstChange, type DataState } from './fingerprint'
import { encodeLabel, fitLabel } from './labels'
import { joinDatasets } from './joined'
import { dataSetPlans, type DataSetPlan } from './modelSource'
import type { RawData } from './rawData'
import { Scratch } from './scratch'
import { sharedFloats } from './shared'
import type { SourceDefinition } from './source'
import { accessSource } from './sourceAccess'
import { givenParts, joinArrays, joinTables } from './partFiles'
import { sourceOf } from './sources/table'
import { splitRows, type Parts } from './split'
import { openTable } from './tableData'
import { counted } from '../transforms/wording'

/**
 * Reads, checks, splits and preprocesses the data of a model. Where its tasks learn from several data sets, each has its own split,
 * statistics and notes.
 * @param place.folder absolute path of the folder of the model file: data paths are relative to it
 * @param place.root folder that data may not leave; the model's folder where not given
 * @param memory bytes that columns and encoded rows of a data set may each take; what is larger goes to files
 * @throws DataError
 */
export async function open(
  graph: ModelGraph,
  place: { readonly folder: string; readonly root?: string },
  memory = 2 ** 28,
): Promise<Dataset> {
  const opened: { readonly id: number; readonly path: string; readonly dataset: Dataset }[] = []
  try {
    for (const plan of dataSetPlans(graph)) {
      const dataset = await openOne(plan, { folder: place.folder, root: place.root ?? place.folder }, memory)
      opened.push({ id: plan.id, path: plan.sources[0].path, dataset })
    }
    return opened.length === 1 ? opened[0]!.dataset : joinDatasets(opened)
  } catch (error) {
    for (const { dataset } of opened) dataset.close()
    throw error
  }
}

async function openOne({ graph, sources }: DataSetPlan, place: { folder: string; root: string }, memory: number): Promise<Dataset> {
  const [source] = sources
  const definition = sourceOf(source.kind)
  if (!definition) throw new DataError('mtl/data-source', `there is no kind of data source named '${source.kind}'`, { source: source.id })
  const scratch = new Scratch(memory)
  try {
    const { raw, states } = await read(graph, sources, definition, place, scratch)
    const dataset = await assemble(raw, source, states, scratch)
    const change = await dataset.change()
    if (change !== null) throw new DataError('mtl/data-changed', `${change} while the data was read`, { source: source.id })
    return dataset
  } catch (error) {
    scratch.close()
    throw located(error, source)
  }
}

async function read(
  graph: ModelGraph,
  [source, ...shared]: readonly [DataSource, ...DataSource[]],
  definition: SourceDefinition,
  place: { readonly folder: string; readonly root: string },
  scratch: Scratch,
): Promise<{ raw: RawData; states: readonly DataState[] }> {
  const access = await accessSource(definition, source, place, scratch)
  const { file, duck, states } = access
  try {
    const { parts } = access
    if (!definition.table) {
      const first = await definition.arrays!(file)
      const others = []
      for (const { part, file } of parts) others.push({ part, file, arrays: await definition.arrays!(file) })
      const raw = openArrays(graph, source, joinArrays(first, others))
      const given = givenParts(
        raw.rows,
        others.map(({ part, arrays }) => ({ part, rows: arrays[0]!.shape[0]! })),
      )
      return { raw: withGiven(raw, given), states }
    }
    const first = await definition.table(file)
    const others = []
    for (const { part, file } of parts) others.push({ part, file, table: await definition.table(file) })
    const text = joinTables(first, others)
    const extracted = [source, ...shared].map(source => extractedOf(source, access, text)).filter(found => found !== null)
    const raw = await openTable(graph, source, duck, text, scratch, extracted)
    return {
      raw: withGiven(
        raw,
        givenParts(
          raw.rows,
          others.map(({ part, table }) => ({ part, rows: table.rows })),
        ),
      ),
      states,
    }
  } finally {
    access.close()
  }
}

const withGiven = (raw: RawData, given: Int8Array | null): RawData => (given === null ? raw : { ...raw, keys: { ...raw.keys, given } })

async function assemble(raw: RawData, source: DataSource, states: readonly DataState[], scratch: Scratch): Promise<Dataset> {
  const notes: string[] = []
  const { train: usable, validation, test } = usableParts(raw, source, notes)
  const train = await raw.withoutOutliers(usable, notes)
  const all = new Int32Array(train.length + validation.length + test.length)
  all.set(train)
  all.set(validation, train.length)
  all.set(test, train.length + validation.length)
  const encodings: Record<string, LabelEncoding> = {}
  const targets: Record<string, Float32Array> = {}
  for (const label of raw.labels) {
    const encoding = fitLabel(label, train, all, source.path, notes)
    encodings[label.task.name] = encoding
    const encoded = encodeLabel(label, encoding)
    const target = (targets[label.task.name] = sharedFloats(all.length))
    all.forEach((row, position) => void (target[position] = encoded[row]!))
  }
  const fitted = await raw.fit(train, notes)
  const encoded = { ...(await encodeInputs(fitted, all, scratch)), targets }
  const features = Object.fromEntries(fitted.map(({ name, state }) => [name, state]))
  return {
    train: new EncodedSplit(encoded, 0, train.length, weightsOf(encodings), resamplingOf(raw, train), train),
    validation: new EncodedSplit(encoded, train.length, validation.length, {}, undefined, validation),
    test: new EncodedSplit(encoded, train.length + validation.length, test.length, {}, undefined, test),
    notes,
    preprocessing: { version: 1, features, labels: encodings },
    fingerprints: states.map(({ fingerprint }) => fingerprint),
    change: () => firstChange(states),
    close: () => scratch.close(),
  }
}

const weightsOf = (encodings: Readonly<Record<string, LabelEncoding>>) =>
  Object.fromEntries(
    Object.entries(encodings).flatMap(([task, encoding]) => ('weights' in encoding && encoding.weights ? [[task, encoding.weights]] : [])),
  )

/** @throws DataError where two tasks want the rows in numbers of their own */
function resamplingOf(raw: RawData, train: Int32Array): Split['resampling'] {
  const [label, other] = raw.labels.filter(({ task }) => task.options.resample !== undefined)
  if (!label) return undefined
  if (other)
    throw new DataError(
      'mtl/data-source',
      `the tasks '${label.task.name}' and '${other.task.name}' both say resample: a row is the same for all tasks, so one task can`,
    )
  return {
    classes: Int32Array.from(train, row => (Number.isNaN(label.values[row]!) ? -1 : label.values[row]!)),
    way: label.task.options.resample as 'over' | 'under',
  }
}

/**
 * Rows are dropped after the split: a row is then in the same part whichever features a model uses, and models that differ
 * in their features can be compared on the same test rows.
 */
function usableParts(raw: RawData, source: DataSource, notes: string[]): Parts {
  const { rows, labels } = raw
  const parts = splitRows(rows, source.split, raw.keys)
  const held = source.split.fold ? (raw.keys.given?.reduce((n, part) => n + (part === 2 ? 1 : 0), 0) ?? 0) : 0
  if (held > 0)
    notes.push(`${counted(held, 'row')} that the data puts into the test part ${held === 1 ? 'is' : 'are'} held out of every fold.`)
  const unlabelled = new Uint8Array(rows).fill(1)
  for (const { values } of labels) for (let row = 0; row < rows; row++) if (!Number.isNaN(values[row]!)) unlabelled[row] = 0
  const sum = (flags: Uint8Array) => flags.reduce((n, flag) => n + flag, 0)
  const left = new Uint8Array(rows)
  for (const { rows: marked, note } of raw.left) {
    notes.push(note)
    marked.forEach((mark, row) => void (left[row]! |= mark))
  }
  const onlyUnlabelled = unlabelled.map((flag, row) => flag & (left[row] ? 0 : 1))
  if (sum(onlyUnlabelled) > 0)
    notes.push(`${counted(sum(onlyUnlabelled), 'row')} without any label ${sum(onlyUnlabelled) === 1 ? 'is' : 'are'} left out.`)
  const usable = (part: Int32Array) => part.filter(row => !left[row] && !unlabelled[row])
  const used = { train: usable(parts.train), validation: usable(parts.validation), test: usable(parts.test) }
  if (unlabelled.every(flag => flag === 1)) {
    const columns = labels.map(({ column, task }) => `'${column}' (task '${task.name}')`)
    const message = `${source.path}: no row has a label in ${columns.join(' or ')}`
    throw new DataError('mtl/no-labels', message, { file: source.path, column: labels[0]!.column, source: source.id })
  }
  for (const name of ['train', 'validation', 'test'] as const) {
    if (used[name].length > 0 || (name === 'test' && source.split.test === 0)) continue
    const dropped = parts[name].length > 0 ? ` (${counted(parts[name].length, 'row')} fell to it, but none can be used)` : ''
    const { fold, group, ...shares } = source.split
    const groups = raw.keys.group ? ` in ${counted(new Set(raw.keys.group.filter(code => code >= 0)).size, 'group')} by '${group}'` : ''
    const way = fold ? `fold ${fold.index + 1} of ${fold.of}` : `shares ${shares.train} : ${shares.validation} : ${shares.test}`
    throw new DataError(
      'mtl/empty-split',
      `${source.path}: the ${name} split is empty${dropped}: ${counted(rows, 'row')}${groups}, ${way}`,
      {
        file: source.path,
        source: source.id,
      },
    )
  }
  return used
}

/** Errors of the reading parts know file, row and column; the source's id leads to the place in the model file. */
function located(error: unknown, source: DataSource): unknown {
  if (!(error instanceof DataError) || error.place.source !== undefined) return error
  return new DataError(error.code, error.message, { file: source.path, ...error.place, source: source.id })
}
