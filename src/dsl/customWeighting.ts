import type { Json } from '../base/json'
import type { OptionSpecs } from '../base/options'
import { formatShape } from '../ir/shape'
import { weightingInputs, type TracedWeighting } from '../ir/tracedWeighting'
import type { Place } from '../ir/recording'
import { operationOf } from '../layers/operations/table'
import { makeChoice } from './choice'
import { checkArguments } from './options'
import { addNode, isApart, nextLayer, nodeAt, report, stackHere, traceApart } from './recorder'
import { Tensor } from './tensor'
import { describeAs, show } from './values'

type Build = (values: object) => unknown

/** The function of the vocabulary that makes a weighting of a function: `weigh('inverse', ({ losses }) => divide(1, losses))`. */
export function weightingBuilder({ kind, options: specs }: { readonly kind: string; readonly options: OptionSpecs }) {
  return Object.freeze((...given: unknown[]) => {
    const stack = stackHere()
    const [name, build, ...more] = given
    const { options } = checkArguments(kind, [name], specs, ['name'], stack)
    const place = build === undefined ? { stack } : { stack, argument: 1 }
    if (typeof build !== 'function')
      report({
        code: 'mtl/missing-argument',
        message: `${kind} needs a function such as ({ losses }) => divide(1, losses), not ${show(build)}`,
        place,
      })
    if (more.length > 0)
      report({ code: 'mtl/too-many-arguments', message: `${kind} takes a name and a function`, place: { stack, argument: 2 } })
    const trace = (tasks: number) => (typeof build === 'function' ? traceWeights(build as Build, tasks, place) : {})
    return makeChoice({ role: 'weighting', kind, options, specs, positional: ['name'], stack, trace })
  })
}

/** Runs the function once on tensors without numbers. @returns what it did, as options; {} where it is no weighting (reported) */
function traceWeights(build: Build, tasks: number, place: Place): Record<string, Json> {
  const made = new Map<string, Tensor>()
  const tensor = (input: keyof typeof weightingInputs) => {
    const shape = new Array<number>(weightingInputs[input]).fill(tasks)
    const known =
      made.get(input) ?? new Tensor(addNode({ kind: input, layer: nextLayer(), inputs: [], options: {}, shape, stack: place.stack }))
    made.set(input, known)
    return known
  }
  const values = describeAs(
    {
      get losses() {
        return tensor('losses')
      },
      get gram() {
        return tensor('gram')
      },
      get norms() {
        return tensor('norms')
      },
    },
    'the values of a weighting',
  )
  const result = traceApart(() => build(values))
  const node = Tensor.nodeOf(result)
  if (node === undefined || !isApart(node)) {
    report({
      code: 'mtl/not-a-tensor',
      message: `a weighting must return a tensor made of losses, gram or norms, but this one returns ${show(result)}`,
      place,
    })
    return {}
  }
  const { shape, stack, use } = nodeAt(node)
  if (shape !== null && !(shape.length === 0 || (shape.length === 1 && shape[0] === tasks))) {
    report({
      code: 'mtl/shape-mismatch',
      message: `a weighting is one number for each of the ${tasks} tasks, but this one is ${formatShape(shape)}`,
      place,
      related: [{ message: `${formatShape(shape)} comes from here`, place: { stack: use ?? stack } }],
    })
  }
  return { ...plainTrace(node, place) }
}

function plainTrace(output: number, place: Place): Omit<TracedWeighting, 'name'> & Record<string, Json> {
  const used = new Set<number>()
  const open = [output]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (used.has(id)) continue
    used.add(id)
    open.push(...nodeAt(id).inputs)
  }
  const order = [...used].sort((a, b) => a - b)
  const nodes = order.map(id => {
    const { kind, inputs, options, stack, use } = nodeAt(id)
    if (!Object.hasOwn(weightingInputs, kind) && !operationOf(kind)) {
      const message = `a weighting is made of functions such as divide and exp: it has no place for ${kind}`
      report({ code: 'mtl/not-a-tensor', message, place: { stack: use ?? stack }, related: [{ message: 'the weighting', place }] })
    }
    return { kind, inputs: inputs.map(input => order.indexOf(input)), options }
  })
  return { nodes, output: order.indexOf(output), gram: nodes.some(({ kind }) => kind === 'gram' || kind === 'norms') }
}
