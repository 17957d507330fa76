import type { Options } from '../../base/options'
import { tableOptions } from './csv'
import { sourceOf } from './table'

interface Rows {
  readonly kind: string
  readonly path: string
  readonly options: Options
  readonly split: object
}

/** Whether two sources have the same rows in the same order, and the same split of them. */
export function sameRows(a: Rows, b: Rows): boolean {
  if (a.path !== b.path || sorted(a.split) !== sorted(b.split)) return false
  if (a.kind === b.kind && sorted(a.options) === sorted(b.options)) return true
  const reading = ({ options }: Rows) =>
    sorted(Object.fromEntries(Object.entries(options).filter(([name]) => name in tableOptions || name === 'delimiter')))
  return [a, b].every(({ kind }) => sourceOf(kind)?.sharesRows) && reading(a) === reading(b)
}

const sorted = (record: object) => JSON.stringify(Object.entries(record).sort())
