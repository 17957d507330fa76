import type { Tensor } from './builder'
import type { Program } from './program'
import { sameShape, shown } from './primitive'
import { primitives } from './table'

export interface Seed {
  readonly output: Tensor
  /** Of the output's shape. */
  readonly cotangent: Tensor
}

/**
 * Adds the reverse sweep of Σ⟨cotangent, output⟩ to the program.
 * @returns the gradient with respect to each tensor, null where no output depends on it
 * @throws RangeError where an operation on the way has no gradient rule
 */
export function differentiate(program: Program, seeds: readonly Seed[], withRespectTo: readonly Tensor[]): (Tensor | null)[] {
  const length = program.operations.length
  const active = new Uint8Array(length)
  for (const tensor of withRespectTo) active[tensor.id] = 1
  for (const { inputs, output } of program.operations) if (inputs.some(x => active[x.id])) active[output.id] = 1

  const cotangents = new Map<number, Tensor>()
  const accumulate = (tensor: Tensor, cotangent: Tensor) => {
    const sofar = cotangents.get(tensor.id)
    cotangents.set(tensor.id, sofar ? program.add(sofar, cotangent) : cotangent)
  }
  for (const { output, cotangent } of seeds) {
    if (!sameShape(output.shape, cotangent.shape))
      throw new RangeError(`a cotangent ${shown(cotangent.shape)} for an output ${shown(output.shape)}`)
    accumulate(output, cotangent)
  }
  for (let id = length - 1; id >= 0; id--) {
    const operation = program.operations[id]!
    const cotangent = cotangents.get(id)
    if (!cotangent || !active[id] || operation.inputs.length === 0) continue
    const wanted = operation.inputs.map(x => active[x.id] === 1)
    if (!wanted.includes(true)) continue
    const { gradient } = primitives.get(operation.kind)!
    if (!gradient) throw new RangeError(`the primitive '${operation.kind}' has no gradient rule`)
    gradient(program, operation, cotangent, wanted).forEach((part, i) => {
      if (part && wanted[i]) accumulate(operation.inputs[i]!, part)
    })
  }
  return withRespectTo.map(tensor => cotangents.get(tensor.id) ?? null)
}
