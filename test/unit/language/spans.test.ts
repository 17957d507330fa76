import assert from 'node:assert/strict'
import { Random } from '../../../src/base/random'
import type { GraphNode } from '../../../src/ir/graph'
import { at, evaluate, show, unmark, type Given } from './evaluate'
import { fuzzSpans } from './programs'

const imports = "import { classification, concat, conv2d, dense, dropout, flatten, input, model, type Tensor } from 'mtl'\n"
const end = "\nexport default model({ tasks: { a: classification(2, input('last', [3])) } })\n"

/** Nodes of a file without errors, but the model's own. */
async function nodesOf(lines: string, given: Given = {}): Promise<{ text: string; nodes: readonly GraphNode[] }> {
  const text = imports + lines + end
  const { graph, diagnostics } = await evaluate(text, given)
  assert.deepEqual(
    diagnostics.filter(d => d.severity === 'error'),
    [],
    show(text, diagnostics),
  )
  return { text, nodes: graph!.nodes.filter(node => node.name !== 'last' && node.name !== 'a.output') }
}

/** Lines with « » around the calls that make the nodes, in the order of the text, which is the order of the nodes. */
function marked(name: string, lines: string, given: Given = {}) {
  it(name, async () => {
    const { text, marks } = unmark(lines)
    const { nodes } = await nodesOf(text, given)
    assert.deepEqual(
      nodes.map(({ span }) => [span!.start - imports.length, span!.end - imports.length]),
      marks.map(({ start, end: stop }) => [start, stop]),
      nodes.map(({ span }) => at(imports + text, span)).join('\n'),
    )
  })
}

