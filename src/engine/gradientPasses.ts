import { totalmem } from 'node:os'

/**
 * Forward and backward passes in which a step of a method that needs Gram matrices is computed: one keeps the gradients of all
 * tasks by the shared parameters and adds them up; of two, the first forms the Gram blocks parameter by parameter and keeps
 * nothing else of the trunk, and the second is the backward pass of the weighted sum. They differ in rounding.
 */
export const gradientPasses = [1, 2] as const
export type GradientPasses = (typeof gradientPasses)[number]

/** Bytes that the tasks' gradients may take, where the machine has memory enough. */
const most = 256 * 2 ** 20
/** And their share of the machine's memory. */
const share = 1 / 32

/** @param floats gradients of all tasks by the shared parameters @param memory of the machine, in bytes */
export const choosePasses = (floats: number, memory = totalmem()): GradientPasses => (floats * 4 > Math.min(most, memory * share) ? 2 : 1)
