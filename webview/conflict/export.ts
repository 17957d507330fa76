import type { ConflictSeries } from './conflictSeries'
import { matrixOf } from './conflictSeries'

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const number = (value: number | null | undefined): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '' : String(value)

/**
 * Every sampled step, layer and ordered pair of tasks in a row of its own; the whole trunk's layer is empty.
 * @returns comma separated values as RFC 4180 has them, first line the names
 */
export function csvOf(run: ConflictSeries, tasks: readonly string[]): string {
  const rows = run.samples.flatMap(sample =>
    [null, ...sample.layers].flatMap(layer => {
      const [cosine, magnitude, affinity, ahead] = (['cosine', 'magnitude', 'affinity', 'lookAhead'] as const).map(measure =>
        matrixOf(sample, layer, measure),
      )
      return tasks.flatMap((a, i) =>
        tasks.flatMap((b, j) => {
          if (i === j) return []
          const values = [cosine, magnitude, affinity, ahead].map(table => number(table?.[i]?.[j]))
          return [[sample.step, quoted(layer ?? ''), quoted(a), quoted(b), ...values].join(',')]
        }),
      )
    }),
  )
  return ['step,layer,task,other,cosine,magnitude_similarity,affinity,look_ahead_affinity', ...rows].join('\r\n') + '\r\n'
}