describe('spans', () => {
  marked('a plain call', "const x = «input('x', [3])»")
  marked(
    'characters beyond the basic plane before, inside and after',
    "/* 😀😀 */ const x = «input('é😀', [3])»; /* 😀 */ const y = «input('𝒴', [3])»",
  )
  marked('carriage returns', "const x =\r\n  «input(\r\n    'x', // one\r\n    [3],\r\n  )»\r\nconst y = «input('y', [3])»")
  marked('comments between the name and its parenthesis', "const x = «input /* ( */ // (\n  ('x', [3])»")
  marked(
    'parentheses, casts and marks around the name',
    "const x = «(input as any)!('x', [3])»\nconst y = «((input))('y', [3] as const)» as Tensor<1>",
  )
  marked(
    'generics, optional calls and types',
    "const x: Tensor<1> = «input<[3]>('x', [3])»\nconst y = «input?.('y', [3])» satisfies Tensor",
  )
  marked('tail returns', "const make = (name: string) => {\n  return «input(name, [3])»\n}\nmake('x')")
  marked(
    'a tail return in parentheses, with a cast',
    "function make(name: string): Tensor {\n  return (\n    «input(name, [3])» as Tensor\n  )\n}\nmake('x')",
  )
  marked('arrow functions', "const make = (name: string): Tensor<1> => «input(name, [3])»\nmake('x')")
  marked(
    'an arrow function whose type has line breaks',
    "const make = (name: string): {\n  t: Tensor\n} => ({ t: «input(name, [3])» })\nmake('x')",
  )
  marked(
    'conditions and sequences',
    "const x = true ? «input('x', [3])» : undefined\nconst y = (0, «input('y', [3])»)\nconst z = x && «input('z', [3])»",
  )
  marked('a tail return with a condition', "function make(n: number) {\n  return n > 0 ? «input('x', [3])» : make(n + 1)\n}\nmake(1)")
  marked(
    'templates, classes and methods',
    "class A<T> {\n  private readonly t?: T\n  make(this: A<T>, name: string) {\n    return «input(`${name}1`, [3])»\n  }\n}\nnew A<number>().make('x')",
  )
  marked('statements on one line', "let h; h = «input('x', [3])»; h = «input('y', [3])»")
  marked(
    'a cast at the end of a line without semicolon',
    "const x = «input('x', [3])» as Tensor\n;[1].forEach(() => {})\nconst y = «input('y', [3])» as Tensor\n(0 as any)\n",
  )
  marked('line separators of Unicode in a text', "const t = '\u2028'; const x = «input('x', [3])»")

  it('a layer and its application', async () => {
    const { text, nodes } = await nodesOf(
      "const x = input('x', [3])\nconst y = dense(4)(x)\nconst z = y.pipe(dense(5), dropout(0.5))\nconst w = dense(3)\nw(y)\nz.pipe(w as any)".replace(
        '\nz.pipe(w as any)',
        '',
      ),
    )
    assert.deepEqual(
      nodes.slice(1).map(node => [at(text, node.span), at(text, node.use)]),
      [
        ['dense(4)', 'dense(4)(x)'],
        ['dense(5)', 'y.pipe(dense(5), dropout(0.5))'],
        ['dropout(0.5)', 'y.pipe(dense(5), dropout(0.5))'],
        ['dense(3)', 'w(y)'],
      ],
    )
  })

  it('pipes in loops', async () => {
    const { text, nodes } = await nodesOf(
      "let h: Tensor = input('x', [8, 8, 1])\nfor (const n of [4, 8]) h = h.pipe(conv2d(n), flatten(), dense(64)).pipe(dense(n)).pipe(x => x)\n".replace(
        'conv2d(n), flatten(), dense(64)',
        'flatten(), dense(64)',
      ),
    )
    assert.deepEqual(
      nodes.map(node => at(text, node.span)),
      ["input('x', [8, 8, 1])", 'flatten()', 'dense(64)', 'dense(n)', 'flatten()', 'dense(64)', 'dense(n)'],
    )
    assert.deepEqual(
      nodes.map(node => node.name),
      ['x', 'h.flatten1', 'h.dense1', 'h.dense2', 'h.flatten2', 'h.dense3', 'h.dense4'],
    )
  })

  it('a function used twice shows both places', async () => {
    const { text, nodes } = await nodesOf(
      "const block = (t: Tensor<1>, n: number) => {\n  const y = dense(n)(t)\n  return dense(n)(y)\n}\nconst x = input('x', [3])\nconst left = block(x, 4)\nconst right = block(x, 5)",
    )
    assert.deepEqual(
      nodes.slice(1).map(node => [node.name, at(text, node.span), ...node.via.map(span => at(text, span))]),
      [
        ['left.y', 'dense(n)', 'block(x, 4)'],
        ['left.dense1', 'dense(n)', 'block(x, 4)'],
        ['right.y', 'dense(n)', 'block(x, 5)'],
        ['right.dense1', 'dense(n)', 'block(x, 5)'],
      ],
    )
  })

  it('imported files', async () => {
    const blocks =
      "import { dense, type Tensor } from 'mtl'\nimport sizes from './sizes.json'\nexport const block = (t: Tensor<1>): Tensor<1> => dense(sizes.width)(t)\n"
    const { text, nodes } = await nodesOf("import { block } from './parts/blocks'\nconst y = block(input('x', [3]))", {
      files: { 'parts/blocks.ts': blocks, 'parts/sizes.json': '{ "width": 7 }' },
    })
    const [, made] = nodes
    assert.deepEqual(made!.shape, [7])
    assert.equal(made!.span!.file, 'parts/blocks.ts')
    assert.equal(at(blocks, made!.span), 'dense(sizes.width)')
    assert.equal(at(text, made!.via[0]!), "block(input('x', [3]))")
    assert.equal(made!.name, 'y.dense1')
  })

  it('an error in an imported file is marked there, with the way to it', async () => {
    const blocks = "import { dense } from 'mtl'\nexport const block = () => dense(-1)\n"
    const text = `import { block } from './blocks'\n${imports}block()${end}`
    const { diagnostics } = await evaluate(text, { files: { 'blocks.ts': blocks } })
    const [problem] = diagnostics.filter(d => d.severity === 'error')
    assert.equal(problem!.span.file, 'blocks.ts')
    assert.equal(at(blocks, problem!.span), '-1')
    assert.deepEqual(
      problem!.related!.map(r => [r.message, at(text, r.span)]),
      [['called from here', 'block()']],
    )
  })

  it('settings, tasks and sources', async () => {
    const text = `import { classification, csv, input, model, sgd } from 'mtl'
const common = { epochs: 3 }
const d = csv('a.csv')
export default model({
  tasks: { 'the left': classification(d.label('l'), d.features({ numeric: ['n'] }), { weight: 2 }) },
  training: { ...common, optimizer: sgd({ momentum: 0.9 }), batchSize: 4 * 8 },
})`
    const { graph } = await evaluate(text)
    const { training, tasks, sources, span } = graph!
    assert.deepEqual(Object.fromEntries(Object.entries(training.spans).map(([key, value]) => [key, at(text, value)])), {
      epochs: '3',
      optimizer: 'sgd({ momentum: 0.9 })',
      batchSize: '4 * 8',
    })
    assert.equal(at(text, tasks[0]!.keySpan), "'the left'")
    assert.equal(at(text, tasks[0]!.label!.span), "'l'")
    assert.equal(at(text, sources[0]!.pathSpan), "'a.csv'")
    assert.equal(at(text, training.optimizer.span), 'sgd({ momentum: 0.9 })')
    assert.ok(at(text, span).startsWith('model({'))
  })

  it('of random programs are right to the character', async () => {
    const { calls, wrong } = await fuzzSpans(Random.seeded(11, 'programs'), 600, text => evaluate(text))
    assert.deepEqual(wrong, [])
    assert.ok(calls >= 600)
  })
})
