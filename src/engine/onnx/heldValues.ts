import type { Tensor } from '../../tensor/builder'
import type { Program } from '../../tensor/program'

/** Cheaper to repeat than to hold. */
const repeated = ['reshape', 'broadcast']

/**
 * Where a program is cut into a forward and a backward half: the values that the losses need and that the gradients need again.
 * @param forward what the first half gives
 * @param backward what the second gives
 */
export function heldValues(program: Program, forward: readonly Tensor[], backward: readonly Tensor[]): Tensor[] {
  const before = new Set<number>()
  const visit = [...forward]
  for (let tensor = visit.pop(); tensor; tensor = visit.pop()) {
    if (before.has(tensor.id)) continue
    before.add(tensor.id)
    visit.push(...program.operation(tensor).inputs)
  }
  const held = new Map<number, Tensor>()
  const seen = new Set<number>()
  const open = [...backward]
  for (let tensor = open.pop(); tensor; tensor = open.pop()) {
    if (seen.has(tensor.id)) continue
    seen.add(tensor.id)
    const { kind, inputs } = program.operation(tensor)
    if (kind === 'input' || kind === 'constant') continue
    if (before.has(tensor.id) && !repeated.includes(kind)) held.set(tensor.id, tensor)
    else open.push(...inputs)
  }
  return [...held.values()].sort((a, b) => a.id - b.id)
}
