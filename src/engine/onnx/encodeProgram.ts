import type { Tensor } from '../../tensor/builder'
import { size, type Operation } from '../../tensor/primitive'
import type { Program } from '../../tensor/program'
import { EngineError, type ImageLayout } from '../engine'
import { Coefficients } from './blocked/image'
import { ImageWriter } from './blocked/imageWriter'
import { blockedLowerings } from './blocked/operations'
import { Values } from './blocked/values'
import type { Lowering } from './lowering/lowering'
import { lowerings } from './lowering/table'
import { OnnxGraph } from './onnxGraph'
import { factorsOf, writeTaskGram, type TaskGram } from './taskGram'

export interface EncodedProgram {
  readonly model: Uint8Array
  /** Names of the model's inputs: the program's that the outputs depend on, or the packs they lie in. */
  readonly inputs: ReadonlySet<string>
}

/**
 * Values that lie together in memory and enter or leave the model as one tensor, taken apart or put together inside: each
 * tensor that crosses the border costs 1.5 µs, a node inside 0.2.
 */
export interface Pack {
  readonly name: string
  readonly floats: number
  /** Where each value starts, by its name. What lies between them is 0 in outputs. */
  readonly members: ReadonlyMap<string, number>
}

export interface EncodingOptions {
  /** Channels per block of the runtime's blocked layout, as probed; 0 (default): plain forms only. */
  readonly block?: number
  /** Whether images stay in that layout from one operation to the next (default: plain, where single operations use it). */
  readonly imageLayout?: ImageLayout
  readonly inputs?: readonly Pack[]
  readonly outputs?: readonly Pack[]
  /** Other ways to write some primitives, where a device asks for them. */
  readonly forms?: ReadonlyMap<string, Lowering>
  /** Gram matrices that are outputs too, in float64. */
  readonly grams?: readonly TaskGram[]
  /** Values that were computed elsewhere and enter under these names, by their tensor's id. */
  readonly given?: ReadonlyMap<number, string>
}

/** Writes what the outputs depend on as an ONNX model. */
export function encodeProgram(program: Program, outputs: ReadonlyMap<string, Tensor>, options: EncodingOptions = {}): EncodedProgram {
  const graph = new OnnxGraph()
  const grams = (options.grams ?? []).map(({ name, gradients }) => ({ name, n: gradients.length, factors: factorsOf(program, gradients) }))
  const operand = (name: string, i: number) => `${name}/operand/${i}`
  const operands = grams.flatMap(({ name, factors }) => factors.operands.map((tensor, i) => [operand(name, i), tensor] as const))
  const { inputs, value } = writeProgram(graph, program, new Map([...outputs, ...operands]), options)
  for (const { name, n, factors } of grams) {
    const values = factors.operands.map((_, i) => value(operand(name, i)).name)
    graph.output(name, writeTaskGram(graph, factors, values), [n, n], 'float64')
  }
  for (const pack of options.outputs ?? []) graph.output(pack.name, together(graph, pack, value), [pack.floats])
  for (const [name, tensor] of outputs) {
    if (!options.outputs?.some(({ members }) => members.has(name))) graph.output(name, value(name).name, tensor.shape)
  }
  return { model: graph.encode(), inputs }
}

/** A value of an ONNX graph. */
export interface WrittenValue {
  readonly name: string
  readonly floats: number
}

export interface WrittenProgram {
  readonly inputs: ReadonlySet<string>
  /** The value that stands for one of the program's outputs. */
  value(output: string): WrittenValue
}

/** Writes what the outputs depend on into an ONNX graph, which may hold and get more. */
export function writeProgram(
  graph: OnnxGraph,
  program: Program,
  outputs: ReadonlyMap<string, Tensor>,
  { block = 0, imageLayout = 'plain', inputs: packs = [], forms, given = new Map() }: EncodingOptions = {},
): WrittenProgram {
  const operations = neededFor(program, [...outputs.values()], given)
  const signature = (kind: string, firstInput: number, attributes: object) => `${kind}|${firstInput}|${JSON.stringify(attributes)}`
  const present = new Set(operations.map(({ kind, inputs, attributes }) => signature(kind, inputs[0]?.id ?? -1, attributes)))
  const writer = imageLayout === 'blocked' && block > 0 ? new ImageWriter(graph, block) : null
  const coefficients = new Coefficients(graph)
  const values = new Values(writer)
  const inputs = new Set<string>()

  const input = (name: string, shape: readonly number[]): string => {
    const pack = packs.find(({ members }) => members.has(name))
    const [outer, outerShape] = pack ? [pack.name, [pack.floats]] : [name, shape]
    if (!inputs.has(outer)) graph.input(outer, outerShape)
    inputs.add(outer)
    if (!pack) return outer
    const start = pack.members.get(name)!
    const part = graph.node('Slice', [outer, graph.ints([start]), graph.ints([start + size(shape)]), graph.ints([0])])
    return graph.node('Reshape', [part, graph.ints(shape)])
  }
  for (const operation of operations) {
    const { kind, attributes, output } = operation
    graph.origin = kind
    const name = kind === 'input' ? (attributes.name as string) : given.get(output.id)
    if (name !== undefined) values.setPlain(output, input(name, output.shape))
    else if (kind === 'constant') values.setPlain(output, graph.floats(program.constants.get(output.id)!, output.shape))
    else {
      const computes = (...key: Parameters<typeof signature>) => present.has(signature(...key))
      const inBlocks = writer && blockedLowerings[kind]?.({ graph, operation, values, writer, coefficients, computes })
      if (typeof inBlocks === 'string') values.setPlain(output, inBlocks)
      else if (inBlocks) values.setImage(output, inBlocks)
      if (inBlocks) continue
      const lower = forms?.get(kind) ?? lowerings.get(kind)
      if (!lower) throw new EngineError(`the ONNX engine does not know the primitive '${kind}'`)
      values.setPlain(output, lower({ graph, operation, block, inputs: operation.inputs.map(x => values.plain(x)), computes }))
    }
  }
  // All of them now: values that become outputs get other names.
  for (const tensor of outputs.values()) values.plain(tensor)
  return { inputs, value: output => ({ name: values.plain(outputs.get(output)!), floats: size(outputs.get(output)!.shape) }) }
}

function neededFor(program: Program, outputs: Tensor[], given: ReadonlyMap<number, string>): readonly Operation[] {
  const needed = new Set<number>()
  for (let tensor = outputs.pop(); tensor; tensor = outputs.pop()) {
    if (needed.has(tensor.id)) continue
    needed.add(tensor.id)
    if (!given.has(tensor.id)) outputs.push(...program.operation(tensor).inputs)
  }
  return program.operations.filter(operation => needed.has(operation.output.id))
}

/** The members of a pack as one value. */
export function together(graph: OnnxGraph, pack: Pack, value: (name: string) => WrittenValue): string {
  const parts: string[] = []
  let end = 0
  const fill = (to: number) => {
    if (to > end) parts.push(graph.floats(new Float32Array(to - end), [to - end]))
  }
  for (const [member, start] of [...pack.members].sort(([, a], [, b]) => a - b)) {
    const { name, floats } = value(member)
    fill(start)
    parts.push(graph.node('Reshape', [name, graph.ints([floats])]))
    end = start + floats
  }
  fill(pack.floats)
  return graph.node('Concat', parts, { axis: 0 })
}
