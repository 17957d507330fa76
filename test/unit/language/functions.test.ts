import assert from 'node:assert/strict'
import { parts } from '../../../src/ir/analysis'
import { at, evaluate, graphOf } from './evaluate'

const head = `import { abs, activation, add, block, classification, conv2d, dense, globalAveragePool2d, input, log, matmul, mean, model, multiply, negate, parameter, square, subtract, sum, type Tensor } from 'mtl'
const image = input('image', [8, 8, 4])
const x = input('x', [6])
`
/** Without what a whole model would have to use. */
const vectors = head.replace(/const image.*\n/, '')
const end = `
export default model({ tasks: { one: classification(3, x.pipe(dense(2))), two: classification(3, image.pipe(globalAveragePool2d())) } })
`

/** Problems of some lines as [what is marked, message]. */
async function problems(lines: string): Promise<[string, string][]> {
  const text = head + lines + end
  const { diagnostics } = await evaluate(text)
  return diagnostics.filter(d => d.severity === 'error').map(d => [at(text, d.span), d.message])
}

describe('functions of tensors', () => {
  const wrong: [string, string, string, RegExp][] = [
    ['shapes that do not fit', 'add(image, image.pipe(conv2d(3)))', 'image.pipe(conv2d(3))', /\[8, 8, 3\] does not fit \[8, 8, 4\]/],
    [
      'the first operand that does not fit',
      'add(x, 2, input("y", [1]), input("z", [5]), 3)',
      'input("z", [5])',
      /\[5\] does not fit \[6\]/,
    ],
    ['an item of a list', 'add([x, x, input("z", [5])])', 'input("z", [5])', /does not fit/],
    ['what is no tensor', "multiply(x, 'half')", "'half'", /takes tensors and finite numbers, not 'half'/],
    ['an infinite number', 'multiply(x, 1 / 0)', '1 / 0', /not Infinity/],
    ['a number where tensors are needed', 'mean(3)', '3', /mean takes tensors, not 3/],
    ['too few', 'subtract(x)', 'subtract(x)', /takes 2 tensors/],
    ['too many', 'subtract(x, x, image)', 'image', /takes 2 tensors/],
    ['an axis that is not there', 'mean(image, { axis: 3 })', 'image', /\[8, 8, 4\] has no axis 3/],
    ['an unknown option', 'mean(image, { axes: 1 })', 'axes', /unknown|no option|did you mean/],
    ['matrices that do not fit', "matmul(x, parameter('w', [5, 2]))", "parameter('w', [5, 2])", /6 and 5 should be equal/],
    ['the operator +', 'x + 1', 'x + 1', /write add\(a, b\)/],
    ['the operator + inside of a function, once', 'mean(x - 1)', 'x - 1', /operators such as \+/],
    ['a block without a function', "block('b', x)", 'x', /needs a function/],
    ['a block that returns no tensor', "block('b', (t: Tensor) => [t])(x)", "block('b', (t: Tensor) => [t])(x)", /must return a tensor/],
    ['a misspelt initializer', "parameter('w', [3], 'heNormel')", "'heNormel'", /did you mean 'heNormal'/],
    [
      'a loss that is no number for each row',
      'model({ tasks: { a: classification(3, x, { loss: v => v.prediction }) } })',
      'v => v.prediction',
      /one number for each row, but this one is \[3\]/,
    ],
    [
      'a loss that is no tensor',
      'model({ tasks: { a: classification(3, x, { loss: () => 1 }) } })',
      '() => 1',
      /must return a tensor, but this one returns 1/,
    ],
    ['a loss that is no function', "classification(3, x, { loss: 'mse' })", "'mse'", /must be a function of tensors/],
  ]
  for (const [name, line, marked, message] of wrong) {
    it(`marks ${name}`, async () => {
      const found = await problems(line)
      assert.deepEqual(
        found.map(([text]) => text),
        [marked],
      )
      assert.match(found[0]![1], message)
    })
  }

  it('marks the place inside of a loss, and the model that asked for it', async () => {
    const text = `${vectors}export default model({ tasks: { a: classification(3, x, { loss: ({ prediction, target }) => mean(subtract(prediction, multiply(target, input('w', [4])))) }) } })`
    const { diagnostics } = await evaluate(text)
    assert.deepEqual(
      diagnostics.map(d => at(text, d.span)),
      ["input('w', [4])"],
    )
    assert.match(diagnostics[0]!.message, /\[4\] does not fit \[3\]/)
  })

  it('have broadcast shapes', async () => {
    const text = `${head}
const gated = multiply(image, input('gate', [4]), 0.5)
const table = add(input('a', [5, 1]), input('b', [1, 6]))
const rows = mean(table, { axis: -1 }), kept = sum(table, { axis: 0, keep: true }), all = abs(sum(table))
const product = matmul(table, parameter('w', [6, 2]))
void [gated, rows, kept, all, product]${end}`
    const { graph } = await evaluate(text)
    const shape = (name: string) => graph!.nodes.find(node => node.name === name)?.shape
    assert.deepEqual(['gated', 'table', 'rows', 'kept', 'product'].map(shape), [[8, 8, 4], [5, 6], [5], [1, 6], [5, 2]])
  })
})

describe('blocks', () => {
  it('name the applications that a node belongs to', async () => {
    const text = `${vectors}
const inner = block('inner', (t: Tensor<1>, units: number) => dense(units)(t))
const outer = block('outer', (t: Tensor<1>) => add(inner(t, 6), inner(t, 6)))
export default model({ tasks: { a: classification(3, x.pipe(outer, outer)) } })`
    const graph = await graphOf(text)
    const blocks = graph.nodes.filter(node => node.blocks).map(({ kind, blocks }) => [kind, blocks!.join('/')])
    assert.deepEqual(blocks, [
      ['dense', 'outer/inner'],
      ['dense', 'outer/inner_2'],
      ['add', 'outer'],
      ['dense', 'outer_2/inner_3'],
      ['dense', 'outer_2/inner_4'],
      ['add', 'outer_2'],
    ])
    assert.equal(new Set(graph.nodes.filter(n => n.kind === 'dense').map(n => n.layer)).size, 5)
    const dense = graph.nodes.find(node => node.kind === 'dense')!
    assert.deepEqual(
      dense.via.map(span => at(text, span)),
      ['inner(t, 6)', 'x.pipe(outer, outer)'],
    )
  })

  it('end where their function throws', async () => {
    const text = `${vectors}
try { block('broken', () => { throw new Error('no') })() } catch {}
export default model({ tasks: { a: classification(3, dense(4)(x)) } })`
    assert.ok((await graphOf(text)).nodes.every(node => node.blocks === undefined))
  })
})

describe('losses', () => {
  it('belong to the head of their task', async () => {
    const text = `${vectors}
const h = dense(4)(x)
const loss = ({ prediction, target }: { prediction: Tensor<1>; target: Tensor<1> }) => negate(sum(multiply(target, log(add(prediction, 0.1)))))
export default model({ tasks: { a: classification(3, h, { loss }), b: classification(2, h) } })`
    const graph = await graphOf(text)
    const [a, b] = graph.tasks
    assert.equal(graph.nodes[a!.loss!]!.kind, 'negate')
    assert.equal(b!.loss, null)
    assert.equal(parts(graph).get(a!.loss!), 'head')
    assert.deepEqual(graph.nodes.find(node => node.kind === 'target')?.shape, [3])
  })
})
