import { lowerOperation } from '../layers/operations/lower'
import { operationOf } from '../layers/operations/table'
import type { LoweringContext } from '../layers/layer'
import { layerOf } from '../layers/table'
import { channelsFirst } from '../layers/channels'
import { dataSetByNode, dataSetsOf } from '../ir/dataSets'
import type { GraphNode, ModelGraph } from '../ir/graph'
import { taskOf } from '../tasks/table'
import type { Tensor } from '../tensor/builder'
import { Program, type ProgramOptions } from '../tensor/program'
import { EngineError } from './engine'
import { dependencies, parametersOf, statisticsOf } from './parameters'

/** A model lowered to a program of primitives, as far as the losses of each row. */
export interface ModelProgram {
  readonly program: Program
  /** Data of each input node, as it stands in a batch: images [batch, height, width, channels]. */
  readonly inputs: ReadonlyMap<string, Tensor>
  /** By full parameter name; running statistics among them. */
  readonly parameters: ReadonlyMap<string, Tensor>
  /** The model's data sets; none where its tasks have no labels yet. */
  readonly dataSets: readonly number[]
  /** Marks the rows of the data, [batch] for each data set in turn; null where no layer asks for it: then nothing couples the rows. */
  readonly realRows: Tensor | null
  /** By full name: what running statistics are after a training step. */
  readonly updates: ReadonlyMap<string, Tensor>
  /** By task, in order: [batch]. */
  readonly targets: readonly Tensor[]
  /** By task: loss of each row, [batch]. */
  readonly losses: readonly Tensor[]
  /** By task: [batch, units]. */
  readonly predictions: readonly Tensor[]
  /** What a node gives, [batch, …]; images by channels. @throws EngineError where no task uses it */
  activation(node: number): Tensor
}

/** Names of a program's inputs and outputs. */
export const names = {
  input: (node: string) => `input/${node}`,
  parameter: (parameter: string) => `parameter/${parameter}`,
  target: (task: string) => `target/${task}`,
  cotangent: (task: string) => `cotangent/${task}`,
  realRows: 'rows',
  /** What a running statistic becomes. */
  update: (parameter: string) => `update/${parameter}`,
  loss: (task: string) => `loss/${task}`,
  prediction: (task: string) => `prediction/${task}`,
  activation: (node: number) => `activation/${node}`,
  /** Of the weighted sum of losses. */
  gradient: (parameter: string) => `gradient/${parameter}`,
  /** Of one task's loss. */
  taskGradient: (task: string, parameter: string) => `gradient/${parameter}/of/${task}`,
  /** Of the tasks' gradients by a shared parameter. */
  gram: (parameter: string) => `gram/${parameter}`,
}

/**
 * @param batch rows of every tensor's first axis
 * @param training with dropout
 * @throws EngineError where the graph is not complete
 */
