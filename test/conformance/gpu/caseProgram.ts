import { Random } from '../../../src/base/random'
import type { Tensor } from '../../../src/tensor/builder'
import { size } from '../../../src/tensor/primitive'
import { Program } from '../../../src/tensor/program'
import type { PrimitiveCase } from '../primitiveCases'

export interface CaseProgram {
  readonly program: Program
  readonly inputs: readonly Tensor[]
  readonly output: Tensor
  readonly feeds: ReadonlyMap<string, Float64Array>
}

/** A primitive on numbers that float32 holds exactly, the same in every process. */
export function caseProgram({ kind, shapes, attributes, range = [-2, 2], kink, indices }: PrimitiveCase, seed: number): CaseProgram {
  const random = Random.seeded(seed + 1, kind)
  const program = new Program()
  const inputs = shapes.map((shape, i) => program.input(`x${i}`, shape))
  const draw = (n: number): Float64Array => {
    if (indices !== undefined) return Float64Array.from({ length: n }, () => random.below(indices))
    if (kink) return random.shuffle(Float64Array.from({ length: n }, (_, i) => Math.fround(((i - (n >> 1) + 0.5) * 4) / n)))
    return Float64Array.from({ length: n }, () => Math.fround(range[0] + (range[1] - range[0]) * random.uniform()))
  }
  return {
    program,
    inputs,
    output: program.emit(kind, inputs, attributes),
    feeds: new Map(inputs.map((x, i) => [`x${i}`, draw(size(x.shape))])),
  }
}
