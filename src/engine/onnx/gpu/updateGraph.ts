import type { OnnxGraph } from '../onnxGraph'
import { arithmeticIn, type DeviceUpdate } from './optimizers'
import { parts, type ParameterGroup } from './parameterGroups'
import type { Settings } from './settings'

export interface UpdatePlan {
  readonly groups: readonly ParameterGroup[]
  readonly slotNames: readonly string[]
  readonly update: DeviceUpdate
  /** Infinity: no limit. */
  readonly clipNorm: number
}

/** Names of the settings that the update reads. */
export const groupSetting = {
  /** 1 where a task of the group is in the batch; else the group sits out, and its slots as well. */
  moves: (group: ParameterGroup) => `moves/${group.name}`,
  number: (group: ParameterGroup, name: string) => `${name}/${group.name}`,
}

/** Names of inputs and outputs. */
export const stateName = {
  weights: (group: ParameterGroup) => `weights/${group.name}`,
  slot: (slot: string, group: ParameterGroup) => `${slot}/${group.name}`,
  next: (name: string) => `next/${name}`,
}

/**
 * Writes the optimizer's step: new weights and slots of all groups as outputs.
 * @param gradientOf the gradient of a group's parameters, [floats]
 * @returns a value [1] that is finite just where all new weights are: the sum of their absolute values. Shaders may assume
 *   that there are no infinities and NaNs, so the question itself is left to the processor.
 */
export function writeUpdate(graph: OnnxGraph, settings: Settings, plan: UpdatePlan, gradientOf: (group: ParameterGroup) => string): string {
  const { groups, slotNames, update, clipNorm } = plan
  const a = arithmeticIn(graph)
  const regularised = groups.map(group => {
    const gradient = gradientOf(group)
    const factors = new Float32Array(group.floats)
    for (const { parameter, start } of group.members) factors.fill(2 * parameter.l2, start, start + parameter.size)
    // Regularisers are added once, after the tasks' gradients were combined, and count in the norm.
    if (factors.every(factor => factor === 0)) return gradient
    return a.add(gradient, a.multiply(graph.floats(factors, [group.floats]), stateName.weights(group)))
  })
  const gradients = clipNorm === Infinity ? regularised : clip(regularised)

  /** Keeps the norm of the whole step's gradient within the limit (Pascanu, Mikolov & Bengio 2013, algorithm 1). */
  function clip(all: readonly string[]): string[] {
    const squares = all.map((gradient, i) => {
      const group = groups[i]!
      return a.multiply(settings.value(groupSetting.moves(group)), sum(graph, a.multiply(gradient, gradient), group.floats))
    })
    const norm = a.sqrt(squares.reduce(a.add))
    const limit = a.constant(clipNorm)
    const factor = a.divide(limit, graph.node('Max', [norm, limit]))
    return all.map(gradient => a.multiply(factor, gradient))
  }

  const checks = groups.map((group, i) => {
    const before = { weights: stateName.weights(group), slots: slotNames.map(slot => stateName.slot(slot, group)) }
    const next = update.write(a, { ...before, gradient: gradients[i]! }, name => settings.value(groupSetting.number(group, name)))
    const moves = graph.node('Cast', [settings.value(groupSetting.moves(group))], { to: boolean })
    const put = (name: string, old: string, value: string) => {
      const chosen = graph.node('Where', [moves, value, old])
      graph.output(stateName.next(name), chosen, [group.floats])
      return stateName.next(name)
    }
    slotNames.forEach((slot, s) => put(stateName.slot(slot, group), before.slots[s]!, next.slots[s]!))
    const weights = put(stateName.weights(group), before.weights, next.weights)
    return sum(graph, graph.node('Abs', [weights]), group.floats)
  })
  return checks.reduce(a.add)
}

/** As ONNX numbers its types. */
const boolean = 9

/** The sum of all values, [1]; of long buffers in parts, for one sum is one thread's work. */
function sum(graph: OnnxGraph, values: string, floats: number): string {
  const inParts = floats > parts && floats % parts === 0
  const shaped = inParts
    ? graph.node('ReduceSum', [graph.node('Reshape', [values, graph.ints([parts, floats / parts])]), graph.ints([1])], { keepdims: 0 })
    : values
  return graph.node('ReduceSum', [shaped, graph.ints([0])], { keepdims: 1 })
}
