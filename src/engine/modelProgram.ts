import { layerOf } from '../layers/table'
import type { GraphNode, ModelGraph } from '../ir/graph'
import { taskOf } from '../tasks/table'
import type { Tensor } from '../tensor/builder'
import { Program, type ProgramOptions } from '../tensor/program'
import { EngineError } from './engine'
import { dependencies, parametersOf } from './parameters'

/** A model lowered to a program of primitives, as far as the losses of each row. */
export interface ModelProgram {
  readonly program: Program
  /** Data of each input node, as it stands in a batch: images [batch, height, width, channels]. */
  readonly inputs: ReadonlyMap<string, Tensor>
  /** By full parameter name. */
  readonly parameters: ReadonlyMap<string, Tensor>
  /** By task, in order: [batch]. */
  readonly targets: readonly Tensor[]
  /** By task: loss of each row, [batch]. */
  readonly losses: readonly Tensor[]
  /** By task: [batch, units]. */
  readonly predictions: readonly Tensor[]
}

/** Names of a program's inputs and outputs. */
export const names = {
  input: (node: string) => `input/${node}`,
  parameter: (parameter: string) => `parameter/${parameter}`,
  target: (task: string) => `target/${task}`,
  cotangent: (task: string) => `cotangent/${task}`,
  loss: (task: string) => `loss/${task}`,
  prediction: (task: string) => `prediction/${task}`,
  /** Of the weighted sum of losses. */
  gradient: (parameter: string) => `gradient/${parameter}`,
  /** Of one task's loss. */
  taskGradient: (task: string, parameter: string) => `gradient/${parameter}/of/${task}`,
}

/**
 * @param batch rows of every tensor's first axis
 * @param training with dropout
 * @throws EngineError where the graph is not complete
 */
export function lowerModel(graph: ModelGraph, batch: number, training: boolean, options: ProgramOptions = {}): ModelProgram {
  const program = new Program(options)
  const specifications = parametersOf(graph)
  const parameters = new Map(specifications.map(({ name, shape }) => [name, program.input(names.parameter(name), shape)]))
  const ofLayer = (layer: number) =>
    Object.fromEntries(specifications.filter(p => p.layerId === layer).map(p => [p.role, parameters.get(p.name)!]))
  const inputs = new Map<string, Tensor>()
  const used = dependencies(graph)
  const values = new Map<number, Tensor>()

  const lower = (node: GraphNode): Tensor => {
    if (node.kind === 'input' || node.kind === 'features') return lowerInput(program, node, batch, inputs)
    const sources = node.inputs.map(id => values.get(id)!)
    // Channels are the last axis of the graph's shapes; inside, images are [batch, channels, height, width].
    if (node.kind === 'concat') return program.concat(sources, sources[0]!.shape.length === 4 ? 1 : sources[0]!.shape.length - 1)
    const layer = layerOf(node.kind)
    if (!layer) throw new EngineError(`unknown layer '${node.kind}' (${node.name})`)
    return layer.lower(program, sources[0]!, { options: node.options, parameters: ofLayer(node.layer), training })
  }
  for (const node of graph.nodes) if (used.some(nodes => nodes.has(node.id))) values.set(node.id, lower(node))

  const targets = graph.tasks.map(task => program.input(names.target(task.name), [batch]))
  const perTask = <R>(make: (kind: NonNullable<ReturnType<typeof taskOf>>, output: Tensor, i: number) => R) =>
    graph.tasks.map((task, i) => {
      const kind = taskOf(task.kind)
      if (!kind) throw new EngineError(`unknown kind of task '${task.kind}' (${task.name})`)
      return make(kind, values.get(task.output)!, i)
    })
  const losses = perTask((kind, output, i) => kind.loss(program, output, targets[i]!, graph.tasks[i]!.options))
  const predictions = perTask((kind, output) => kind.prediction(program, output))
  return { program, inputs, parameters, targets, losses, predictions }
}

function lowerInput(program: Program, node: GraphNode, batch: number, inputs: Map<string, Tensor>): Tensor {
  if (node.shape === null || node.shape.includes(null)) throw new EngineError(`the shape of the input ${node.name} is not known`)
  const raw = program.input(names.input(node.name), [batch, ...(node.shape as readonly number[])])
  inputs.set(node.name, raw)
  const scale = node.options.scale as number | null | undefined
  const scaled = scale == null || scale === 1 ? raw : program.multiply(raw, program.constant(scale))
  return raw.shape.length === 4 ? program.transpose(scaled, [0, 3, 1, 2]) : scaled
}
