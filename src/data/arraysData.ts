import type { Json } from '../base/json'
import { sourceOfNode } from '../ir/dataSets'
import type { DataSource, ModelGraph } from '../ir/graph'
import { formatShape } from '../ir/shape'
import { taskOf } from '../tasks/table'
import { classesOf, numbersOf } from './arrayValues'
import { DataError } from './dataset'
import type { RawLabel } from './labels'
import { unknownName } from './modelSource'
import type { FittedInput, RawData } from './rawData'
import { MemoryRows } from './rows'
import type { FloatableArray, NamedArray } from './source'
import { arrayKeys } from './splitKeys'

/** An input node fed from an array; the engine applies the node's `scale`. Plain data, stored in checkpoints. */
export interface ArrayEncoding {
  readonly kind: 'array'
  readonly array: string
  readonly shape: readonly number[]
}

/** Picks the arrays that a model uses. @throws DataError */
export function openArrays(graph: ModelGraph, source: DataSource, arrays: readonly NamedArray[]): RawData {
  const byName = new Map(arrays.map(array => [array.name, array]))
  const find = (name: string) => {
    const array = byName.get(name)
    if (!array) throw unknownName('array', name, [...byName.keys()], source)
    return array
  }
  const table = graph.nodes.find(node => node.kind === 'features' && sourceOfNode(node) !== null)
  if (table)
    throw new DataError(
      'mtl/data-source',
      `.features({ … }) needs a table but ${source.path} holds arrays: use input(name, shape, { from })`,
    )
  const inputs: FittedInput[] = []
  for (const node of graph.nodes) {
    if (node.kind !== 'input') continue
    const encoding: ArrayEncoding = {
      kind: 'array',
      array: (node.options.array as string | undefined) ?? node.name,
      shape: node.shape as number[],
    }
    const values = valuesOf(find(encoding.array), encoding.shape, source.path)
    const size = sizeOf(encoding.shape)
    inputs.push({
      name: node.name,
      state: encoding as unknown as Json,
      size,
      element: 4,
      rows: order => new MemoryRows(values, size, order),
    })
  }
  const labels = graph.tasks.map((task): RawLabel => {
    const array = find(task.label!.column)
    const place = { file: source.path, column: array.name }
    if (sizeOf(array.shape.slice(1)) !== 1) {
      throw new DataError(
        'mtl/label-shape',
        `${source.path}, array '${array.name}' (task '${task.name}'): a label has one value per row, found shape ${formatShape(array.shape)}`,
        place,
      )
    }
    if (taskOf(task.kind)?.target === 'number') {
      const values = Float64Array.from(numbersOf(array, source.path), value => value)
      const bad = values.findIndex(value => Math.abs(value) === Infinity)
      if (bad >= 0) throw notFinite(array, bad, values[bad]!, source.path)
      return { task, column: array.name, classes: null, values }
    }
    return { task, column: array.name, ...classesOf(array, source.path) }
  })
  return {
    rows: arrays[0]!.shape[0]!,
    labels,
    keys: arrayKeys(
      source.split,
      { numbers: name => numbersOf(find(name), source.path), classes: name => classesOf(find(name), source.path).values },
      source.path,
    ),
    left: [],
    withoutOutliers: train => Promise.resolve(train),
    fit: () => Promise.resolve(inputs),
  }
}

/** @throws DataError where the array's rows are not of the shape, or a value is no finite number */
export function valuesOf(array: NamedArray, shape: readonly number[], file: string): FloatableArray {
  const own = array.shape.slice(1)
  // Axes of size 1 (mostly the channel of grey images) may be left out, and either side may be flat; another order of axes is no mere reshape.
  const flat = (own.length === 1 || shape.length === 1) && sizeOf(own) === sizeOf(shape)
  const [has, needs] = [own, shape].map(sizes => sizes.filter(size => size !== 1).join())
  if (!flat && has !== needs) {
    throw new DataError(
      'mtl/input-shape',
      `${file}, array '${array.name}': rows have shape ${formatShape(own)}, the input expects ${formatShape(shape)}`,
      { file, column: array.name },
    )
  }
  const values = numbersOf(array, file)
  const size = sizeOf(shape)
  if (array.dtype.startsWith('float')) {
    const bad = values.findIndex(value => !Number.isFinite(Math.fround(value)))
    if (bad >= 0) throw notFinite(array, Math.floor(bad / size), values[bad]!, file)
  }
  return values
}

function notFinite(array: NamedArray, row: number, value: number, file: string): DataError {
  return new DataError('mtl/data-value', `${file}, row ${row + 1}, array '${array.name}': expected a finite number, found ${value}`, {
    file,
    row: row + 1,
    column: array.name,
  })
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1)
