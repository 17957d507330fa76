import { positiveInteger } from '../base/options'
import { initializerOption, kernelInitializer } from '../layers/initializers'
import { checkOption } from './options'
import { addNode, nextLayer, report, stackHere } from './recorder'
import { Tensor } from './tensor'
import { show } from './values'

const size = positiveInteger('')

/** Learnt values of a layer that is written as a function: the same for all rows, so that they have no batch axis. */
export const parameter = Object.freeze((name: unknown, shape: unknown, initializer: unknown = 'zeros', ...more: unknown[]): Tensor => {
  const stack = stackHere()
  if (more.length > 0)
    report({ code: 'mtl/too-many-arguments', message: 'parameter takes a name, a shape and an initializer', place: { stack, argument: 3 } })
  const named = typeof name === 'string' && /^[\w-]{1,100}$/.test(name)
  if (!named)
    report({
      code: 'mtl/missing-argument',
      message: `parameter needs a name of letters and digits, such as 'scale', not ${show(name)}`,
      place: name === undefined ? { stack } : { stack, argument: 0 },
    })
  const sizes =
    Array.isArray(shape) && shape.length <= 8 && shape.every(d => size.check(d) === undefined) ? Array.from(shape as number[]) : null
  if (sizes === null)
    report({
      code: 'mtl/missing-argument',
      message: `the shape of parameter is a list of whole numbers above 0, such as [64], or [] for a single number, not ${show(shape)}`,
      place: shape === undefined ? { stack } : { stack, argument: 1 },
    })
  const checked =
    checkOption(initializer, 'initializer', { initializer: initializerOption }, 'parameter', { stack, argument: 2 }) ?? 'zeros'
  const fanOut = sizes?.at(-1) ?? 1
  const fanIn = sizes?.slice(0, -1).reduce((n, d) => n * d, 1) ?? 1
  return new Tensor(
    addNode({
      kind: 'parameter',
      layer: nextLayer(),
      inputs: [],
      options: { initializer: checked },
      shape: sizes,
      parameters: [{ name: named ? name : 'value', shape: sizes, initializer: kernelInitializer({ initializer: checked }, fanIn, fanOut) }],
      stack,
    }),
  )
})
