import assert from 'node:assert/strict'
import type { GraphEdit } from '../../../src/ir/graphEdit'
import { proposeEdit } from '../../../src/language/edits/propose'
import { Evaluator } from '../../../src/language/evaluator'
import { applyFix, dist, emptyRoot, evaluate, file, graphOf } from './evaluate'

const evaluator = new Evaluator(dist)
const head =
  "import { add, block, classification, concat, dense, dropout, input, mean, model, multiply, regression, square, subtract } from 'mtl'\nconst x = input('x', [8])\n"
const end = '\nexport default model({ tasks: { a: classification(2, y) } })\n'

type Asked = GraphEdit extends infer E ? (E extends unknown ? Omit<E, 'node'> : never) : never

async function propose(lines: string, name: string, edit: Asked, last = end) {
  const text = head + lines + last
  const graph = await graphOf(text)
  const node = graph.nodes.find(n => n.name === name)
  assert.ok(node, `no '${name}' among ${graph.nodes.map(n => n.name).join(', ')}`)
  const request = { file, root: emptyRoot(), overlay: { [file]: text }, profiles: {} }
  return { text, proposal: await proposeEdit(evaluator, request, { ...edit, node: node.id } as GraphEdit, { deadline: 10_000 }) }
}

async function edited(lines: string, name: string, edit: Asked, last = end): Promise<{ after: string; note: string | null }> {
  const { text, proposal } = await propose(lines, name, edit, last)
  assert.ok(proposal.kind === 'edits', JSON.stringify(proposal))
  const whole = applyFix(text, proposal)
  const { diagnostics } = await evaluate(whole)
  // What an add leaves behind may be used by no task any more.
  assert.deepEqual(
    diagnostics.filter(({ code }) => code !== 'mtl/unused-layer'),
    [],
  )
  return { after: whole.replace(head, '').replace(last, ''), note: proposal.note }
}

async function refused(lines: string, name: string, edit: Asked): Promise<string> {
  const { proposal } = await propose(lines, name, edit)
  assert.ok(proposal.kind === 'refused', JSON.stringify(proposal))
  return proposal.reason
}

const dropout = { kind: 'dropout', options: { rate: 0.5 } }
const before = (input?: number): Asked => ({ kind: 'insertLayer', where: 'before', layer: dropout, ...(input !== undefined && { input }) })
const after: Asked = { kind: 'insertLayer', where: 'after', layer: dropout }
const remove = (input?: number): Asked => ({ kind: 'removeLayer', ...(input !== undefined && { input }) })
const replace: Asked = { kind: 'replaceLayer', layer: { kind: 'dense', options: { units: 8 } } }

