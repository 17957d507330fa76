import type { Verdict } from './compare'

/** The verdicts on all items of a list. What is no list or no object, and what `check` can't read, counts as failed. */
export function checkEach<Item>(name: string, list: unknown, check: (item: Item) => readonly Verdict[]): Verdict[] {
  if (!Array.isArray(list)) return [{ name, problem: `must be a list, not ${JSON.stringify(list)}` }]
  return (list as Item[]).flatMap((item, i) => readable(`${name}[${i}]`, () => check(objectOf(item, 'it'))))
}

/** What `check` says, or one failure where it throws. */
export function readable(name: string, check: () => readonly Verdict[]): readonly Verdict[] {
  try {
    return check()
  } catch (error) {
    return [{ name, problem: error instanceof Error ? error.message : String(error) }]
  }
}

/** @throws RangeError where it is none */
export function objectOf<A>(value: A, what: string): A & object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new RangeError(`${what} must be an object, not ${JSON.stringify(value)}`)
}

/** @throws RangeError where these are not that many finite numbers */
export function numbersOf(value: unknown, count: number, what: string): number[] {
  if (Array.isArray(value) && value.length === count && value.every(x => Number.isFinite(x))) return value as number[]
  throw new RangeError(`${what} must be a list of ${count} finite numbers, not ${JSON.stringify(value)}`)
}

/** Rows of finite numbers. @throws RangeError where these are none, or differ in length */
export function rowsOf(value: unknown, what: string): number[][] {
  const length: unknown = Array.isArray(value) && Array.isArray(value[0]) ? value[0].length : 0
  if (!(typeof length === 'number' && length > 0))
    throw new RangeError(`${what} must be a list of rows of numbers, not ${JSON.stringify(value)}`)
  return (value as unknown[]).map((row, i) => numbersOf(row, length, `row ${i} of ${what}`))
}

/** @throws RangeError where it is none */
export function wholeNumberOf(value: unknown, what: string): number {
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number
  throw new RangeError(`${what} must be a whole number above 0, not ${JSON.stringify(value)}`)
}
