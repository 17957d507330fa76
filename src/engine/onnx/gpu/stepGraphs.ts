import type { ModelGraph } from '../../../ir/graph'
import type { Tensor } from '../../../tensor/builder'
import { perTaskGradients, sumGradients } from '../../gradientProgram'
import { lowerModel, names, type ModelProgram } from '../../modelProgram'
import { parametersOf } from '../../parameters'
import { together, writeProgram, type WrittenProgram } from '../encodeProgram'
import { OnnxGraph } from '../onnxGraph'
import { taskPacks } from '../taskPacks'
import { writeGram } from './gramGraph'
import { deviceForms } from './forms'
import { isShared, packOf, type ParameterGroup } from './parameterGroups'
import { Settings } from './settings'
import { writeUpdate, type UpdatePlan } from './updateGraph'

/** What is read back of a run: [row losses of all tasks | Gram blocks | sum of all weights], as far as the model gives them. */
export const report = 'report'

/** Names of gradients that stay on the device. */
export const gradientName = {
  /** A row per task of the group, [tasks, floats]. */
  rows: (group: ParameterGroup) => `rows/${group.name}`,
  own: (group: ParameterGroup) => `gradient/${group.name}`,
}

export const weightSetting = {
  /** Weights of the tasks of a group's rows, or of its one task. */
  tasks: (group: ParameterGroup) => `tasks/${group.name}`,
  /** The same of one layer's part of the rows. */
  layer: ({ name }: SharedLayer) => `layer/${name}`,
}

/** A shared layer within its group's buffer. */
export interface SharedLayer {
  readonly name: string
  readonly group: ParameterGroup
  readonly start: number
  readonly length: number
}

/** In graph order. */
export function sharedLayers(groups: readonly ParameterGroup[]): readonly SharedLayer[] {
  const layers = groups.filter(isShared).flatMap(group =>
    [...new Set(group.members.map(({ parameter }) => parameter.layer))].map(name => {
      const own = group.members.filter(({ parameter }) => parameter.layer === name)
      const length = own.reduce((n, { parameter }) => n + parameter.size, 0)
      return { name, group, start: own[0]!.start, length, order: own[0]!.order }
    }),
  )
  return layers.sort((a, b) => a.order - b.order)
}

interface TrainingProgram {
  readonly graph: OnnxGraph
  readonly model: ModelProgram
  readonly written: WrittenProgram
}

/** Forward and backward passes in a graph that gets more. */
function writeGradients(graph: ModelGraph, groups: readonly ParameterGroup[], rows: number, perTask: boolean): TrainingProgram {
  const model = lowerModel(graph, rows, true)
  const outputs: Map<string, Tensor> = (perTask ? perTaskGradients : sumGradients)(model, graph, parametersOf(graph))
  for (const [name, value] of model.updates) outputs.set(names.update(name), value)
  const onnx = new OnnxGraph()
  const packs = taskPacks(graph, rows)
  const inputs = [packs.targets, packs.cotangents, ...groups.map(packOf)]
  return { graph: onnx, model, written: writeProgram(onnx, model.program, outputs, { inputs, forms: deviceForms }) }
}

/** The gradients of a group's parameters one behind the other, [floats]. */
const gradientOf = (
  { graph, written }: TrainingProgram,
  { floats, members }: ParameterGroup,
  name: (parameter: string) => string,
): string =>
  together(
    graph,
    { name: '', floats, members: new Map(members.map(({ parameter, start }) => [name(parameter.name), start])) },
    written.value,
  )

const losses = ({ graph, written }: TrainingProgram, model: ModelGraph, rows: number): string =>
  together(graph, taskPacks(model, rows).losses, written.value)

function putReport(graph: OnnxGraph, values: readonly string[], floats: number): void {
  graph.output(report, values.length === 1 ? values[0]! : graph.node('Concat', values, { axis: 0 }), [floats])
}

function putStatistics({ graph, model, written }: TrainingProgram): void {
  for (const [name, { shape }] of model.updates) graph.output(names.update(name), written.value(names.update(name)).name, shape)
}

export interface StepGraph {
  readonly model: Uint8Array
  readonly program: ModelProgram
  /** Names of the inputs that the model has beside optimizer state and settings. */
  readonly inputs: ReadonlySet<string>
  readonly settings: Settings
}