export function lowerModel(graph: ModelGraph, batch: number, training: boolean, options: ProgramOptions = {}): ModelProgram {
  const program = new Program(options)
  const specifications = [...parametersOf(graph), ...statisticsOf(graph)]
  const parameters = new Map(specifications.map(({ name, shape }) => [name, program.input(names.parameter(name), shape)]))
  // A layer that is applied twice moves its statistics twice.
  const updates = new Map<string, Tensor>()
  const ofLayer = (layer: number) => specifications.filter(p => p.layerId === layer)
  const dataSets = dataSetsOf(graph)
  const setOf = dataSetByNode(graph)
  let realRows: Tensor | null = null
  const rowsOf = (node: GraphNode): Tensor => {
    realRows ??= program.input(names.realRows, [batch * Math.max(1, dataSets.length)])
    if (dataSets.length < 2) return realRows
    const start = batch * dataSets.indexOf(setOf.get(node.id)!)
    return program.emit('slice', [realRows], { axis: 0, start, end: start + batch })
  }
  const contextOf = (node: GraphNode): LoweringContext => ({
    options: node.options,
    parameters: Object.fromEntries(ofLayer(node.layer).map(p => [p.role, updates.get(p.name) ?? parameters.get(p.name)!])),
    training,
    realRows: () => rowsOf(node),
    update: (statistic, value) => void updates.set(ofLayer(node.layer).find(p => p.role === statistic)!.name, value),
  })
  const inputs = new Map<string, Tensor>()
  const used = dependencies(graph)
  const values = new Map<number, Tensor>()

  /** What is the same for all rows is there once, until something needs it for each. */
  const forRows = (x: Tensor) => program.broadcast(x, [batch, ...x.shape.slice(1)])
  const lower = (node: GraphNode): Tensor => {
    if (node.kind === 'input' || node.kind === 'features') return lowerInput(program, node, batch, inputs)
    if (node.kind === 'target') return lowerTarget(program, node, targets[graph.tasks.findIndex(task => task.name === node.options.task)]!)
    if (node.kind === 'parameter') {
      const own = parameters.get(ofLayer(node.layer)[0]!.name)!
      return channelsFirst(program, program.reshape(own, [1, ...own.shape]))
    }
    const operation = operationOf(node.kind)
    const given = node.inputs.map(id => values.get(id)!)
    if (operation) return lowerOperation(program, operation, given, node.options)
    const sources = given.map(forRows)
    // Channels are the last axis of the graph's shapes; inside, images are [batch, channels, height, width].
    if (node.kind === 'concat') return program.concat(sources, sources[0]!.shape.length === 4 ? 1 : sources[0]!.shape.length - 1)
    const layer = layerOf(node.kind)
    if (!layer) throw new EngineError(`unknown layer '${node.kind}' (${node.name})`)
    return layer.lower(program, sources[0]!, contextOf(node))
  }
  const targets = graph.tasks.map(task => program.input(names.target(task.name), [batch]))
  for (const node of graph.nodes) if (used.some(nodes => nodes.has(node.id))) values.set(node.id, lower(node))

  const perTask = <R>(make: (kind: NonNullable<ReturnType<typeof taskOf>>, output: Tensor, i: number) => R) =>
    graph.tasks.map((task, i) => {
      const kind = taskOf(task.kind)
      if (!kind) throw new EngineError(`unknown kind of task '${task.kind}' (${task.name})`)
      return make(kind, forRows(values.get(task.output)!), i)
    })
  const losses = perTask((kind, output, i) => {
    const { loss, options } = graph.tasks[i]!
    return loss == null ? kind.loss(program, output, targets[i]!, options) : program.broadcast(values.get(loss)!, [batch])
  })
  const predictions = perTask((kind, output) => kind.prediction(program, output))
  const activation = (node: number): Tensor => {
    const value = values.get(node)
    if (!value) throw new EngineError(`no task uses '${graph.nodes[node]?.name}'`)
    return forRows(value)
  }
  return { program, inputs, parameters, dataSets, realRows, updates, targets, losses, predictions, activation }
}

/** The label as a loss of the model file sees it: [batch, classes] or [batch, 1]. */
function lowerTarget(program: Program, { options, shape }: GraphNode, target: Tensor): Tensor {
  if (options.form !== 'class') return program.reshape(target, [target.shape[0]!, 1])
  const [classes] = shape ?? []
  if (classes == null) throw new EngineError('the number of classes is not known')
  return program.oneHot(target, classes)
}

function lowerInput(program: Program, node: GraphNode, batch: number, inputs: Map<string, Tensor>): Tensor {
  if (node.shape === null || node.shape.includes(null)) throw new EngineError(`the shape of the input ${node.name} is not known`)
  const raw = program.input(names.input(node.name), [batch, ...(node.shape as readonly number[])])
  inputs.set(node.name, raw)
  const scale = node.options.scale as number | null | undefined
  const scaled = scale == null || scale === 1 ? raw : program.multiply(raw, program.constant(scale))
  return raw.shape.length === 4 ? program.transpose(scaled, [0, 3, 1, 2]) : scaled
}
