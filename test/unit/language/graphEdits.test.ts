import assert from 'node:assert/strict'
import type { GraphEdit, Proposal } from '../../../src/ir/graphEdit'
import { proposeEdit } from '../../../src/language/edits/propose'
import { Evaluator } from '../../../src/language/evaluator'
import { applyFix, dist, emptyRoot, evaluate, file, graphOf } from './evaluate'
import { penguins } from './penguins'

const evaluator = new Evaluator(dist)
const request = (text: string, files: Record<string, string> = {}) => ({
  file,
  root: emptyRoot(),
  overlay: { ...files, [file]: text },
  profiles: {},
})
const propose = (text: string, edit: GraphEdit, files?: Record<string, string>) =>
  proposeEdit(evaluator, request(text, files), edit, { deadline: 10_000 })

const head = "import { classification, concat, dense, dropout, input, model } from 'mtl'\n"
const end = '\nexport default model({ tasks: { a: classification(2, y) } })\n'

/** An edit of the node called `name`, that is to be made as the graph asks. */
type Asked = DistributiveOmit<GraphEdit, 'node'>
type DistributiveOmit<T, K extends string> = T extends unknown ? Omit<T, K> : never

async function ask(lines: string, name: string, edit: Asked): Promise<{ text: string; proposal: Proposal }> {
  const text = head + lines + end
  const graph = await graphOf(text)
  const node = graph.nodes.find(n => n.name === name)
  assert.ok(node, `no '${name}' among ${graph.nodes.map(n => n.name).join(', ')}`)
  return { text, proposal: await propose(text, { ...edit, node: node.id } as GraphEdit) }
}

/** @returns the lines after the edit */
async function edited(lines: string, name: string, edit: Asked): Promise<string> {
  const { text, proposal } = await ask(lines, name, edit)
  assert.equal(proposal.kind, 'edits', JSON.stringify(proposal))
  const after = applyFix(text, proposal)
  assert.deepEqual((await evaluate(after)).diagnostics, [])
  return after.replace(head, '').replace(end, '')
}

async function refused(lines: string, name: string, edit: Asked): Promise<string> {
  const { proposal } = await ask(lines, name, edit)
  assert.equal(proposal.kind, 'refused', JSON.stringify(proposal))
  return proposal.reason
}

const units = (value: number): Asked => ({ kind: 'setOption', option: 'units', value })
const relu: Asked = { kind: 'setOption', option: 'activation', value: 'relu' }
const insert = (where: 'before' | 'after'): Asked => ({ kind: 'insertLayer', where, layer: { kind: 'dropout', options: { rate: 0.5 } } })
const remove: Asked = { kind: 'removeLayer' }
const x = "const x = input('x', [8])\n"

