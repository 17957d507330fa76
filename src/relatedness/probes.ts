import { Random } from '../base/random'
import type { LabelColumn } from './labels'
import { explained, predictLinear, ridge, type LinearModel, type Matrix } from './ridge'

/** Rows of one split: what the network sees, and the labels of all tasks. */
export interface ProbeRows {
  /** [rows, width] */
  readonly inputs: Matrix
  readonly labels: readonly LabelColumn[]
}

export interface Probes {
  readonly probes: readonly { readonly task: string; readonly rows: number; readonly skill: number | null }[]
  /** [task i][task j] */
  readonly transfer: readonly (readonly (number | null)[])[]
}

const lambdas = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10]
const fewestRows = 20
/** Own skill below this is noise: a share of it says nothing. */
const leastSkill = 0.02
/** Rarer classes are one together. */
const mostClasses = 64

/**
 * Linear probes (Alain & Bengio 2016, arXiv:1610.01644) on the inputs, in closed form: classes as one-hot targets, numbers
 * standardised. A probe's skill is the share of its label's variance that it explains on the validation split (for classes the
 * Brier skill score). Transfer from task i to task j, as in Taskonomy (Zamir et al. 2018, arXiv:1804.08328, § 3.2) with linear maps in
 * the place of networks: what probe i says of a row, and nothing else, is given to a linear model of task j; its skill is divided
 * by the skill of j's own probe. 1: what j needs of the inputs, as far as a linear model sees it, is what i needs. 0: nothing of it.
 */
export function probe(train: ProbeRows, validation: ProbeRows, seed = 1): Probes {
  const tasks = train.labels.map((label, t) => {
    const rows = labelled(label)
    const coded = targets(label)
    const held = labelled(validation.labels[t]!)
    const usable = rows.length >= fewestRows && held.length > 0 && coded.width > 0
    const own = { x: pick(train.inputs, rows), y: coded.of(label, rows) }
    const other = { x: pick(validation.inputs, held), y: coded.of(validation.labels[t]!, held) }
    const model = usable ? fit(own.x, own.y, seed) : null
    return { task: label.task, rows, held, own, other, model, skill: model && explained(model, other.x, other.y) }
  })
  const transfer = tasks.map(from =>
    tasks.map(to => {
      if (!from.model || !to.model || to.skill === null || to.skill < leastSkill) return null
      const [x, held] = [predictLinear(from.model, to.own.x), predictLinear(from.model, to.other.x)]
      const skill = explained(fit(x, to.own.y, seed), held, to.other.y)
      return skill === null ? null : Math.max(0, skill / to.skill)
    }),
  )
  return { probes: tasks.map(({ task, rows, skill }) => ({ task, rows: rows.length, skill })), transfer }
}

const labelled = ({ values }: LabelColumn): number[] => [...values.keys()].filter(row => values[row] === values[row])

/** One-hot classes by their frequency in the training rows, or the number in standard deviations from its mean. */
function targets({ classes, values }: LabelColumn): { width: number; of(label: LabelColumn, rows: readonly number[]): Matrix } {
  const present = values.filter(value => value === value)
  if (classes === null) {
    const mean = present.reduce((a, b) => a + b, 0) / present.length
    const deviation = Math.sqrt(present.reduce((sum, value) => sum + (value - mean) ** 2, 0) / present.length)
    const of = (label: LabelColumn, rows: readonly number[]) => ({
      values: Float64Array.from(rows, row => (label.values[row]! - mean) / deviation),
      rows: rows.length,
      width: 1,
    })
    return { width: deviation > 0 ? 1 : 0, of }
  }
  const counts = new Map<number, number>()
  for (const value of present) counts.set(value, (counts.get(value) ?? 0) + 1)
  const frequent = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)!).slice(0, mostClasses - 1)
  const at = new Map(frequent.map((value, i) => [value, i]))
  const width = frequent.length + 1
  const of = (label: LabelColumn, rows: readonly number[]) => {
    const out = new Float64Array(rows.length * width)
    rows.forEach((row, i) => (out[i * width + (at.get(label.values[row]!) ?? width - 1)] = 1))
    return { values: out, rows: rows.length, width }
  }
  return { width: counts.size < 2 ? 0 : width, of }
}

function pick({ values, width }: Matrix, rows: readonly number[]): Matrix {
  const out = new Float32Array(rows.length * width)
  rows.forEach((row, i) => {
    for (let j = 0; j < width; j++) out[i * width + j] = values[row * width + j]!
  })
  return { values: out, rows: rows.length, width }
}

/** λ is chosen on a fifth of the rows that the probe does not see meanwhile. */
function fit(x: Matrix, y: Matrix, seed: number): LinearModel {
  const order = Random.seeded(seed, 'probe').shuffle(Array.from({ length: x.rows }, (_, i) => i))
  const cut = Math.floor(x.rows * 0.8)
  const [fitted, held] = [order.slice(0, cut), order.slice(cut)]
  const inner = ridge(pick(x, fitted), pick(y, fitted), lambdas)
  const [heldX, heldY] = [pick(x, held), pick(y, held)]
  const scores = inner.map(model => explained(model, heldX, heldY) ?? -Infinity)
  const best = lambdas[scores.indexOf(Math.max(...scores))] ?? lambdas[2]!
  return ridge(x, y, [best])[0]!
}
