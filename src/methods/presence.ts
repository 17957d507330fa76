/** Indices of the tasks in the batch. */
export const presentTasks = (present: readonly boolean[]): number[] => present.flatMap((here, i) => (here ? [i] : []))

/** The rows and columns of some tasks, row-major. @param gram T×T */
export function restrictedTo(gram: Float64Array, T: number, tasks: readonly number[]): Float64Array {
  const n = tasks.length
  return Float64Array.from({ length: n * n }, (_, k) => gram[tasks[Math.floor(k / n)]! * T + tasks[k % n]!]!)
}

/** One value per task; 0 for the tasks that are not listed. */
export function scattered(values: ArrayLike<number>, T: number, tasks: readonly number[]): Float64Array {
  const all = new Float64Array(T)
  tasks.forEach((task, k) => (all[task] = values[k]!))
  return all
}
