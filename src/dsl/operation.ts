import type { Json } from '../base/json'
import { formatShape, type Shape } from '../ir/shape'
import type { Place } from '../ir/recording'
import { isOperationProblem, type OperationDefinition, type OperationProblem } from '../layers/operations/operation'
import { checkOptions } from './options'
import { addNode, nextLayer, nodeAt, report, stackHere } from './recorder'
import { operatorWasUsed, Tensor } from './tensor'
import { isRecord, show } from './values'

interface Operand {
  /** null for a plain number. */
  readonly node: number | null
  readonly value: number | null
  readonly shape: Shape
  readonly place: Place
}

/** The function of the vocabulary that applies an operation: `add(a, b)`. */
export function operationBuilder(definition: OperationDefinition) {
  const { kind, least, most, options: specs } = definition
  return Object.freeze((...given: unknown[]): Tensor => {
    const stack = stackHere()
    const hasOptions = Object.keys(specs).length > 0
    const last = given.at(-1)
    const withOptions = hasOptions && given.length > least && isRecord(last) && Tensor.nodeOf(last) === undefined
    const plainArguments = withOptions ? given.slice(0, -1) : given
    const { options } = checkOptions(withOptions ? last : undefined, specs, { owner: kind, place: { stack, argument: given.length - 1 } })
    const listed = most > least && plainArguments.length === 1 && Array.isArray(plainArguments[0])
    const values: unknown[] = listed ? Array.from(plainArguments[0] as unknown[]) : plainArguments
    const placeOf = (i: number): Place => (listed ? { stack, argument: 0, path: [i] } : { stack, argument: i })

    const operands = values.slice(0, most).flatMap((value, i) => readOperand(definition, value, placeOf(i)))
    if (values.length < least) {
      const counted = least === 1 ? 'a tensor' : `${least} tensors${most > least ? ' or more' : ''}`
      report({ code: 'mtl/missing-argument', message: `${kind} takes ${counted}`, place: { stack } })
    } else if (values.length > most)
      report({
        code: 'mtl/too-many-arguments',
        message: `${kind} takes ${most === 1 ? 'one tensor' : `${most} tensors`}`,
        place: placeOf(most),
      })
    const complete = values.length >= least && operands.length === Math.min(values.length, most)
    const numbers = operands.some(({ node }) => node === null)
    return new Tensor(
      addNode({
        kind,
        layer: nextLayer(),
        inputs: operands.flatMap(({ node }) => (node === null ? [] : [node])),
        options: numbers ? { ...options, operands: operands.map(({ value }): Json => value) } : options,
        shape: complete ? shapeOf(definition, operands, options) : null,
        stack,
      }),
    )
  })
}

function readOperand({ kind, elementwise }: OperationDefinition, value: unknown, place: Place): Operand[] {
  const node = Tensor.nodeOf(value)
  if (node !== undefined) return [{ node, value: null, shape: nodeAt(node).shape, place }]
  if (elementwise && typeof value === 'number' && Number.isFinite(value)) return [{ node: null, value, shape: [], place }]
  // The operator that gave it says so at its own place.
  if (Number.isNaN(value) && operatorWasUsed()) return []
  const expected = elementwise ? 'tensors and finite numbers' : 'tensors'
  report({ code: 'mtl/not-a-tensor', message: `${kind} takes ${expected}, not ${show(value)}`, place })
  return []
}

function shapeOf(definition: OperationDefinition, operands: readonly Operand[], options: Record<string, Json>): Shape {
  const result = definition.shape(
    operands.map(({ shape }) => shape),
    options,
  )
  if (!isOperationProblem(result)) return result
  reportShape(result, operands)
  return null
}

function reportShape({ problem, operand, against }: OperationProblem, operands: readonly Operand[]): void {
  const related = [operand, against].flatMap(i => {
    const node = i === undefined ? null : operands[i]!.node
    if (node === null) return []
    const { shape, use, stack } = nodeAt(node)
    return [{ message: `${formatShape(shape)} comes from here`, place: { stack: use ?? stack } }]
  })
  report({ code: 'mtl/shape-mismatch', message: problem, place: operands[operand]!.place, related })
}
