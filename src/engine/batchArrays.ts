import type { Batch } from '../ir/batch'
import type { ModelGraph } from '../ir/graph'
import { EngineError } from './engine'
import { size } from '../tensor/primitive'
import type { ModelProgram } from './modelProgram'

/** What goes into a pass over a batch and the row losses that come out, as flat arrays; tasks in order. */
export interface BatchArrays {
  /** By input node. */
  readonly inputs: Readonly<Record<string, Float32Array>>
  /** 1 for rows of the data, 0 for what fills up the batch; for each data set in turn. */
  readonly realRows: Float32Array
  readonly dataSets: readonly number[]
  readonly targets: readonly Float32Array[]
  /** Factors on the row losses whose sum is differentiated. */
  readonly cotangents: readonly Float32Array[]
  readonly losses: readonly Float32Array[]
  /** The arrays of all tasks in a row. */
  readonly together: { readonly targets: Float32Array; readonly cotangents: Float32Array; readonly losses: Float32Array }
}

/** Arrays of `rows` rows for a model, whose own program may be for fewer. */
export function batchArrays(model: ModelProgram, rows: number, allocate: (floats: number) => Float32Array): BatchArrays {
  const perRow = (shape: readonly number[]) => size(shape.slice(1))
  const inputs = Object.fromEntries([...model.inputs].map(([name, { shape }]) => [name, allocate(rows * perRow(shape))]))
  const T = model.losses.length
  const together = { targets: allocate(T * rows), cotangents: allocate(T * rows), losses: allocate(T * rows) }
  const apart = (all: Float32Array) => model.losses.map((_, t) => all.subarray(t * rows, (t + 1) * rows))
  return {
    inputs,
    realRows: allocate(rows * Math.max(1, model.dataSets.length)),
    dataSets: model.dataSets,
    targets: apart(together.targets),
    cotangents: apart(together.cotangents),
    losses: apart(together.losses),
    together,
  }
}

/** Floats that `batchArrays` asks for, each request padded. */
export function batchFloats(model: ModelProgram, rows: number, padded: (floats: number) => number): number {
  const inputs = [...model.inputs.values()].reduce((n, { shape }) => n + padded(rows * size(shape.slice(1))), 0)
  return inputs + padded(rows * Math.max(1, model.dataSets.length)) + 3 * padded(model.losses.length * rows)
}

/** @throws EngineError where an array of the batch is missing or has another length */
export function load(arrays: BatchArrays, graph: ModelGraph, batch: Batch): void {
  for (const [name, values] of Object.entries(arrays.inputs)) copy(batch.inputs[name], values, `input '${name}'`)
  markRows(arrays, batch)
  graph.tasks.forEach(({ name }, t) => {
    copy(batch.targets[name], arrays.targets[t]!, `the targets of '${name}'`)
    check(batch.masks[name], arrays.losses[t]!.length, `the mask of '${name}'`)
    if (graph.tasks[t]!.loss != null) fillGaps(arrays.targets[t]!, batch.masks[name])
  })
}

function markRows({ realRows, dataSets }: BatchArrays, { rows, setRows }: Batch): void {
  const sets = dataSets.length === 0 ? [rows] : dataSets.map(id => setRows?.[id] ?? rows)
  const size = realRows.length / sets.length
  sets.forEach((real, i) => void realRows.fill(1, i * size, i * size + real).fill(0, i * size + real, (i + 1) * size))
}

/** Labelled rows per task. */
export function labelCounts(graph: ModelGraph, batch: Batch): number[] {
  return graph.tasks.map(({ name }) => batch.masks[name]?.reduce((n, mask) => n + mask, 0) ?? 0)
}

/** Makes the sum that is differentiated Σ_t weights[t]·(mean loss of task t over its labelled rows). */
export function weigh(arrays: BatchArrays, graph: ModelGraph, batch: Batch, counts: readonly number[], weights: ArrayLike<number>): void {
  graph.tasks.forEach(({ name }, t) => {
    const [cotangent, mask] = [arrays.cotangents[t]!, batch.masks[name]!]
    const factor = counts[t] ? weights[t]! / counts[t] : 0
    for (let i = 0; i < mask.length; i++) cotangent[i] = mask[i]! * factor
  })
}

/** Mean loss over the labelled rows per task; NaN for a task without any. */
export function meanLosses(arrays: BatchArrays, graph: ModelGraph, batch: Batch, counts: readonly number[]): Float64Array {
  return Float64Array.from(graph.tasks, ({ name }, t) => {
    const [mask, losses] = [batch.masks[name]!, arrays.losses[t]!]
    let sum = 0
    for (let i = 0; i < mask.length; i++) if (mask[i]) sum += mask[i]! * losses[i]!
    return sum / counts[t]!
  })
}

/**
 * A loss of the model file may be infinite at 0, and 0 times infinity would spoil the gradients of all rows: rows without a
 * label get one that is possible.
 */
function fillGaps(targets: Float32Array, mask: Float32Array): void {
  const first = mask.findIndex(m => m !== 0)
  const value = first < 0 ? 1 : targets[first]!
  for (let i = 0; i < targets.length; i++) if (mask[i] === 0) targets[i] = value
}

function check(values: Float32Array | undefined, length: number, what: string): asserts values is Float32Array {
  if (values?.length !== length) throw new EngineError(`the batch needs ${length} numbers for ${what} and has ${values?.length ?? 'none'}`)
}

function copy(from: Float32Array | undefined, to: Float32Array, what: string): void {
  check(from, to.length, what)
  to.set(from)
}
