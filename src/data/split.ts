import { Random } from '../base/random'
import type { SplitSettings } from '../ir/graph'
import { apportion } from './splits/apportion'
import { byTime } from './splits/byTime'
import { stratifyIteratively } from './splits/iterative'

export interface Parts {
  readonly train: Int32Array
  readonly validation: Int32Array
  readonly test: Int32Array
}

/** What a split goes by, for each row; as far as its settings name it. */
export interface SplitKeys {
  /** One per column to stratify by: the value's index, -1 where there is none. */
  readonly strata: readonly Int32Array[]
  /** Rows of one group stay together; a row without a group is a group of its own. */
  readonly group: Int32Array | null
  readonly time: Float64Array | null
  /** The part that the data itself says: 0 train, 1 validation, 2 test. */
  readonly given: Int8Array | null
}

export const noKeys: SplitKeys = { strata: [], group: null, time: null, given: null }

/**
 * Puts every row into exactly one part, or, where the settings name a fold of a cross-validation, that fold into the test part
 * and the other rows into the others. Rows that the data puts into the test part are held out of a cross-validation.
 * @returns row numbers in ascending order
 */
export function splitRows(rows: number, settings: SplitSettings, keys: SplitKeys): Parts {
  const { train, validation, test, seed, fold } = settings
  const all = Int32Array.from({ length: rows }, (_, row) => row)
  const { given } = keys
  if (fold) {
    const open = given ? all.filter(row => given[row] !== 2) : all
    return foldOf(open, settings, keys)
  }
  if (!given) {
    const [first, second, third] = divide(all, [train, validation, test], keys, Random.seeded(seed, 'split'))
    return { train: first!, validation: second!, test: third! }
  }
  return withGiven(all, settings, keys, given)
}

/** Parts that the data says; a part that it says nothing of is divided off the training rows. */
function withGiven(all: Int32Array, { train, validation, test, seed }: SplitSettings, keys: SplitKeys, given: Int8Array): Parts {
  const said = (part: number) => all.filter(row => given[row] === part)
  const [own, held, last] = [said(0), said(1), said(2)]
  const shares = [train, held.length > 0 ? 0 : validation, last.length > 0 ? 0 : test]
  if (shares[1] === 0 && shares[2] === 0) return { train: own, validation: held, test: last }
  const [first, second, third] = divide(own, shares, keys, Random.seeded(seed, 'split'))
  return { train: first!, validation: held.length > 0 ? held : second!, test: last.length > 0 ? last : third! }
}

function foldOf(rows: Int32Array, { train, validation, seed, fold }: SplitSettings, keys: SplitKeys): Parts {
  const { index, of } = fold!
  const inner = (open: Int32Array, test: Int32Array): Parts => {
    const [first, second] = divide(open, [train, validation], keys, Random.seeded(seed, `validation of fold ${index} of ${of}`))
    return { train: first!, validation: second!, test }
  }
  if (keys.time) {
    // What comes later is never used to predict what came before: fold k is tested on block k + 1 and learns from all before.
    const blocks = divide(rows, new Array<number>(of + 1).fill(1), keys, Random.seeded(seed, 'folds'))
    return inner(joined(blocks.slice(0, index + 1)), blocks[index + 1]!)
  }
  const folds = divide(rows, new Array<number>(of).fill(1), keys, Random.seeded(seed, 'folds'))
  return inner(joined(folds.filter((_, i) => i !== index)), folds[index]!)
}

const joined = (parts: readonly Int32Array[]) => Int32Array.from(parts.flatMap(part => [...part])).sort()

/** @param shares of each part; they need not add up to 1  @returns one list of rows per share, ascending */
function divide(rows: Int32Array, shares: readonly number[], { strata, group, time }: SplitKeys, random: Random): Int32Array[] {
  const total = shares.reduce((a, b) => a + b, 0)
  const normed = shares.map(share => share / total)
  if (time) return byTime(rows, normed, time)
  if (group || strata.length > 1) return stratifyIteratively(rows, normed, strata, group, random)
  return apportion(rows, normed, strata[0] ?? null, random)
}
