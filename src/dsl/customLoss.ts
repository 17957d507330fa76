import { formatShape } from '../ir/shape'
import type { TaskDefinition } from '../tasks/task'
import { addNode, nextLayer, nodeAt, report } from './recorder'
import type { Place } from '../ir/recording'
import { Tensor } from './tensor'
import { describeAs, isRecord, show } from './values'

/** A loss that is written as a function, and where. */
export interface CustomLoss {
  readonly build: (values: object) => unknown
  readonly place: Place
}

/** Takes `loss` out of a task's options. */
export function takeLoss(options: unknown, kind: string, place: Place): { readonly loss: CustomLoss | null; readonly rest: unknown } {
  if (!isRecord(options) || !('loss' in options)) return { loss: null, rest: options }
  const { loss, ...rest } = options
  const at = { ...place, path: ['loss'] }
  if (loss === undefined) return { loss: null, rest }
  if (typeof loss === 'function') return { loss: { build: loss as CustomLoss['build'], place: at }, rest }
  const message = `loss of ${kind} must be a function of tensors, such as ({ prediction, target }) => mean(square(subtract(prediction, target))), not ${show(loss)}`
  report({ code: 'mtl/invalid-option', message, place: at })
  return { loss: null, rest }
}

/**
 * Traces a loss. @param units of the task's output layer, the node `output`
 * @returns the node of the loss of each row, null where it is no tensor (reported)
 */
export function traceLoss(
  task: string,
  { target }: TaskDefinition,
  loss: CustomLoss,
  output: number,
  units: number | null,
  stack: number,
): number | null {
  const targetNode = addNode({
    kind: 'target',
    name: `${task}.target`,
    layer: nextLayer(),
    inputs: [],
    options: { task, form: target },
    shape: [target === 'class' ? units : 1],
    stack,
  })
  const answer = { class: 'softmax', binary: 'sigmoid', number: null }[target]
  const raw = new Tensor(output)
  const values = describeAs(
    {
      output: raw,
      target: new Tensor(targetNode),
      // Made only where it is asked for: a loss of the raw output has no use for it.
      get prediction() {
        if (answer === null) return raw
        const options = { function: answer }
        return new Tensor(
          addNode({ kind: 'activation', layer: nextLayer(), inputs: [output], options, shape: [units], stack, piped: true }),
        )
      },
    },
    'the values of a loss',
  )
  const result = loss.build(values)
  const node = Tensor.nodeOf(result)
  if (node === undefined) {
    report({ code: 'mtl/not-a-tensor', message: `a loss must return a tensor, but this one returns ${show(result)}`, place: loss.place })
    return null
  }
  const { shape, stack: made, use } = nodeAt(node)
  if (shape === null || shape.length === 0) return node
  report({
    code: 'mtl/shape-mismatch',
    message: `a loss is one number for each row, but this one is ${formatShape(shape)}: end it with mean(…) or sum(…)`,
    place: loss.place,
    related: [{ message: `${formatShape(shape)} comes from here`, place: { stack: use ?? made } }],
  })
  return node
}
