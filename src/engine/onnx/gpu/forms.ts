import type { Lowering } from '../lowering/lowering'

/** How some primitives are written for devices, where the processor's form does not run there. */
export const deviceForms: ReadonlyMap<string, Lowering> = new Map<string, Lowering>()
