export interface Grouping {
  /** Indices of tasks; groups may overlap. */
  readonly groups: readonly (readonly number[])[]
  /** Mean over the tasks of the score that each has in its best group. */
  readonly score: number
}

/** Tasks whose groupings can be searched exactly: the search takes about 3ᵀ steps. */
export const mostTasks = 16

/**
 * The best way to train tasks in a few groups (Standley et al. 2020; Fifty et al. 2021), exactly. A group scores each of its tasks
 * by the mean affinity with the others, a task alone by 0; each task counts once, with its best group.
 *
 * Giving each task to one group turns the search into the best partition into at most `most` blocks, where a block is worth what the
 * best group around it gives its tasks: dynamic programming over subsets.
 * @param affinity [i][j]: what task i gains by training with task j @throws RangeError for more than `mostTasks` tasks
 */
export function bestGrouping(affinity: readonly (readonly number[])[], most: number): Grouping {
  const T = affinity.length
  if (T > mostTasks) throw new RangeError(`groupings of more than ${mostTasks} tasks are not searched, and these are ${T}`)
  const all = 2 ** T - 1
  const { worth, around } = blockWorths(affinity, T)
  // best[S]: of partitions of S into the blocks so far; block[k][S]: the block that holds its first task.
  let best = new Float64Array(all + 1).fill(-Infinity)
  best[0] = 0
  const blocks: Int32Array[] = []
  for (let k = 0; k < Math.min(most, T); k++) {
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
  }
  const groups: number[] = []
  for (let k = blocks.length - 1, set = all; k >= 0; k--) {
    const part = blocks[k]![set]!
    if (part === 0) continue
    if (!groups.includes(around[part]!)) groups.push(around[part]!)
    set ^= part
  }
  const members = groups.map(group => Array.from({ length: T }, (_, i) => i).filter(i => group & (1 << i)))
  return { groups: members, score: best[all]! / T }
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

/** For each set of tasks, what it gains in the best group around it, and that group. */
function blockWorths(affinity: readonly (readonly number[])[], T: number): { worth: Float64Array; around: Int32Array } {
  const all = 2 ** T - 1
  const worth = new Float64Array(all + 1).fill(-Infinity)
  const around = new Int32Array(all + 1)
  for (let group = 1; group <= all; group++) {
    const members = Array.from({ length: T }, (_, i) => i).filter(i => group & (1 << i))
    const scores = new Float64Array(T)
    for (const i of members) scores[i] = taskScore(affinity, i, members)
    for (let part = group; part > 0; part = (part - 1) & group) {
      let value = 0
      for (const i of members) if (part & (1 << i)) value += scores[i]!
      if (value > worth[part]!) [worth[part], around[part]] = [value, group]
    }
  }
  return { worth, around }
}
