import assert from 'node:assert/strict'
import type { Options } from '../../../src/base/options'
import { methodOf, needsOf } from '../../../src/methods/table'
import { weightingName } from '../../../src/ir/tracedWeighting'
import { tracedWeights } from '../../../src/training/tracedWeights'
import { at, evaluate, graphOf } from './evaluate'

const head = `import { abs, add, classification, dense, divide, exp, input, log, matmul, mean, model, multiply, sqrt, square, subtract, sum, transpose, weigh } from 'mtl'
const x = input('x', [6])
const trunk = x.pipe(dense(4))
`
const end = (weighting: string) => `
export default model({
  tasks: { one: classification(3, trunk), two: classification(3, trunk), three: classification(2, trunk) },
  training: { weighting: ${weighting} },
})
`

async function optionsOf(weighting: string): Promise<Options> {
  const graph = await graphOf(head + end(weighting))
  assert.equal(graph.training.weighting.kind, 'weigh')
  return graph.training.weighting.options
}

async function problems(weighting: string): Promise<[string, string][]> {
  const text = head + end(weighting)
  const { diagnostics } = await evaluate(text)
  return diagnostics.filter(d => d.severity === 'error').map(d => [at(text, d.span), d.message])
}

const losses = Float64Array.of(0.5, 2, 4)
const gram = Float64Array.of(4, 1, 0, 1, 9, -2, 0, -2, 16)
const close = (ours: Float64Array, theirs: readonly number[]) =>
  theirs.forEach((value, i) => assert.ok(Math.abs(ours[i]! - value) <= 1e-6 * Math.abs(value), `${ours.join()} and ${theirs.join()}`))

describe('a weighting of the model file', () => {
  const right: [string, string, number[], boolean][] = [
    ['of losses', '({ losses }) => divide(1, losses)', [2, 0.5, 0.25], false],
    [
      'of their softmax',
      '({ losses }) => divide(exp(losses), sum(exp(losses)))',
      [...losses].map(l => Math.exp(l) / (Math.exp(0.5) + Math.exp(2) + Math.exp(4))),
      false,
    ],
    ['of norms', '({ norms }) => divide(mean(norms), norms)', [1.5, 1, 0.75], true],
    ['of the Gram matrix', '({ losses, gram }) => matmul(losses, gram)', [4, 10.5, 60], true],
    ['of a reduced Gram matrix', '({ gram }) => sum(abs(transpose(gram)), { axis: 0 })', [5, 12, 18], true],
    ['that is one number for all', '({ losses }) => sqrt(square(add(mean(losses), 1)))', [19 / 6, 19 / 6, 19 / 6], false],
  ]
  for (const [what, text, expected, needsGram] of right)
    it(`${what} is traced, and computed in float64`, async () => {
      const options = await optionsOf(`weigh('mine', ${text})`)
      assert.equal(weightingName({ kind: 'weigh', options }), 'mine')
      close(tracedWeights(options)(losses, gram), expected)
      assert.deepEqual(needsOf({ kind: 'weigh', options }), needsGram ? ['gram'] : ['losses'])
      const restored = JSON.parse(JSON.stringify(options)) as Options
      close(tracedWeights(restored)(losses, gram), expected)
    })

  it('sees only the tasks of the batch, and falls back where it gives no finite number', async () => {
    const options = await optionsOf("weigh('mine', ({ losses }) => divide(mean(losses), log(losses)))")
    const method = methodOf('weigh')!.create({
      tasks: ['a', 'b', 'c'],
      options,
      random: null as never,
      learningRate: 1,
      traced: tracedWeights(options),
    })
    const some = method.weights({ present: [true, false, true], losses: Float64Array.of(2, NaN, 4) })
    close(some.shared, [3 / Math.log(2), 0, 3 / Math.log(4)])
    assert.equal(some.shared[1], 0)
    const broken = method.weights({ present: [true, true, true], losses: Float64Array.of(1, 2, 4) })
    assert.deepEqual([...broken.shared], [1, 1, 1])
    assert.equal(broken.note, 'mine gave a weight that is no finite number (Infinity): all were set to 1.')
  })

  it('leaves no trace in the model’s graph', async () => {
    const graph = await graphOf(head + end("weigh('mine', ({ losses, gram }) => matmul(losses, gram))"))
    assert.deepEqual(
      graph.nodes.map(({ kind }) => kind),
      (await graphOf(head + end("weigh('other', ({ losses }) => losses)"))).nodes.map(({ kind }) => kind),
    )
    assert.ok(!graph.nodes.some(({ kind }) => kind === 'matmul'))
  })

  const wrong: [string, string, string, RegExp][] = [
    ['without a function', "weigh('mine', 3)", '3', /needs a function such as .* not 3/],
    ['without a name', 'weigh(({ losses }) => losses)', '({ losses }) => losses', /name of weigh must be a text/],
    [
      'with an empty name',
      "weigh('', ({ losses }) => losses)",
      "''",
      /name of weigh must be a text of 1 to 60 characters on one line, not ''/,
    ],
    ['with a name over two lines', String.raw`weigh('a\nb', ({ losses }) => losses)`, '', /on one line/],
    ['that returns no tensor', "weigh('mine', () => [1, 2, 3])", '() => [1, 2, 3]', /must return a tensor made of losses/],
    ['of another shape', "weigh('mine', ({ gram }) => gram)", '({ gram }) => gram', /one number for each of the 3 tasks.*\[3, 3\]/],
    ['with layers', "weigh('mine', ({ losses }) => losses.pipe(dense(3)))", '', /no place for dense/],
    ['with operators', "weigh('mine', ({ losses }) => 1 / losses)", '1 / losses', /write add\(a, b\)/],
    ['with tensors of the model', "weigh('mine', ({ losses }) => add(losses, trunk))", '', /of no use outside of it, nor others inside/],
  ]
  for (const [what, text, marked, message] of wrong)
    it(`${what} is refused`, async () => {
      const found = await problems(text)
      assert.ok(
        found.some(([place, said]) => message.test(said) && (marked === '' || place === marked)),
        JSON.stringify(found),
      )
    })
})
