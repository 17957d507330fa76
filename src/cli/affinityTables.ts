import type { AffinityResult, TaskGrouping } from '../ir/affinity'
import { table } from './output'

/** A measurement's figures as lines for people. */
export function affinityLines({ tasks, affinity, spread, firstOrder, steps, cka, layers, groupings, notes }: AffinityResult): string[] {
  const several = layers.length > 1 ? layers : []
  return [
    '',
    `Affinity: what a step for the row's task alone does for the loss of the column's (1 − loss after ÷ loss before),`,
    `mean ± standard deviation over ${steps} ${steps === 1 ? 'step' : 'steps'} of one training of all tasks; above 0 it helps`,
    '',
    ...matrix(tasks, (a, b) => [number(affinity[a]![b]), deviation(spread[a]![b])].filter(Boolean).join(' ± ')),
    '',
    'The same to first order',
    '',
    ...matrix(tasks, (a, b) => number(firstOrder[a]![b])),
    '',
    `Similarity of what the tasks' models learn alone: linear CKA of their trunks on the validation rows (1: alike, about 0: unrelated)`,
    '',
    ...matrix(tasks, (a, b) => similarity(cka[a]![b])),
    ...several.flatMap(({ layer, cka }) => ['', `CKA at ${layer}`, '', ...matrix(tasks, (a, b) => similarity(cka[a]![b]))]),
    '',
    `Best groups${groupings.every(({ exact }) => exact) ? '' : ' found, though not all were tried'}: each task by the mean affinity that the others of its group have for it`,
    '',
    ...table(
      [['at most', 'score', 'groups'], ...groupings.map(grouping => [String(grouping.most), number(grouping.score), groupsText(grouping)])],
      Infinity,
    ),
    ...notes,
  ]
}

function groupsText({ groups, score, apart }: TaskGrouping): string {
  const text = (sets: readonly (readonly string[])[]) => sets.map(set => set.join(' + ')).join(' | ')
  return apart.score === score ? text(groups) : `${text(groups)}   (each task in one group: ${text(apart.groups)}, ${number(apart.score)})`
}

const matrix = (tasks: readonly string[], entry: (a: string, b: string) => string): string[] =>
  table([['', ...tasks], ...tasks.map(a => [a, ...tasks.map(b => entry(a, b))])], 1)

const number = (value: number | null | undefined): string => (value == null ? '–' : signed(Number(value.toPrecision(2))))
const similarity = (value: number | null | undefined): string => (value == null ? '–' : signed(Number(value.toFixed(3))))
const deviation = (value: number | null | undefined): string => (value == null ? '' : String(Number(value.toPrecision(2))))
const signed = (value: number): string => String(value).replace('-', '−')
