import type { Place } from '../ir/recording'
import { enterBlock, leaveBlock, report, stackHere } from './recorder'
import { addPipeStep, Tensor } from './tensor'
import { describeAs, show } from './values'

/** How often each name was applied. */
const applications = new Map<string, number>()

/** The function of the vocabulary that names a group of layers. Each application builds the group anew, with weights of its own. */
export const block = Object.freeze((name: unknown, build: unknown, ...more: unknown[]) => {
  const stack = stackHere()
  const named = typeof name === 'string' && name !== '' && name.length <= 100
  if (!named)
    report({
      code: 'mtl/missing-argument',
      message: `block needs a name, such as 'residual', not ${show(name)}`,
      place: { stack, argument: 0 },
    })
  if (typeof build !== 'function')
    report({
      code: 'mtl/missing-argument',
      message: `block needs a function from tensor to tensor, not ${show(build)}`,
      place: build === undefined ? { stack } : { stack, argument: 1 },
    })
  if (more.length > 0)
    report({ code: 'mtl/too-many-arguments', message: 'block takes a name and a function', place: { stack, argument: 2 } })

  const apply = (given: readonly unknown[], place: Place): unknown => {
    if (typeof build !== 'function') return given[0]
    const count = (applications.get(String(name)) ?? 0) + 1
    applications.set(String(name), count)
    enterBlock(named ? (count === 1 ? name : `${name}_${count}`) : 'block')
    try {
      const result = (build as (...given: readonly unknown[]) => unknown)(...given)
      if (Tensor.nodeOf(result) === undefined)
        report({
          code: 'mtl/not-a-tensor',
          message: `the function of a block must return a tensor, but this one returns ${show(result)}`,
          place,
        })
      return result
    } finally {
      leaveBlock()
    }
  }
  const use = (...given: unknown[]) => apply(given, { stack: stackHere() })
  addPipeStep(use, (x, at) => {
    const result = apply([x], at)
    return Tensor.nodeOf(result) === undefined ? x : (result as Tensor)
  })
  return describeAs(use, 'a block that is not applied to a tensor yet')
})