/** A whole step: forward, backward of the weighted sum of losses, and the optimizer. */
export function sumStep(graph: ModelGraph, rows: number, plan: UpdatePlan): StepGraph {
  const written = writeGradients(graph, plan.groups, rows, false)
  const settings = new Settings(written.graph)
  const factor = (group: ParameterGroup, gradient: string) =>
    isShared(group) ? gradient : written.graph.node('Mul', [settings.value(weightSetting.tasks(group)), gradient])
  const rowLosses = losses(written, graph, rows)
  putStateInputs(written.graph, plan, written.written.inputs)
  const check = writeUpdate(written.graph, settings, plan, group => factor(group, gradientOf(written, group, names.gradient)))
  settings.finish()
  putReport(written.graph, [rowLosses, check], graph.tasks.length * rows + 1)
  putStatistics(written)
  return { model: written.graph.encode(), program: written.model, inputs: written.written.inputs, settings }
}

export interface RowsGraph extends Omit<StepGraph, 'settings'> {
  readonly layers: readonly SharedLayer[]
}

/** Forward, and a backward pass per task: J stays on the device, its Gram blocks are read back. */
export function taskRows(graph: ModelGraph, rows: number, groups: readonly ParameterGroup[]): RowsGraph {
  const written = writeGradients(graph, groups, rows, true)
  const onnx = written.graph
  const layers = sharedLayers(groups)
  const rowsOf = new Map(
    groups.filter(isShared).map(group => {
      const each = group.tasks.map(t => {
        const row = gradientOf(written, group, parameter => names.taskGradient(graph.tasks[t]!.name, parameter))
        return onnx.node('Reshape', [row, onnx.ints([1, group.floats])])
      })
      return [group, onnx.node('Concat', each, { axis: 0 })]
    }),
  )
  const grams = layers.map(({ group, start, length }) => {
    const own = onnx.node('Slice', [rowsOf.get(group)!, onnx.ints([start]), onnx.ints([start + length]), onnx.ints([1])])
    return writeGram(onnx, own, group.tasks.length, length)
  })
  const floats = graph.tasks.length * rows + layers.reduce((n, { group }) => n + group.tasks.length ** 2, 0)
  putReport(onnx, [losses(written, graph, rows), ...grams], floats)
  for (const group of groups) {
    if (isShared(group)) onnx.output(gradientName.rows(group), rowsOf.get(group)!, [group.tasks.length, group.floats])
    else onnx.output(gradientName.own(group), gradientOf(written, group, names.gradient), [group.floats])
  }
  putStatistics(written)
  return { model: onnx.encode(), program: written.model, inputs: written.written.inputs, layers }
}

/** What shared parameters get: rows combined by weights of tasks, those layer by layer, or a direction that was found elsewhere. */
export type Combination = 'tasks' | 'layers' | 'direction'

/** The second half of a step with per-task gradients: rows combined by what was found, and the optimizer. */
export function rowsUpdate(plan: UpdatePlan, combination: Combination): Pick<StepGraph, 'model' | 'settings'> {
  const graph = new OnnxGraph()
  const settings = new Settings(graph)
  const layers = sharedLayers(plan.groups)
  putStateInputs(graph, plan, new Set())
  const check = writeUpdate(graph, settings, plan, group => {
    if (!isShared(group) || combination === 'direction') {
      graph.input(gradientName.own(group), [group.floats])
      if (isShared(group)) return gradientName.own(group)
      return graph.node('Mul', [settings.value(weightSetting.tasks(group)), gradientName.own(group)])
    }
    const T = group.tasks.length
    const rows = graph.input(gradientName.rows(group), [T, group.floats])
    const combine = (weights: string, part: string) => {
      const column = graph.node('Reshape', [settings.value(weights, T), graph.ints([T, 1])])
      return graph.node('ReduceSum', [graph.node('Mul', [column, part]), graph.ints([0])], { keepdims: 0 })
    }
    if (combination === 'tasks') return combine(weightSetting.tasks(group), rows)
    const own = layers.filter(layer => layer.group === group)
    const combined = own.map(layer => {
      const part = graph.node('Slice', [rows, graph.ints([layer.start]), graph.ints([layer.start + layer.length]), graph.ints([1])])
      return combine(weightSetting.layer(layer), part)
    })
    const missing = group.floats - own.reduce((n, { length }) => n + length, 0)
    if (missing > 0) combined.push(graph.floats(new Float32Array(missing), [missing]))
    return combined.length === 1 ? combined[0]! : graph.node('Concat', combined, { axis: 0 })
  })
  settings.finish()
  putReport(graph, [check], 1)
  return { model: graph.encode(), settings }
}

/** Weights that the losses do not depend on are no inputs of the program, but of the update. */
function putStateInputs(graph: OnnxGraph, { groups, slotNames }: UpdatePlan, present: ReadonlySet<string>): void {
  for (const group of groups) {
    if (!present.has(packOf(group).name)) graph.input(packOf(group).name, [group.floats])
    for (const slot of slotNames) graph.input(`${slot}/${group.name}`, [group.floats])
  }
}
