/** Two tasks to a number, by their names; null where there is none. */
export type TaskTable = Readonly<Record<string, Readonly<Record<string, number | null>>>>

export interface TaskGroups {
  readonly groups: readonly (readonly string[])[]
  /** Mean over the tasks of the mean affinity that the others of its best group have for it; alone, a task has 0. */
  readonly score: number
}

/** The best way to train the tasks in at most so many groups. */
export interface TaskGrouping extends TaskGroups {
  readonly most: number
  /** Whether all groupings were searched. */
  readonly exact: boolean
  /** The best one in which each task is in one group: what one model file can hold. */
  readonly apart: TaskGroups
}

/** `result.json` */
export interface AffinityResult {
  readonly format: 1
  readonly id: string
  readonly model: string
  readonly tasks: readonly string[]
  /** [I][J]: 1 − L_J after a step on task I alone ÷ L_J before (Fifty et al. 2021), mean over the sampled steps of one training. */
  readonly affinity: TaskTable
  /** Its standard deviation over those steps. */
  readonly spread: TaskTable
  /** The same figures to first order, η g_I·g_J/L_J. */
  readonly firstOrder: TaskTable
  /** Steps at which tasks were looked ahead. */
  readonly steps: number
  /** Linear CKA of the models trained on I alone and on J alone, at the last layer that both have (Kornblith et al. 2019). */
  readonly cka: TaskTable
  /** The same at each shared layer with weights. */
  readonly layers: readonly { readonly layer: string; readonly cka: TaskTable }[]
  /** Of at most 1, 2, … groups. */
  readonly groupings: readonly TaskGrouping[]
  /** The runs behind the figures. */
  readonly runs: { readonly together: string; readonly alone: Readonly<Record<string, string>> }
  /** What could not be measured, and runs that were there before, in whole sentences. */
  readonly notes: readonly string[]
}
