import type { Json } from '../base/json'
import { nearest } from '../base/nearest'
import { positiveInteger } from '../base/options'
import { formatShape } from '../ir/shape'
import type { TaskDefinition } from '../tasks/task'
import { checkOptions } from './options'
import { takeLoss, type CustomLoss } from './customLoss'
import { labelTarget } from './labelTarget'
import { nodeAt, report, stackHere } from './recorder'
import type { Place } from '../ir/recording'
import { Label } from './source'
import { isLayer, Tensor } from './tensor'
import { describeAs, isRecord, quoted, show } from './values'

export interface TaskState {
  readonly definition: TaskDefinition
  readonly label: { readonly source: number; readonly column: string; readonly stack: number } | null
  readonly options: Record<string, Json>
  readonly loss: CustomLoss | null
  readonly features: number
  readonly classes: readonly string[] | null
  /** Size of the output layer, null while it is unknown. */
  readonly units: number | null
  readonly stack: number
}

/** null where the task is too wrong to be part of a model; that was reported. */
const states = new WeakMap<object, TaskState | null>()

export const taskState = (value: unknown): TaskState | null | undefined =>
  typeof value === 'object' && value !== null ? states.get(value) : undefined

const classCount = positiveInteger('')

/** The function of the vocabulary that makes tasks of one kind: `classification(label, tensor, { … })`. */
export function taskBuilder(definition: TaskDefinition) {
  const { kind } = definition
  return Object.freeze((label: unknown, tensor: unknown, ...more: unknown[]) => {
    const stack = stackHere()
    const { loss, rest } = takeLoss(more[0], kind, { stack, argument: 2 })
    const { options } = checkOptions(rest, definition.options, { owner: kind, place: { stack, argument: 2 } })
    if (more.length > 1)
      report({ code: 'mtl/too-many-arguments', message: `${kind} takes a label, a tensor and options`, place: { stack, argument: 3 } })
    const target = readLabel(definition, label, options, stack)
    const features = readTensor(kind, tensor, stack)
    const task = describeAs({}, 'a task')
    states.set(task, target === undefined || features === undefined ? null : { definition, options, loss, features, stack, ...target })
    return task
  })
}

function readLabel(definition: TaskDefinition, value: unknown, options: Record<string, Json>, stack: number) {
  const { kind, target } = definition
  const counts = target === 'class'
  if (counts && classCount.check(value) === undefined) {
    return { label: null, classes: null, units: definition.units(value as number, options) }
  }
  const label = Label.read(value)
  if (!label) {
    const expected = counts ? "a label, such as data.label('species'), or a number of classes" : "a label, such as data.label('mass')"
    report({ code: 'mtl/not-a-label', message: `${kind} needs ${expected}, not ${show(value)}`, place: { stack, argument: 0 } })
    return undefined
  }
  const found = label.known ? labelTarget(definition, label, stack) : undefined
  checkNamedValue(found?.values ?? null, options, definition, { stack, argument: 2 })
  const classes = counts ? (found?.values ?? null) : null
  return {
    label: { source: label.source, column: label.column, stack: label.stack },
    classes,
    units: definition.units(classes?.length ?? null, options),
  }
}

/** Options that name a value of the label, such as `positive`. */
function checkNamedValue(values: readonly string[] | null, options: Record<string, Json>, { target }: TaskDefinition, place: Place): void {
  for (const name of isRecord(options.classWeights) && values
    ? Object.keys(options.classWeights).filter(name => !values.includes(name))
    : []) {
    const meant = nearest(name, values!)
    report({
      code: 'mtl/unknown-class',
      message: `the label has no value '${name}'; ${meant ? `did you mean '${meant}'?` : `it has ${quoted(values!)}`}`,
      place: { ...place, path: ['classWeights', name], key: true },
      fixes: meant ? [{ kind: 'replace', text: meant }] : [],
    })
  }
  const positive = options.positive
  if (target !== 'binary' || values === null || typeof positive !== 'string' || values.includes(positive)) return
  const meant = nearest(positive, values)
  report({
    code: 'mtl/unknown-class',
    message: `the label has no value '${positive}'; ${meant ? `did you mean '${meant}'?` : `it has ${quoted(values)}`}`,
    place: { ...place, path: ['positive'] },
    fixes: meant ? [{ kind: 'replace', text: meant }] : [],
  })
}

/** The tensor in which the head of a task ends: a vector. */
function readTensor(kind: string, value: unknown, stack: number): number | undefined {
  const place = { stack, argument: 1 }
  const node = Tensor.nodeOf(value)
  if (node === undefined) {
    const advice = isLayer(value) ? '; apply it: x.pipe(…)' : ''
    report({ code: 'mtl/not-a-tensor', message: `${kind} needs a tensor, not ${show(value)}${advice}`, place })
    return undefined
  }
  const { shape, use, stack: made } = nodeAt(node)
  if (shape !== null && shape.length !== 1) {
    report({
      code: 'mtl/shape-mismatch',
      message: `${kind} needs a vector [features] but gets ${formatShape(shape)}; put flatten() before it`,
      place,
      related: [{ message: `${formatShape(shape)} comes from here`, place: { stack: use ?? made } }],
      fixes: [{ kind: 'wrapArgument', layer: 'flatten()', place }],
    })
  }
  return node
}
