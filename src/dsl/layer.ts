import type { Json } from '../base/json'
import type { ParameterSpec } from '../ir/graph'
import { formatShape, type Shape } from '../ir/shape'
import { isShapeProblem, type LayerDefinition, type ShapeProblem } from '../layers/layer'
import { checkArguments } from './options'
import { addNode, nextLayer, nodeAt, report, stackHere } from './recorder'
import type { FixRequest, Place } from '../ir/recording'
import { addPipeStep, Tensor } from './tensor'
import { describeAs, show } from './values'

/** One layer object. Its weights come to be with its first application; further applications share them. */
interface LayerState {
  readonly definition: LayerDefinition
  readonly options: Record<string, Json>
  /** Every option that decides its shape is right. */
  readonly sound: boolean
  readonly id: number
  /** Where it was made. */
  readonly stack: number
  first: { readonly node: number; readonly parameters: readonly ParameterSpec[] } | null
}

interface Application {
  readonly stack: number
  /** Where a wrong shape shows. */
  readonly place: Place
  readonly piped: boolean
}

/** The function of the vocabulary that makes layers of one kind: `dense(64, { … })`. */
export function layerBuilder(definition: LayerDefinition) {
  const { kind, options: specs, positional } = definition
  return Object.freeze((...given: unknown[]) => {
    const stack = stackHere()
    const tensorAt = given.findIndex(value => Tensor.nodeOf(value) !== undefined)
    if (tensorAt >= 0) reportNotApplied(kind, { stack, argument: tensorAt })
    const { options, wrong } = checkArguments(kind, tensorAt < 0 ? given : given.slice(0, tensorAt), specs, positional, stack)
    const layer: LayerState = { definition, options, sound: wrong.size === 0, id: nextLayer(), stack, first: null }
    if (tensorAt >= 0) return apply(layer, given[tensorAt], { stack, place: { stack }, piped: false })
    const use = (x: unknown, ...more: unknown[]) => {
      const at = stackHere()
      if (more.length > 0)
        report({ code: 'mtl/too-many-arguments', message: `a layer is applied to one tensor`, place: { stack: at, argument: 1 } })
      return apply(layer, x, { stack: at, place: { stack: at }, piped: false })
    }
    addPipeStep(use, (x, at) => apply(layer, x, { stack: at.stack, place: at, piped: true }))
    return describeAs(use, 'a layer that is not applied to a tensor yet')
  })
}

function reportNotApplied(kind: string, place: Place): void {
  report({
    code: 'mtl/layer-not-applied',
    message: `${kind}(…) makes a layer; apply it to the tensor in a second call, ${kind}(…)(x), or in a pipe, x.pipe(${kind}(…))`,
    place,
    fixes: [{ kind: 'applyTo', place }],
  })
}

function apply(layer: LayerState, x: unknown, { stack, place, piped }: Application): Tensor {
  const { definition, options, id } = layer
  const common = { kind: definition.kind, layer: id, options, stack: layer.stack, use: stack, piped }
  const input = Tensor.nodeOf(x)
  if (input === undefined) {
    report({
      code: 'mtl/not-a-tensor',
      message: `${definition.kind} is applied to a tensor, not to ${show(x)}`,
      place: { stack, argument: 0 },
    })
    return new Tensor(addNode({ ...common, inputs: [], shape: unknownOutput(definition, null) }))
  }
  const inputShape = nodeAt(input).shape
  const result = layer.sound ? definition.shape(inputShape, options) : unknownOutput(definition, inputShape)
  const fits = !isShapeProblem(result)
  if (!fits) reportShape(layer, input, result, stack, place)
  const parameters = layer.sound ? (definition.parameters?.(fits ? inputShape : null, options) ?? []) : []
  const node = addNode({
    ...common,
    inputs: [input],
    shape: fits ? result : unknownOutput(definition, inputShape),
    parameters: share(layer, parameters, input, place),
  })
  layer.first ??= { node, parameters }
  return new Tensor(node)
}

function unknownOutput({ rank }: LayerDefinition, input: Shape): Shape {
  if (rank.output === 'any') return null
  return rank.output === 'same' ? input : Array.from({ length: rank.output }, () => null)
}

function reportShape(layer: LayerState, input: number, { problem, insertBefore, option }: ShapeProblem, stack: number, place: Place): void {
  const fixes: FixRequest[] =
    insertBefore === undefined ? [] : [{ kind: 'insertLayer', layer: insertBefore, made: layer.stack, use: stack }]
  const node = nodeAt(input)
  report({
    code: 'mtl/shape-mismatch',
    message: insertBefore === undefined ? problem : `${problem}; put ${insertBefore} before it`,
    place: option === undefined ? place : optionPlace(layer, option),
    related: [{ message: `${formatShape(node.shape)} comes from here`, place: { stack: node.use ?? node.stack } }],
    fixes,
  })
}

function optionPlace({ definition, stack }: LayerState, option: string): Place {
  const argument = definition.positional.indexOf(option)
  return argument >= 0 ? { stack, argument } : { stack, argument: definition.positional.length, path: [option] }
}

/** The weights of a layer are the same for all applications: an input for which they have another size does not fit. */
function share(layer: LayerState, parameters: readonly ParameterSpec[], input: number, place: Place): readonly ParameterSpec[] {
  if (!layer.first) return parameters
  const first = layer.first.parameters
  const differs = first.some((p, i) => p.shape && parameters[i]?.shape && p.shape.join() !== parameters[i].shape.join())
  if (differs) {
    const before = nodeAt(nodeAt(layer.first.node).inputs[0]!)
    report({
      code: 'mtl/shared-shape',
      message: `this ${layer.definition.kind} layer shares its weights with its first use, on ${formatShape(before.shape)}, and does not fit ${formatShape(nodeAt(input).shape)}`,
      place,
      related: [{ message: 'first used here', place: { stack: nodeAt(layer.first.node).use! } }],
    })
  }
  return first
}
