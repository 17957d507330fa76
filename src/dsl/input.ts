import { positiveInteger } from '../base/options'
import { augmentationOf } from '../data/augmentations/table'
import { elementCount, formatShape, type Shape } from '../ir/shape'
import { choiceState } from './choice'
import { checkOptions } from './options'
import { arrayOf, isTextArray } from './columns'
import { addNode, nextLayer, report, stackHere } from './recorder'
import { inputOptions } from './settings'
import { Source } from './source'
import { Tensor } from './tensor'
import { isRecord, show } from './values'

const names = new Map<string, number>()
const size = positiveInteger('')

export const input = Object.freeze((name: unknown, shape: unknown, options?: unknown): Tensor => {
  const stack = stackHere()
  const checkedName = checkName(name, stack)
  const checkedShape = checkShape(shape, stack)
  const { from, rest } = takeFrom(options, stack)
  const { options: checked } = checkOptions(rest, inputOptions, { owner: 'input', place: { stack, argument: 2 } })
  const augment = readAugmentations(isRecord(rest) ? rest.augment : undefined, checkedShape, stack)
  if (from !== undefined && checkedName !== undefined) checkArray(from, checkedName, checkedShape, stack)
  return new Tensor(
    addNode({
      kind: 'input',
      name: checkedName,
      layer: nextLayer(),
      inputs: [],
      options: {
        source: from ?? null,
        scale: checked.scale!,
        array: from === undefined ? null : (checkedName ?? null),
        ...(augment.length > 0 ? { augment } : {}),
      },
      shape: checkedShape,
      stack,
    }),
  )
})

function checkName(name: unknown, stack: number): string | undefined {
  if (typeof name !== 'string' || name === '' || name === '__proto__' || name.length > 200) {
    report({
      code: 'mtl/missing-argument',
      message: `input needs a name, such as 'image', not ${show(name)}`,
      place: { stack, argument: 0 },
    })
    return undefined
  }
  const before = names.get(name)
  if (before !== undefined) {
    const related = [{ message: 'the first one', place: { stack: before, argument: 0 } }]
    report({ code: 'mtl/duplicate-name', message: `there is an input named '${name}' already`, place: { stack, argument: 0 }, related })
    return undefined
  }
  names.set(name, stack)
  return name
}

function checkShape(shape: unknown, stack: number): Shape {
  const expected = 'a list of whole numbers above 0, without the batch axis, such as [28, 28, 1]'
  if (!Array.isArray(shape) || shape.length === 0 || shape.length > 8) {
    report({
      code: 'mtl/missing-argument',
      message: `the shape of input is ${expected}, not ${show(shape)}`,
      place: { stack, argument: 1 },
    })
    return null
  }
  const sizes = Array.from(shape as unknown[])
  return sizes.map((value, i) => {
    if (size.check(value) === undefined) return value as number
    report({
      code: 'mtl/invalid-option',
      message: `the shape of input is ${expected}, not ${show(value)}`,
      place: { stack, argument: 1, path: [i] },
    })
    return null
  })
}

function takeFrom(options: unknown, stack: number): { from?: number; rest: unknown } {
  if (!isRecord(options) || !('from' in options)) return { rest: options }
  const { from: given, ...rest } = options
  if (given === undefined) return { rest }
  const from = Source.idOf(given, 'arrays', 'both')
  if (from !== undefined) return { from, rest }
  const form = Source.idOf(given, 'table') !== undefined
  const message = form
    ? 'from takes a source of arrays, such as npz(…); a table gives its tensor by .features({ … })'
    : `from takes a source of arrays, such as npz(…), not ${show(given)}`
  report({ code: 'mtl/invalid-option', message, place: { stack, argument: 2, path: ['from'] } })
  return { rest }
}

/** Checks `augment: [flip(), …]`. */
function readAugmentations(given: unknown, shape: Shape, stack: number) {
  const place = { stack, argument: 2, path: ['augment'] }
  return (Array.isArray(given) ? given.slice(0, 100) : []).flatMap((value: unknown, i) => {
    const state = choiceState(value)
    const at = { ...place, path: ['augment', i] }
    if (state?.role !== 'augmentation') {
      const call = typeof value === 'function' ? '; call it: write () after its name' : ''
      report({ code: 'mtl/invalid-option', message: `augment takes augmentations such as flip(), not ${show(value)}${call}`, place: at })
      return []
    }
    if (augmentationOf(state.kind)!.image && shape !== null && shape.length !== 3) {
      const message = `${state.kind} changes images [height, width, channels], but the input is ${formatShape(shape)}`
      report({ code: 'mtl/shape-mismatch', message, place: at })
    }
    return [{ kind: state.kind, options: state.options }]
  })
}

function checkArray(source: number, name: string, shape: Shape, stack: number): void {
  const array = arrayOf(source, name, { stack, argument: 0 })
  if (!array) return
  if (isTextArray(array)) {
    report({
      code: 'mtl/not-a-number',
      message: `the array '${name}' holds texts (${array.dtype}), not numbers`,
      place: { stack, argument: 0 },
    })
  }
  const [has, needs] = [elementCount(array.shape), elementCount(shape)]
  if (has === null || needs === null || has === needs) return
  report({
    code: 'mtl/input-shape',
    message: `the array '${name}' has ${has} values a row, ${formatShape(array.shape)}, but ${formatShape(shape)} takes ${needs}`,
    place: { stack, argument: 1 },
  })
}
