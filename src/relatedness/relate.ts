import type { Relatedness, TaskPair } from '../ir/dataReport'
import { contingency } from './contingency'
import { correlationRatio, pearson } from './correlation'
import { cramersV } from './cramersV'
import { discrete, type LabelColumn } from './labels'
import { labelSimilarity } from './labelSimilarity'
import { mutualInformation, normalizedInformation } from './mutualInformation'
import { probe, type ProbeRows } from './probes'
import { projected } from './projection'
import { partOf, quantileBounds } from './quantiles'

/** Inputs that probes see: more would cost more than they tell. */
export const mostProbeInputs = 128

/**
 * @param labels of all tasks over the same rows of the training split
 * @param train, validation rows with inputs for the probes
 */
export function relate(labels: readonly LabelColumn[], train: ProbeRows, validation: ProbeRows): Relatedness {
  const narrow = (rows: ProbeRows): ProbeRows => ({ ...rows, inputs: projected(rows.inputs, mostProbeInputs) })
  return {
    tasks: labels.map(({ task }) => task),
    pairs: labels.flatMap((a, i) => labels.slice(i + 1).map(b => pairOf(a, b))),
    ...probe(narrow(train), narrow(validation)),
    rows: { train: train.inputs.rows, validation: validation.inputs.rows },
    width: Math.min(train.inputs.width, mostProbeInputs),
    projected: train.inputs.width > mostProbeInputs,
  }
}

export function pairOf(a: LabelColumn, b: LabelColumn): TaskPair {
  const [x, y] = [discrete(a), discrete(b)]
  const table = contingency(x.codes, y.codes, x.count, y.count)
  return {
    a: a.task,
    b: b.task,
    rows: table.total,
    association: associationOf(a, b),
    mutualInformation: mutualInformation(table),
    normalized: normalizedInformation(table),
    similarity: labelSimilarity(a, b),
    table: coOccurrence(a, b),
  }
}

function associationOf(a: LabelColumn, b: LabelColumn): TaskPair['association'] {
  const named = (measure: NonNullable<TaskPair['association']>['measure'], value: number | null) =>
    value === null ? null : { measure, value }
  if (a.classes && b.classes) return named('cramersV', cramersV(contingency(a.values, b.values, a.classes.length, b.classes.length)))
  if (a.classes) return named('correlationRatio', correlationRatio(a.values, b.values))
  if (b.classes) return named('correlationRatio', correlationRatio(b.values, a.values))
  return named('pearson', pearson(a.values, b.values))
}

const mostShown = 20

/** Numbers by quarters of their values. */
function coOccurrence(a: LabelColumn, b: LabelColumn): TaskPair['table'] {
  const [x, y] = [named(a), named(b)]
  if (x.names.length > mostShown || y.names.length > mostShown) return null
  const { counts, columns } = contingency(x.codes, y.codes, x.names.length, y.names.length)
  return { rows: x.names, columns: y.names, counts: x.names.map((_, i) => [...counts.subarray(i * columns, (i + 1) * columns)]) }
}

function named({ classes, values }: LabelColumn): { names: readonly string[]; codes: Float64Array } {
  if (classes) return { names: classes, codes: values }
  const bounds = quantileBounds(values, 4)
  const text = (bound: number) => String(Number(bound.toPrecision(4)))
  const names = [...bounds.map(bound => `≤ ${text(bound)}`), bounds.length > 0 ? `> ${text(bounds.at(-1)!)}` : 'all']
  return { names, codes: values.map(value => partOf(bounds, value)) }
}
