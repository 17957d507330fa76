import type { ModelGraph } from '../ir/graph'
import type { Tensor } from '../tensor/builder'
import { differentiate } from '../tensor/differentiate'
import { names, type ModelProgram } from './modelProgram'
import type { ParameterSpecification } from './parameters'

/**
 * The cotangent of a task's row losses is an input, [batch]: weight·mask/(number of labels). So the masked mean and the
 * task's weight cost nothing in the program, and changing weights never recompiles.
 */
function cotangents(model: ModelProgram, graph: ModelGraph): Tensor[] {
  return graph.tasks.map((task, i) => model.program.input(names.cotangent(task.name), model.losses[i]!.shape))
}

const lossOutputs = (model: ModelProgram, graph: ModelGraph): [string, Tensor][] =>
  graph.tasks.map((task, i) => [names.loss(task.name), model.losses[i]!])

/** No backward pass at all. */
export const lossesOnly = (model: ModelProgram, graph: ModelGraph): Map<string, Tensor> => new Map(lossOutputs(model, graph))

/** One backward pass of the weighted sum of losses. @returns the program's outputs: row losses, a gradient per parameter */
export function sumGradients(model: ModelProgram, graph: ModelGraph, parameters: readonly ParameterSpecification[]): Map<string, Tensor> {
  const weights = cotangents(model, graph)
  const seeds = model.losses.map((output, i) => ({ output, cotangent: weights[i]! }))
  const gradients = differentiate(
    model.program,
    seeds,
    parameters.map(p => model.parameters.get(p.name)!),
  )
  return new Map([
    ...lossOutputs(model, graph),
    ...parameters.map((p, i): [string, Tensor] => [names.gradient(p.name), orZero(model, gradients[i]!, p)]),
  ])
}

/**
 * A backward pass per task that shares the forward pass. Parameters of one task get their gradient as in `sumGradients`;
 * shared ones a gradient per task that uses them.
 */
export function perTaskGradients(
  model: ModelProgram,
  graph: ModelGraph,
  parameters: readonly ParameterSpecification[],
): Map<string, Tensor> {
  const weights = cotangents(model, graph)
  const outputs = new Map(lossOutputs(model, graph))
  graph.tasks.forEach((task, t) => {
    const own = parameters.filter(p => p.tasks.includes(t))
    const gradients = differentiate(
      model.program,
      [{ output: model.losses[t]!, cotangent: weights[t]! }],
      own.map(p => model.parameters.get(p.name)!),
    )
    own.forEach((p, i) =>
      outputs.set(p.tasks.length > 1 ? names.taskGradient(task.name, p.name) : names.gradient(p.name), orZero(model, gradients[i]!, p)),
    )
  })
  return outputs
}

/** The gradients of one shared parameter, of each task that uses it. */
export interface SharedGradients {
  readonly parameter: ParameterSpecification
  readonly gradients: readonly Tensor[]
}

/** As `perTaskGradients`, but the shared parameters' gradients are no outputs: only their Gram matrices are wanted. */
export function gramGradients(
  model: ModelProgram,
  graph: ModelGraph,
  parameters: readonly ParameterSpecification[],
): { readonly outputs: Map<string, Tensor>; readonly shared: readonly SharedGradients[] } {
  const outputs = perTaskGradients(model, graph, parameters)
  const shared = parameters.filter(({ tasks }) => tasks.length > 1)
  const gradientsOf = ({ name, tasks }: ParameterSpecification) =>
    tasks.map(t => {
      const output = names.taskGradient(graph.tasks[t]!.name, name)
      const gradient = outputs.get(output)!
      outputs.delete(output)
      return gradient
    })
  return { outputs, shared: shared.map(parameter => ({ parameter, gradients: gradientsOf(parameter) })) }
}

/** A task may depend on a parameter in the graph and not in its derivative (a step function stands between). */
const orZero = (model: ModelProgram, gradient: Tensor | null, { shape }: ParameterSpecification): Tensor =>
  gradient ?? model.program.constant(0, shape)