describe('edits from the graph', () => {
  describe('change an option', () => {
    const cases: [string, string, Asked, string][] = [
      ['a number', 'const y = dense(4)(x)', units(5), 'const y = dense(5)(x)'],
      ['a number in a pipe', 'const y = x.pipe(dense(4), dropout(0.1))', units(5), 'const y = x.pipe(dense(5), dropout(0.1))'],
      [
        'a text in the quotes it has',
        'const y = dense(4, { activation: "tanh" })(x)',
        relu,
        'const y = dense(4, { activation: "relu" })(x)',
      ],
      ['an option not yet written', 'const y = dense(4)(x)', relu, "const y = dense(4, { activation: 'relu' })(x)"],
      ['an option in empty options', 'const y = dense(4, {})(x)', relu, "const y = dense(4, { activation: 'relu' })(x)"],
      [
        'an option beside others, with a comma at the end',
        'const y = dense(4, { bias: false, })(x)',
        relu,
        "const y = dense(4, { bias: false, activation: 'relu' })(x)",
      ],
      [
        'an option on lines of their own, with comments',
        'const y = dense(4, {\n  bias: false, // none\n})(x)',
        relu,
        "const y = dense(4, {\n  bias: false, // none\n  activation: 'relu',\n})(x)",
      ],
      [
        'an option after a spread',
        "const c = { activation: 'tanh' } as const\nconst y = dense(4, { ...c })(x)",
        relu,
        "const c = { activation: 'tanh' } as const\nconst y = dense(4, { ...c, activation: 'relu' })(x)",
      ],
      ['a value with a cast', 'const y = dense(4 as number)(x)', units(6), 'const y = dense(6 as number)(x)'],
      ['the last argument with a comma', 'const y = dense(\n  4, // units\n)(x)', units(6), 'const y = dense(\n  6, // units\n)(x)'],
    ]
    for (const [name, before, edit, after] of cases) {
      const node = before.includes('pipe') ? 'y.dense1' : 'y'
      it(name, async () => assert.equal(await edited(x + before, node, edit), x + after))
    }

    it('of one line that makes several layers, and says so', async () => {
      const lines = `${x}let y = x\nfor (const i of [1, 2, 3]) y = dense(4)(y)`
      const { proposal } = await ask(lines, 'y', units(5))
      assert.equal(proposal.kind === 'edits' && proposal.note, 'this line makes 3 layers; all of them change')
      assert.match(await edited(lines, 'y', units(5)), /dense\(5\)/)
    })

    it('of a task', async () => {
      const text = `${head}${x}const y = dense(4)(x)${end}`
      const proposal = await propose(text, { kind: 'setTaskOption', task: 'a', option: 'weight', value: 2 })
      assert.equal(proposal.kind, 'edits', JSON.stringify(proposal))
      assert.match(applyFix(text, proposal), /classification\(2, y, \{ weight: 2 \}\)/)
    })

    it('refuses what is computed, with the text', async () => {
      assert.equal(await refused(`${x}const u = 4\nconst y = dense(u * 8)(x)`, 'y', units(5)), 'units is `u * 8`')
      assert.match(
        await refused(`${x}const u = 4 * 2\nconst y = dense(u)(x)`, 'y', units(5)),
        /^units is 'u' \(line 3\), which is `4 \* 2`$/,
      )
      assert.match(await refused(`${x}let u = 4\nconst y = dense(u)(x)`, 'y', units(5)), /not a constant of this file/)
      assert.match(await refused(`${x}const a = [4] as const\nconst y = dense(...a)(x)`, 'y', units(5)), /comes from `\.\.\.a`/)
      const made = 'const o = () => ({ bias: false })\nconst y = dense(4, o())(x)'
      assert.equal(await refused(x + made, 'y', relu), 'the options are `o()`, which is computed')
    })

    it('offers to change a constant and says what hangs on it', async () => {
      const { text, proposal } = await ask(`${x}const u = 4\nconst z = dense(u)(x)\nconst y = dense(u)(z)`, 'y', units(5))
      assert.ok(proposal.kind === 'offer', JSON.stringify(proposal))
      assert.equal(proposal.reason, "units is the constant 'u' (line 3)")
      assert.equal(proposal.title, 'Change u to 5')
      assert.deepEqual(proposal.changes, ["'z'", "'y'"])
      assert.match(applyFix(text, proposal), /const u = 5\n/)
    })

    it('refuses values that do not fit', async () => {
      assert.match(await refused(`${x}const y = dense(4)(x)`, 'y', units(-1)), /^units of dense must be a whole number above 0, not -1$/)
      const wrong: Asked = { kind: 'setOption', option: 'activatoin', value: 'relu' }
      assert.match(await refused(`${x}const y = dense(4)(x)`, 'y', wrong), /did you mean 'activation'/)
    })
  })

  describe('insert a layer', () => {
    const cases: [string, string, string, 'before' | 'after', string][] = [
      ['after a call', 'const y = dense(4)(x)', 'y', 'after', 'const y = dropout(0.5)(dense(4)(x))'],
      ['before a call', 'const y = dense(4)(x)', 'y', 'before', 'const y = dense(4)(dropout(0.5)(x))'],
      ['after the last of a pipe', 'const y = x.pipe(dense(4))', 'y.dense1', 'after', 'const y = x.pipe(dense(4), dropout(0.5))'],
      [
        'after one in the middle of a pipe',
        'const y = x.pipe(dense(4), dense(5))',
        'y.dense1',
        'after',
        'const y = x.pipe(dense(4), dropout(0.5), dense(5))',
      ],
      ['before the first of a pipe', 'const y = x.pipe(dense(4))', 'y.dense1', 'before', 'const y = x.pipe(dropout(0.5), dense(4))'],
      [
        'into a pipe on several lines',
        'const y = x.pipe(\n  dense(4), // first\n  dense(5), // second\n)',
        'y.dense1',
        'after',
        'const y = x.pipe(\n  dense(4), // first\n  dropout(0.5),\n  dense(5), // second\n)',
      ],
      [
        'at the end of a pipe on several lines',
        'const y = x.pipe(\n  dense(4),\n)',
        'y.dense1',
        'after',
        'const y = x.pipe(\n  dense(4), dropout(0.5),\n)',
      ],
      ['after an input', 'const y = dense(4)(x)', 'x', 'after', 'const y = dense(4)(x)'],
      [
        'for a layer made elsewhere',
        'const d = dense(8)\nconst y = d(d(x))',
        'y',
        'after',
        'const d = dense(8)\nconst y = dropout(0.5)(d(d(x)))',
      ],
      ['after a join', 'const y = concat(x, dense(4)(x))', 'y', 'after', 'const y = concat(x, dense(4)(x)).pipe(dropout(0.5))'],
    ]
    for (const [name, before, node, where, after] of cases) {
      const start = node === 'x' ? "const x = input('x', [8]).pipe(dropout(0.5))\n" : x
      it(name, async () => assert.equal(await edited(x + before, node, insert(where)), start + after))
    }

    it('and imports it', async () => {
      const text = `import { classification, dense, input, model } from "mtl"\n${x}const y = dense(4)(x)${end}`
      const proposal = await propose(text, {
        kind: 'insertLayer',
        node: 1,
        where: 'after',
        layer: { kind: 'dense', options: { units: 3, activation: 'relu' } },
      })
      assert.match(applyFix(text, proposal as never), /y = dense\(3, \{ activation: "relu" \}\)\(dense\(4\)\(x\)\)/)
      const other = await propose(text, { ...insert('after'), node: 1 } as GraphEdit)
      assert.match(applyFix(text, other as never), /^import \{ classification, dense, input, model, dropout \} from "mtl"/)
    })

    it('into the imported file that makes the layer, once for all its uses', async () => {
      const blocks = "import { dense, type Tensor } from 'mtl'\nexport const block = (t: Tensor<1>) => t.pipe(dense(4))\n"
      const text = `${head.replace('concat, dense, dropout, ', '')}import { block } from './blocks'\n${x}const y = block(block(x))${end}`
      const proposal = await propose(text, { ...insert('after'), node: 1 } as GraphEdit, { 'blocks.ts': blocks })
      assert.ok(proposal.kind === 'edits', JSON.stringify(proposal))
      assert.equal(proposal.note, 'this line makes 2 layers; all of them change')
      assert.equal(
        applyFix(blocks, proposal),
        "import { dense, type Tensor, dropout } from 'mtl'\nexport const block = (t: Tensor<1>) => t.pipe(dense(4), dropout(0.5))\n",
      )
    })

    it('refuses where the place is not a plain one', async () => {
      assert.match(
        await refused(`${x}const l = [dense(4)]\nconst y = x.pipe(...l)`, 'y.dense1', insert('after')),
        /^the layers come from `\.\.\.l`$/,
      )
      assert.match(await refused(`${x}const d = dense(8)\nconst y = x.pipe(d, d)`, 'y.dense1', insert('after')), /more than once/)
      assert.match(await refused(`${x}const y = concat(x, x)`, 'x', insert('before')), /is no layer/)
      assert.match(await refused(`${x}const y = x`, 'a.output', insert('after')), /output layer that the task 'a' adds itself/)
    })

    it('refuses what breaks the model', async () => {
      const edit: Asked = { kind: 'insertLayer', where: 'after', layer: { kind: 'conv2d', options: { filters: 4 } } }
      assert.match(await refused(`${x}const y = dense(4)(x)`, 'y', edit), /^the model would have an error: |^there is no|^conv2d needs/)
    })
  })

  describe('replace and remove a layer', () => {
    const dense: Asked = { kind: 'replaceLayer', layer: { kind: 'dense', options: { units: 3, bias: false } } }
    it('replaces the call alone', async () => {
      assert.equal(
        await edited(`${x}const y = x.pipe(dropout(0.1), dense(4))`, 'y.dropout1', dense),
        `${x}const y = x.pipe(dense(3, { bias: false }), dense(4))`,
      )
      assert.equal(await edited(`${x}const y = dropout(0.1)(x)`, 'y', dense), `${x}const y = dense(3, { bias: false })(x)`)
    })
    const cases: [string, string, string, string][] = [
      ['the first of a pipe', 'const y = x.pipe(dense(4), dense(5))', 'y.dense1', 'const y = x.pipe(dense(5))'],
      ['the last of a pipe', 'const y = x.pipe(dense(4), dense(5),)', 'y.dense2', 'const y = x.pipe(dense(4),)'],
      ['the only one of a pipe', 'const y = x.pipe(dense(4))', 'y.dense1', 'const y = x'],
      ['a call', 'const y = dense(4)(dense(5)(x))', 'y', 'const y = dense(5)(x)'],
      [
        'a line with its comment',
        'const y = x.pipe(\n  dense(4), // one\n  dense(5), // two\n  dense(6),\n)',
        'y.dense2',
        'const y = x.pipe(\n  dense(4), // one\n  dense(6),\n)',
      ],
      ['the last line', 'const y = x.pipe(\n  dense(4),\n  dense(5), // two\n)', 'y.dense2', 'const y = x.pipe(\n  dense(4),\n)'],
    ]
    for (const [name, before, node, after] of cases) {
      it(`removes ${name}`, async () => assert.equal(await edited(x + before, node, remove), x + after))
    }
    it('removes all that a line makes', async () => {
      const lines = `${x}let y = x\nfor (const n of [1, 2]) y = y.pipe(dense(4 * n), dropout(0.1))`
      assert.equal(await edited(lines, 'y.dropout1', remove), `${x}let y = x\nfor (const n of [1, 2]) y = y.pipe(dense(4 * n))`)
    })
  })

  describe('add a task', () => {
    const add = (name: string, features: number): GraphEdit => ({
      kind: 'addTask',
      name,
      task: { kind: 'regression', options: { weight: 0.5 } },
      label: { source: 0, column: 'year' },
      features,
    })
    it('with its label and the tensor by their names', async () => {
      const graph = await graphOf(penguins)
      const proposal = await propose(penguins, add('depth', graph.nodes.filter(n => n.name.startsWith('trunk')).at(-1)!.id))
      assert.ok(proposal.kind === 'edits', JSON.stringify(proposal))
      const after = applyFix(penguins, proposal)
      assert.ok(after.includes("    depth: regression(penguins.label('year'), trunk, { weight: 0.5 }),\n  },"), after)
      assert.deepEqual(
        (await graphOf(after)).tasks.map(t => t.name),
        ['species', 'sex', 'mass', 'depth'],
      )
    })
    it('with a number of classes', async () => {
      const text = `${head}${x}const y = dense(4)(x)${end}`
      const proposal = await propose(text, {
        kind: 'addTask',
        name: 'the b',
        task: { kind: 'classification', options: {} },
        label: { classes: 7 },
        features: 1,
      })
      assert.ok(proposal.kind === 'edits', JSON.stringify(proposal))
      assert.match(applyFix(text, proposal), /a: classification\(2, y\), 'the b': classification\(7, y\) \}/)
    })
    it('refuses a name that is taken, and a tensor without a name', async () => {
      const graph = await graphOf(penguins)
      const features = graph.tasks[2]!.features
      const taken = await propose(penguins, add('mass', features))
      assert.deepEqual(taken, { kind: 'refused', reason: "there is a task 'mass' already", span: null })
      const nameless = await propose(penguins, add('depth', graph.tasks[0]!.features))
      assert.match(nameless.kind === 'refused' ? nameless.reason : '', /has no name of its own/)
    })
  })

  it('refuses an edit that changes anything else', async () => {
    // The layer looks at its own text, so to say: a change of the name's length changes another layer.
    const lines = `${x}const make = () => dense(4)\nconst y = dense(make.toString().length)(make()(x))`
    assert.match(await refused(lines, 'y.dense1', units(400)), /^the edit would also change 'y'$/)
  })
})
