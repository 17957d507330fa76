import { nearest } from '../base/nearest'
import type { GraphTask } from '../ir/graph'
import { taskOf } from '../tasks/table'
import { DataError, type LabelEncoding } from './dataset'
import { classWeights } from './classWeights'
import type { AffineState } from '../transforms/scalings/scaling'
import { scaled, scalingOf, unscaled } from '../transforms/scalings/table'
import { momentsOf } from '../transforms/statistics'
import { counted, listed } from '../transforms/wording'

/** A label column before fitting: values NaN where missing; for classes, indices into `classes`. */
export interface RawLabel {
  readonly task: GraphTask
  readonly column: string
  /** Sorted as in the profile; null for numbers. */
  readonly classes: readonly string[] | null
  readonly values: Float64Array
}

/** Fits a task's label on the training split. What is odd goes to `notes`. @throws DataError */
export function fitLabel(raw: RawLabel, train: Int32Array, all: Int32Array, file: string, notes: string[]): LabelEncoding {
  const { task, column, classes, values } = raw
  const fail = (code: string, message: string) =>
    new DataError(code, `${file}, column '${column}' (task '${task.name}'): ${message}`, {
      file,
      column,
      source: task.label?.source,
    })
  const present = (rows: Int32Array) => rows.reduce((n, row) => n + (Number.isNaN(values[row]!) ? 0 : 1), 0)
  if (present(all) === 0) throw fail('mtl/no-labels', 'no row has a label')
  if (present(train) === 0) throw fail('mtl/no-labels', 'no row of the training split has a label')
  const missing = all.length - present(all)
  if (missing > 0)
    notes.push(
      `Task '${task.name}': ${counted(missing, 'row')} of ${all.length.toLocaleString('en')} without a label; they do not count in its loss.`,
    )

  if (classes === null) {
    const { mean, deviation } = momentsOf(values, train)
    if (deviation === 0) notes.push(`Task '${task.name}': the label is the same (${mean}) in all rows of the training split.`)
    try {
      // All values, not those of the training split alone: a logarithm must be possible for every label.
      if (task.options.scaling === 'log') scalingOf('log').fit(values, all)
      const state = scalingOf((task.options.scaling as string | undefined) ?? 'standard').fit(values, train) as AffineState
      return { kind: 'number', column, mean: state.center, deviation: state.range, ...(state.log && { log: true }) }
    } catch (error) {
      throw error instanceof RangeError ? fail('mtl/data-value', error.message) : error
    }
  }
  const counts = classes.map(() => 0)
  for (const row of train) if (!Number.isNaN(values[row]!)) counts[values[row]!]!++
  const weighted = (names: readonly string[], rows: readonly number[]) => {
    try {
      const weights = classWeights(task.options.classWeights, names, rows)
      return weights === null ? {} : { weights }
    } catch (error) {
      throw error instanceof RangeError ? fail('mtl/unknown-class', error.message) : error
    }
  }
  const unseen = classes.filter((_, i) => counts[i] === 0)
  if (taskOf(task.kind)?.target !== 'binary') {
    if (classes.length < 2) throw fail('mtl/one-class', `the label has one value only ('${classes[0]}'): two classes or more are expected`)
    if (unseen.length > 0)
      notes.push(`Task '${task.name}': ${listed(unseen)} ${unseen.length === 1 ? 'does' : 'do'} not occur in the training split.`)
    return { kind: 'class', column, classes, ...weighted(classes, counts) }
  }
  if (classes.length !== 2) throw fail('mtl/not-binary', `a binary label has two values, found ${classes.length}: ${listed(classes)}`)
  const positive = (task.options.positive as string | undefined) ?? classes[1]!
  if (!classes.includes(positive)) {
    const guess = nearest(positive, classes)
    throw fail(
      'mtl/unknown-class',
      `positive is '${positive}' but the label's values are ${listed(classes)}${guess === undefined ? '' : `; did you mean '${guess}'?`}`,
    )
  }
  if (unseen.length > 0) throw fail('mtl/no-labels', `${listed(unseen)} does not occur in the training split`)
  const negative = classes.find(name => name !== positive)!
  const order = [negative, positive]
  return {
    kind: 'binary',
    column,
    negative,
    positive,
    ...weighted(
      order,
      order.map(name => counts[classes.indexOf(name)]!),
    ),
  }
}

const affine = ({ mean, deviation, log }: LabelEncoding & { kind: 'number' }): AffineState => ({
  center: mean,
  range: deviation,
  ...(log && { log }),
})

/** @returns class index, 0/1 or standardised number per row, NaN where missing */
export function encodeLabel({ classes, values }: RawLabel, encoding: LabelEncoding): Float32Array {
  const out = new Float32Array(values.length)
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!
    if (encoding.kind === 'number') out[row] = scaled(affine(encoding), value)
    else if (encoding.kind === 'class' || Number.isNaN(value)) out[row] = value
    else out[row] = classes![value] === encoding.positive ? 1 : 0
  }
  return out
}

/** A task's answer for one row, in the terms of the data: a class, yes or no as the label has it, or a number in its own unit. */
export type Prediction =
  | { readonly class: string; readonly probabilities: Readonly<Record<string, number>> }
  | { readonly value: string; readonly probability: number }
  | { readonly value: number }

/** @param output one row as the engine gives it: probabilities per class, [probability of yes] or [standardised number] */
export function decode(encoding: LabelEncoding, output: Float32Array): Prediction {
  switch (encoding.kind) {
    case 'class': {
      const best = output.reduce((best, p, i) => (p > output[best]! ? i : best), 0)
      return { class: encoding.classes[best]!, probabilities: Object.fromEntries(encoding.classes.map((name, i) => [name, output[i]!])) }
    }
    case 'binary':
      return { value: output[0]! >= 0.5 ? encoding.positive : encoding.negative, probability: output[0]! }
    case 'number':
      return { value: unscaled(affine(encoding), output[0]!) }
  }
}
