import { cosines } from '../../src/conflict/pairs'
import type { Chart, Line } from '../curves/charts'
import { weightOf } from '../curves/runSeries'
import { smoothed } from '../curves/smoothing'
import { gramOf, type ConflictSeries } from './conflictSeries'

/** More pairs than these are no picture any more: the worst are drawn. */
const mostPairs = 6
/** Cosines of single batches are mostly noise. */
const smoothing = 0.8

/** Cosines of the pairs, norms of the gradients at a layer (null: the whole trunk), and the tasks' weights, over steps. */
export function trajectories(run: ConflictSeries, tasks: readonly string[], layer: string | null): Chart[] {
  const T = tasks.length
  const steps = Float64Array.from(run.samples, ({ step }) => step)
  const grams = run.samples.map(sample => gramOf(sample, layer))
  const tables = grams.map(gram => cosines(gram, T))
  const pairs = tasks
    .flatMap((_, i) => tasks.slice(i + 1).map((_, k) => [i, i + 1 + k] as const))
    .map(([i, j]) => ({ i, j, values: Float64Array.from(tables, table => table[i]?.[j] ?? NaN) }))
    .map(pair => ({ ...pair, mean: mean(pair.values) }))
    .sort((a, b) => a.mean - b.mean)
    .slice(0, mostPairs)
  const line = (label: string, look: number, xs: Float64Array, values: Float64Array, noisy: boolean): Line => ({
    label,
    run: '',
    task: null,
    role: 'value',
    colour: look,
    marker: look,
    dash: look,
    xs,
    ys: noisy ? smoothed(values, smoothing) : values,
    raw: noisy ? values : null,
  })
  const weights = run.series.steps
  const chart = (id: string, title: string, loss: boolean, lines: readonly Line[]): Chart[] =>
    lines.length > 0 ? [{ id, task: null, title, loss, lines }] : []
  return [
    ...chart(
      'cosines',
      pairs.length * 2 < T * (T - 1) ? `cosine of the ${pairs.length} worst pairs` : 'cosine',
      false,
      pairs.map(({ i, j, values }, k) => line(`${tasks[i]} / ${tasks[j]}`, k, steps, values, true)),
    ),
    ...chart(
      'norms',
      'gradient norm',
      true,
      tasks.map((task, t) =>
        line(
          task,
          t,
          steps,
          Float64Array.from(grams, gram => (gram[t * T + t]! > 0 ? Math.sqrt(gram[t * T + t]!) : NaN)),
          true,
        ),
      ),
    ),
    ...chart(
      'weights',
      'task weight',
      false,
      tasks.flatMap((task, t) => {
        const column = weights.column(weightOf(task))
        return column ? [line(task, t, weights.step.values, column.values, false)] : []
      }),
    ),
  ]
}

function mean(values: Float64Array): number {
  const finite = values.filter(Number.isFinite)
  return finite.length > 0 ? finite.reduce((sum, value) => sum + value, 0) / finite.length : 1
}