describe('edits of operations and blocks from the graph', () => {
  const cases: [string, string, string, Asked, string][] = [
    ['inserts after an add', 'const y = add(x, dense(8)(x))', 'y', after, 'const y = add(x, dense(8)(x)).pipe(dropout(0.5))'],
    [
      'inserts before the first tensor of an add',
      'const y = add(x, dense(8)(x))',
      'y',
      before(0),
      'const y = add(dropout(0.5)(x), dense(8)(x))',
    ],
    ['inserts before the second', 'const y = add(x, dense(8)(x))', 'y', before(1), 'const y = add(x, dropout(0.5)(dense(8)(x)))'],
    ['passes over numbers', 'const y = multiply(2, x)', 'y', before(), 'const y = multiply(2, dropout(0.5)(x))'],
    ['inserts into a list', 'const y = concat([x, square(x), x])', 'y', before(1), 'const y = concat([x, dropout(0.5)(square(x)), x])'],
    [
      'inserts between operations',
      'const y = dense(8)(subtract(x, square(x)))',
      'y.square1',
      after,
      'const y = dense(8)(subtract(x, square(x).pipe(dropout(0.5))))',
    ],
    [
      'removes an add and keeps a tensor',
      'const h = dense(8)(x)\nconst y = add(h, x)',
      'y',
      remove(1),
      'const h = dense(8)(x)\nconst y = x',
    ],
    [
      'removes an add with what it keeps inside',
      'const y = dense(4)(add(dense(8)(x), x))',
      'y.add1',
      remove(0),
      'const y = dense(4)(dense(8)(x))',
    ],
    ['removes what takes one tensor', 'const y = dense(4)(multiply(x, 2))', 'y.multiply1', remove(), 'const y = dense(4)(x)'],
    ['replaces what takes one tensor by a layer', 'const y = square(x)', 'y', replace, 'const y = dense(8)(x)'],
  ]
  for (const [name, lines, node, edit, expected] of cases) {
    it(name, async () => assert.equal((await edited(lines, node, edit)).after, expected))
  }

  it('says what must be chosen, and what can not be done', async () => {
    const lines = 'const y = add(x, dense(8)(x))'
    assert.equal(await refused(lines, 'y', before()), "'y' takes 2 tensors: the one that the layer comes after must be chosen")
    assert.equal(await refused(lines, 'y', remove()), "'y' takes 2 tensors: the one that stays must be chosen")
    assert.match(await refused(lines, 'y', replace), /^'y' joins 2 tensors and a layer takes one: insert the layer and remove the add$/)
    assert.match(await refused('const all = [x, x]\nconst y = concat(...all)', 'y', before(0)), /come from `\.\.\.all`$/)
    assert.match(await refused('const all = [x].concat(x)\nconst y = concat(all)', 'y', before(0)), /come from `all`$/)
    // What is left of the concat no longer fits what comes after.
    assert.match(await refused('const y = add(dense(4)(x), dense(4)(square(x)))', 'y.dense1', remove()), /^the model would have an error: /)
  })

  describe('in a block that is applied twice', () => {
    const lines = "const residual = block('residual', t => add(t, t.pipe(dense(8), dense(8))))\nconst y = x.pipe(residual, residual)"
    const changed: [string, string, Asked, string][] = [
      ['inserts a layer', 'y.dense3', after, 'dense(8), dropout(0.5), dense(8)'],
      ['removes a layer', 'y.dense2', remove(), 't.pipe(dense(8)))'],
      ['inserts before a tensor of the add', 'y.add2', before(0), 'add(dropout(0.5)(t), t.pipe'],
      ['inserts after the add', 'y.add1', after, 'dense(8))).pipe(dropout(0.5)))'],
      ['removes the add', 'y.add2', remove(1), 't => t.pipe(dense(8), dense(8)))'],
      ['changes an option', 'y.dense1', { kind: 'setOption', option: 'activation', value: 'relu' }, "dense(8, { activation: 'relu' })"],
    ]
    for (const [name, node, edit, part] of changed) {
      it(`${name}, in both, and says so`, async () => {
        const { after: text, note } = await edited(lines, node, edit)
        assert.ok(text.includes(part), text)
        assert.equal(note, 'this line makes 2 layers; all of them change')
      })
    }

    it('refuses where the two differ by what they are given', async () => {
      const sized = "const wide = n => block('wide', t => dense(n)(t))\nconst y = x.pipe(wide(4), wide(8))"
      assert.equal(
        await refused(sized, 'y.dense1', { kind: 'setOption', option: 'units', value: 6 }),
        "units is 'n', whose value is not a constant of this file",
      )
    })
  })

  describe('of a model with a loss of its own', () => {
    const last =
      '\nexport default model({ tasks: { a: classification(2, y, { loss: ({ prediction, target }) => mean(square(subtract(prediction, target))) }) } })\n'
    const text = 'const y = dense(4)(x)'

    it('leaves the loss as it is', async () => {
      assert.equal((await edited(text, 'y', after, last)).after, 'const y = dropout(0.5)(dense(4)(x))')
    })

    it('changes the loss itself where that is asked for', async () => {
      const { text: whole, proposal } = await propose(text, (await lossName(text, last)).square, remove(), last)
      assert.ok(proposal.kind === 'edits', JSON.stringify(proposal))
      assert.match(applyFix(whole, proposal), /=> mean\(subtract\(prediction, target\)\)/)
    })
  })
})

async function lossName(lines: string, last: string): Promise<{ readonly square: string }> {
  const graph = await graphOf(head + lines + last)
  return { square: graph.nodes.find(({ kind }) => kind === 'square')!.name }
}
