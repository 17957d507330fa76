import { size, type Operation } from '../../tensor/primitive'
import type { Program } from '../../tensor/program'
import type { Tensor } from '../../tensor/builder'
import { EngineError } from '../engine'
import { lowerings } from './lowering/table'
import type { Runtime, Values } from './runtime'

/** A value that depends on outputs of the same run that come before it. */
export type LateValue = (of: (output: Tensor) => Values) => Values

interface Step {
  readonly operation: Operation
  /** Values that no later step needs. */
  readonly last: readonly number[]
}

/** A program made ready to be computed operation by operation, as far as its outputs depend on it. */
export class ProgramRun {
  /** Names of the program's inputs that the outputs depend on. */
  readonly inputs: ReadonlySet<string>
  private readonly steps: readonly Step[]
  private readonly constants = new Map<number, Values>()

  /** @throws EngineError for a primitive without a kernel here */
  constructor(
    private readonly runtime: Runtime,
    program: Program,
    private readonly outputs: ReadonlyMap<string, Tensor>,
  ) {
    const kept = new Set([...outputs.values()].map(tensor => tensor.id))
    const needed = new Set<number>()
    const visit = [...outputs.values()]
    for (let tensor = visit.pop(); tensor; tensor = visit.pop()) {
      if (needed.has(tensor.id)) continue
      needed.add(tensor.id)
      visit.push(...program.operation(tensor).inputs)
    }
    const operations = program.operations.filter(({ output }) => needed.has(output.id))
    this.inputs = new Set(operations.filter(({ kind }) => kind === 'input').map(({ attributes }) => attributes.name as string))
    const used = new Set<number>()
    const backwards = operations.toReversed().map((operation): Step => {
      const last = [...new Set(operation.inputs.map(x => x.id))].filter(id => !used.has(id) && !kept.has(id))
      for (const { id } of operation.inputs) used.add(id)
      return { operation, last: last.filter(id => isComputed(program.operations[id]!)) }
    })
    this.steps = backwards.toReversed()
    for (const { kind, output } of operations) {
      if (kind === 'constant')
        this.constants.set(output.id, runtime.tf.tensor(program.constants.get(output.id)!.slice(), [...output.shape], 'float32'))
      else if (kind !== 'input' && !lowerings.has(kind))
        throw new EngineError(`the TensorFlow.js engine does not know the primitive '${kind}'`)
    }
  }

  /**
   * @param feeds a value for each of `inputs`; they stay the caller's. One may be made when its turn comes, from outputs before it
   * @returns the outputs by name, which the caller must dispose of
   */
  run(feeds: ReadonlyMap<string, Values | LateValue>): Map<string, Values> {
    const { runtime } = this
    const values = new Map(this.constants)
    const computed = new Map<number, Values>()
    for (const { operation, last } of this.steps) {
      const { kind, attributes, output } = operation
      if (kind === 'constant') continue
      if (kind === 'input') {
        const fed = feeds.get(attributes.name as string)!
        values.set(output.id, typeof fed === 'function' ? fed(({ id }) => values.get(id)!) : fed)
        continue
      }
      const inputs = operation.inputs.map(x => values.get(x.id)!)
      const value = runtime.tf.tidy(() => {
        const result = lowerings.get(kind)!({ runtime, inputs, operation })
        return inputs.includes(result) ? result.clone() : result
      })
      values.set(output.id, value)
      computed.set(output.id, value)
      for (const id of last) {
        computed.get(id)!.dispose()
        computed.delete(id)
      }
    }
    // Two outputs may be one value, and an output may be fed or constant: each name gets a tensor of its own.
    const results = new Map([...this.outputs].map(([name, { id }]) => [name, values.get(id)!.clone()]))
    for (const value of computed.values()) value.dispose()
    return results
  }

  dispose(): void {
    for (const value of this.constants.values()) value.dispose()
    this.constants.clear()
  }
}

const isComputed = ({ kind }: Operation): boolean => kind !== 'input' && kind !== 'constant'

/** Numbers of a tensor, copied: a backend may hand out its own memory. @throws EngineError where there are not as many as the shape says */
export function numbersOf(value: Values): Float32Array {
  const numbers = value.dataSync<'float32'>()
  if (numbers.length !== size(value.shape)) throw new EngineError('TensorFlow.js gave a value of another size')
  return Float32Array.from(numbers)
}
