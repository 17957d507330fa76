import type { AffinityResult } from '../../src/ir/affinity'

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const number = (value: number | null | undefined): string => (value == null ? '' : String(value))

/**
 * Every ordered pair of tasks in a row of its own.
 * @returns comma separated values as RFC 4180 has them, first line the names
 */
export function csvOf({ tasks, affinity, spread, firstOrder, cka, layers }: AffinityResult): string {
  const head = [
    'task',
    'other',
    'affinity',
    'affinity_deviation',
    'affinity_first_order',
    'cka',
    ...layers.map(({ layer }) => `cka ${layer}`),
  ]
  const rows = tasks.flatMap(a =>
    tasks
      .filter(b => b !== a)
      .map(b => {
        const values = [affinity, spread, firstOrder, cka, ...layers.map(layer => layer.cka)].map(table => number(table[a]?.[b]))
        return [quoted(a), quoted(b), ...values].join(',')
      }),
  )
  return [head.map(quoted).join(','), ...rows].join('\r\n') + '\r\n'
}
