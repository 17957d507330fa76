import type { Tensor } from '../../tensor/builder'
import type { Program } from '../../tensor/program'
import { EngineError } from '../engine'
import { lowerings } from './lowering/table'
import { OnnxGraph } from './onnxGraph'

export interface EncodedProgram {
  readonly model: Uint8Array
  /** Names of the program's inputs that the outputs depend on. */
  readonly inputs: ReadonlySet<string>
}

/**
 * Writes what the outputs depend on as an ONNX model.
 * @param block channels per block of the runtime's blocked layout, as probed; 0: plain forms only
 */
export function encodeProgram(program: Program, outputs: ReadonlyMap<string, Tensor>, block = 0): EncodedProgram {
  const needed = new Set<number>()
  const visit = [...outputs.values()]
  for (let tensor = visit.pop(); tensor; tensor = visit.pop()) {
    if (needed.has(tensor.id)) continue
    needed.add(tensor.id)
    visit.push(...program.operation(tensor).inputs)
  }
  const operations = program.operations.filter(operation => needed.has(operation.output.id))
  const signature = (kind: string, firstInput: number, attributes: object) => `${kind}|${firstInput}|${JSON.stringify(attributes)}`
  const present = new Set(operations.map(({ kind, inputs, attributes }) => signature(kind, inputs[0]?.id ?? -1, attributes)))

  const graph = new OnnxGraph()
  const names = new Map<number, string>()
  const inputs = new Set<string>()
  for (const operation of operations) {
    const { kind, attributes, output } = operation
    if (kind === 'input') {
      const name = attributes.name as string
      inputs.add(name)
      names.set(output.id, graph.input(name, output.shape))
    } else if (kind === 'constant') {
      names.set(output.id, graph.floats(program.constants.get(output.id)!, output.shape))
    } else {
      const lower = lowerings.get(kind)
      if (!lower) throw new EngineError(`the ONNX engine does not know the primitive '${kind}'`)
      const context = {
        graph,
        operation,
        block,
        inputs: operation.inputs.map(x => names.get(x.id)!),
        computes: (...key: Parameters<typeof signature>) => present.has(signature(...key)),
      }
      names.set(output.id, lower(context))
    }
  }
  for (const [name, tensor] of outputs) {
    const value = names.get(tensor.id)!
    graph.output(name, value, tensor.shape)
  }
  return { model: graph.encode(), inputs }
}
