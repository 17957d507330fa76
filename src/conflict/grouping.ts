export interface Grouping {
  /** Indices of tasks; groups may overlap. */
  readonly groups: readonly (readonly number[])[]
  /** Mean over the tasks of the score that each has in its best group. */
  readonly score: number
}

/** Tasks whose groupings can be searched exactly: the search takes about 3ᵀ steps. */
export const mostTasks = 12

export interface GroupingOptions {
  /** Whether each task is in one group only. */
  readonly apart?: boolean
}

/** As `bestGroupings`, into at most `most` groups. */
export const bestGrouping = (affinity: readonly (readonly number[])[], most: number, options?: GroupingOptions): Grouping =>
  bestGroupings(affinity, most, options).at(-1)!

/**
 * The best ways to train tasks in at most 1, 2, … `most` groups (Standley et al. 2020; Fifty et al. 2021), exactly. A group scores
 * each of its tasks by the mean affinity with the others, a task alone by 0; each task counts once, with its best group.
 *
 * Giving each task to one group turns the search into the best partition into at most `most` blocks, where a block is worth what the
 * best group around it gives its tasks: dynamic programming over subsets.
 * @param affinity [i][j]: what task i gains by training with task j @throws RangeError for more than `mostTasks` tasks
 */
export function bestGroupings(affinity: readonly (readonly number[])[], most: number, { apart = false }: GroupingOptions = {}): Grouping[] {
  const T = affinity.length
  if (T > mostTasks) throw new RangeError(`groupings of more than ${mostTasks} tasks are not searched, and these are ${T}`)
  const all = 2 ** T - 1
  const { worth, around } = blockWorths(affinity, T, apart)
  // best[S]: of partitions of S into the blocks so far; block[k][S]: the block that holds its first task.
  let best = new Float64Array(all + 1).fill(-Infinity)
  best[0] = 0
  const blocks: Int32Array[] = []
  return Array.from({ length: Math.min(most, T) }, () => {
    const next = Float64Array.from(best)
    const block = new Int32Array(all + 1)
    for (let set = 1; set <= all; set++) {
      const first = set & -set
      for (let part = set; part > 0; part = (part - 1) & set) {
        if ((part & first) === 0) continue
        const value = best[set ^ part]! + worth[part]!
        if (value > next[set]! + 1e-12 * Math.abs(value)) [next[set], block[set]] = [value, part]
      }
    }
    best = next
    blocks.push(block)
    return { groups: groupsOf(blocks, around, T), score: best[all]! / T }
  })
}

function groupsOf(blocks: readonly Int32Array[], around: Int32Array, T: number): number[][] {
  const groups: number[] = []
  for (let k = blocks.length - 1, set = 2 ** T - 1; k >= 0; k--) {
    const part = blocks[k]![set]!
    if (part === 0) continue
    if (!groups.includes(around[part]!)) groups.push(around[part]!)
    set ^= part
  }
  return groups.map(group => Array.from({ length: T }, (_, i) => i).filter(i => group & (1 << i)))
}

/**
 * Groupings of any number of tasks, each task in one group, without a promise that there is no better one: from every task alone, the
 * two groups are joined that leave the best score, again and again.
 * @returns into 1, 2, … `most` groups
 */
export function greedyGroupings(affinity: readonly (readonly number[])[], most: number): Grouping[] {
  let groups: number[][] = affinity.map((_, i) => [i])
  const found: Grouping[] = []
  for (;;) {
    if (groups.length <= most) found.unshift({ groups, score: groupingScore(affinity, groups) })
    if (groups.length === 1) return found
    let best: Grouping | null = null
    for (let i = 0; i < groups.length; i++)
      for (let j = 0; j < i; j++) {
        const joined = [...groups.filter((_, k) => k !== i && k !== j), [...groups[j]!, ...groups[i]!]]
        const score = groupingScore(affinity, joined)
        if (!best || score > best.score) best = { groups: joined, score }
      }
    groups = best!.groups as number[][]
  }
}

/** Each task's best score among the groups that hold it, averaged over the tasks; a task in no group counts as alone. */
export function groupingScore(affinity: readonly (readonly number[])[], groups: readonly (readonly number[])[]): number {
  const T = affinity.length
  let sum = 0
  for (let i = 0; i < T; i++) {
    const scores = groups.filter(group => group.includes(i)).map(group => taskScore(affinity, i, group))
    sum += scores.length > 0 ? Math.max(...scores) : 0
  }
  return sum / T
}

function taskScore(affinity: readonly (readonly number[])[], task: number, group: readonly number[]): number {
  const others = group.filter(other => other !== task)
  return others.length === 0 ? 0 : others.reduce((sum, other) => sum + affinity[task]![other]!, 0) / others.length
}

/** For each set of tasks, what it gains in the best group around it, or as a group itself, and that group. */
function blockWorths(affinity: readonly (readonly number[])[], T: number, apart: boolean): { worth: Float64Array; around: Int32Array } {
  const all = 2 ** T - 1
  const worth = new Float64Array(all + 1).fill(-Infinity)
  const around = new Int32Array(all + 1)
  for (let group = 1; group <= all; group++) {
    const members = Array.from({ length: T }, (_, i) => i).filter(i => group & (1 << i))
    const scores = new Float64Array(T)
    for (const i of members) scores[i] = taskScore(affinity, i, members)
    for (let part = group; part > 0; part = apart ? 0 : (part - 1) & group) {
      let value = 0
      for (const i of members) if (part & (1 << i)) value += scores[i]!
      if (value > worth[part]!) [worth[part], around[part]] = [value, group]
    }
  }
  return { worth, around }
}
