import type { TaskGrouping } from '../../src/ir/affinity'
import { html } from '../ui/element'
import { figure } from '../ui/format'

export interface GroupingEvents {
  choose(most: number): void
  write(groups: readonly (readonly string[])[]): void
}

/** `a + b | c + d` */
export const groupsText = (groups: readonly (readonly string[])[]): string => groups.map(group => group.join(' + ')).join(' | ')

/** Only the groupings that are better than with fewer groups: more groups than are good for anything are none. */
export const worthwhile = (groupings: readonly TaskGrouping[]): TaskGrouping[] =>
  groupings.filter(({ groups, apart }, k) => {
    const before = groupings[k - 1]
    return !before || groupsText(groups) !== groupsText(before.groups) || groupsText(apart.groups) !== groupsText(before.apart.groups)
  })

/** The best groupings by their number of groups, one of which is chosen. */
export function groupingTable(groupings: readonly TaskGrouping[], chosen: number, choose: GroupingEvents['choose']): HTMLElement {
  const rows = groupings.map(({ most, groups, score }) => {
    const radio = html('input', { type: 'radio', name: 'grouping', value: most, id: `grouping-${most}`, checked: most === chosen })
    radio.addEventListener('change', () => choose(most))
    return html(
      'tr',
      {},
      html('td', {}, radio),
      html('th', { scope: 'row' }, html('label', { for: `grouping-${most}` }, most === 1 ? 'one group' : `at most ${most} groups`)),
      html('td', { class: 'number' }, figure(Number(score.toPrecision(3))).replace('-', '−')),
      html('td', {}, ...groups.map(group => html('span', { class: 'taskGroup' }, group.join(' + ')))),
    )
  })
  const head = html(
    'tr',
    {},
    html('th', { scope: 'col', 'aria-label': 'Chosen' }),
    html('th', { scope: 'col' }, 'groups'),
    html(
      'th',
      {
        scope: 'col',
        class: 'number',
        title: 'Mean over the tasks of the mean affinity that the others of its group have for it; alone, a task has 0',
      },
      'score',
    ),
    html('th', { scope: 'col' }, 'tasks'),
  )
  return html(
    'table',
    { class: 'groupings' },
    html('caption', { class: 'visually-hidden' }, 'Best groups by number'),
    html('thead', {}, head),
    html('tbody', {}, ...rows),
  )
}
