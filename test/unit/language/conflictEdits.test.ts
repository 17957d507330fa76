import assert from 'node:assert/strict'
import type { GraphEdit, Proposal } from '../../../src/ir/graphEdit'
import { proposeEdit } from '../../../src/language/edits/propose'
import { Evaluator } from '../../../src/language/evaluator'
import { applyFix, dist, emptyRoot, evaluate, file, graphOf } from './evaluate'

const evaluator = new Evaluator(dist)
const head = "import { add, block, classification, concat, dense, dropout, equal, input, model } from 'mtl'\nconst x = input('x', [8])\n"

type Asked = DistributiveOmit<GraphEdit, 'node'>
type DistributiveOmit<T, K extends string> = T extends unknown ? Omit<T, K> : never

async function ask(lines: string, name: string, edit: Asked): Promise<{ text: string; proposal: Proposal }> {
  const text = head + lines
  const graph = await graphOf(text)
  const node = graph.nodes.find(n => n.name === name)
  assert.ok(node, `no '${name}' among ${graph.nodes.map(n => n.name).join(', ')}`)
  const request = { file, root: emptyRoot(), overlay: { [file]: text }, profiles: {} }
  return { text, proposal: await proposeEdit(evaluator, request, { ...edit, node: node.id } as GraphEdit, { deadline: 10_000 }) }
}

async function edited(lines: string, name: string, edit: Asked): Promise<string> {
  const { text, proposal } = await ask(lines, name, edit)
  assert.equal(proposal.kind, 'edits', JSON.stringify(proposal))
  const after = applyFix(text, proposal)
  const { diagnostics } = await evaluate(after)
  assert.deepEqual(
    diagnostics.filter(d => d.severity === 'error'),
    [],
  )
  return after.startsWith(head) ? after.slice(head.length) : after
}

async function refused(lines: string, name: string, edit: Asked): Promise<string> {
  const { proposal } = await ask(lines, name, edit)
  assert.equal(proposal.kind, 'refused', JSON.stringify(proposal))
  return proposal.reason
}

const split: Asked = { kind: 'splitTrunk' }
const own = (task: string): Asked => ({ kind: 'splitTrunk', task })
const stop = (task: string): Asked => ({ kind: 'stopGradient', task })
const weighting = (method: string): Asked => ({ kind: 'setWeighting', method })

const tasks = (a: string, b: string, more = '') => `
export default model({
  tasks: {
    a: classification(2, ${a}),
    b: classification(3, ${b}),${more}
  },
})
`

describe('edits that mend a conflict', () => {
  describe('split a layer for each task', () => {
    it('the last of a pipe: what is before it stays shared under a name of its own', async () =>
      assert.equal(
        await edited(
          `const trunk = x.pipe(dense(4), dropout(0.1), dense(5))${tasks('trunk', 'trunk.pipe(dense(6))')}`,
          'trunk.dense2',
          split,
        ),
        `const trunkShared = x.pipe(dense(4), dropout(0.1))
const trunkA = trunkShared.pipe(dense(5))
const trunkB = trunkShared.pipe(dense(5))${tasks('trunkA', 'trunkB.pipe(dense(6))')}`,
      ))

    it('the first of a pipe, with all that follows', async () =>
      assert.equal(
        await edited(`const trunk = x.pipe(dense(4), dense(5))${tasks('trunk', 'trunk')}`, 'trunk.dense1', split),
        `const trunkA = x.pipe(dense(4), dense(5))
const trunkB = x.pipe(dense(4), dense(5))${tasks('trunkA', 'trunkB')}`,
      ))

    it('keeps lines and comments', async () =>
      assert.equal(
        await edited(
          `const trunk = x.pipe(
  dense(4), // first
  dense(5), // second
)${tasks('trunk', 'trunk')}`,
          'trunk.dense2',
          split,
        ),
        `const trunkShared = x.pipe(
  dense(4), // first
)
const trunkA = trunkShared.pipe(
  dense(5), // second
)
const trunkB = trunkShared.pipe(
  dense(5), // second
)${tasks('trunkA', 'trunkB')}`,
      ))

    it('follows the trunk through other constants, calls, sums and heads that have names', async () =>
      assert.equal(
        await edited(
          `const calm = dense(4)(x)
const torn = dense(4)(dense(3)(x))
const both = add(calm, torn)
const joined = concat([both, dense(2)(x)])
const deep = joined.pipe(dense(7))${tasks('joined', 'deep')}`,
          'torn',
          split,
        ),
        `const calm = dense(4)(x)
const tornShared = dense(3)(x)
const tornA = dense(4)(tornShared)
const tornB = dense(4)(tornShared)
const bothA = add(calm, tornA)
const bothB = add(calm, tornB)
const joinedShared = dense(2)(x)
const joinedA = concat([bothA, joinedShared])
const joinedB = concat([bothB, joinedShared])
const deep = joinedB.pipe(dense(7))${tasks('joinedA', 'deep')}`,
      ))

    it('what a function made stays shared, under a name of its own', async () => {
      const lines = (names: string, a: string, b: string) =>
        `const part = (t: typeof x, n: number) => {\n  const m = n * 2\n  return t.pipe(dense(m))\n}\n${names}${tasks(a, b)}`
      assert.equal(
        await edited(lines('const trunk = part(x, 2).pipe(dense(4))', 'trunk', 'trunk'), 'trunk.dense2', split),
        lines(
          'const trunkShared = part(x, 2)\nconst trunkA = trunkShared.pipe(dense(4))\nconst trunkB = trunkShared.pipe(dense(4))',
          'trunkA',
          'trunkB',
        ),
      )
    })

    it('copies calls of a function as wholes, and blocks', async () => {
      const lines = (names: readonly string[], [a, b]: readonly [string, string]) =>
        `const part = (t: typeof x) => t.pipe(dense(4), dense(4))
const early = part(x)
${names.map(name => `const ${name} = part(early)`).join('\n')}${tasks(a, b)}`
      assert.equal(await edited(lines(['late'], ['late', 'late']), 'late.dense1', split), lines(['lateA', 'lateB'], ['lateA', 'lateB']))
    })

    it('names the copies so that nothing else is called like that', async () =>
      assert.match(
        await edited(`const trunkA = dense(3)(x)\nconst trunk = dense(4)(trunkA)${tasks('trunk', 'trunk')}`, 'trunk', split),
        /const trunkA2 = dense\(4\)\(trunkA\)\nconst trunkB = /,
      ))

    it('in functions that make the tasks', async () =>
      assert.match(
        await edited(
          `const trunk = dense(4)(x)
const head = (t: typeof x) => classification(2, t)
export default model({ tasks: { a: head(trunk), 'b c': head(trunk) } })`,
          'trunk',
          split,
        ),
        /a: head\(trunkA\), 'b c': head\(trunkBC\)/,
      ))

    it('refuses what is computed, with its reason', async () => {
      assert.match(
        await refused(`let y = x\nfor (const n of [4, 4]) y = dense(n)(y)${tasks('y', 'y')}`, 'y', split),
        /is made in a loop \(line 4\)/,
      )
      assert.match(
        await refused(
          `const layers = [dense(4), dense(5)]\nconst trunk = x.pipe(...layers)${tasks('trunk', 'trunk')}`,
          'trunk.dense2',
          split,
        ),
        /apart from where it is applied|come from `\.\.\.layers`/,
      )
      assert.match(
        await refused(`const layer = dense(4)\nconst trunk = layer(x)${tasks('trunk', 'trunk')}`, 'trunk', split),
        /is made apart from where it is applied/,
      )
      assert.match(
        await refused(
          `const part = (t: typeof x) => t.pipe(dense(4), dense(4))\nconst trunk = part(x)${tasks('trunk', 'trunk')}`,
          'trunk.dense2',
          split,
        ),
        /split would go through `part`/,
      )
      assert.match(
        await refused(
          `const trunk = dense(4)(x)\nconst head = (n: number) => classification(n, trunk)\nexport default model({ tasks: { a: head(2), b: head(3) } })`,
          'trunk',
          split,
        ),
        /`trunk` is used for several tasks at once \(line 4\)/,
      )
      assert.match(await refused(`const trunk = dense(4)(x)${tasks('trunk.pipe(dense(3))', 'trunk')}`, 'a.dense1', split), /is not shared/)
    })
  })

  describe('copy the trunk for each group of tasks', () => {
    const group = (...groups: string[][]): Asked => ({ kind: 'groupTasks', groups })
    const four = (a: string, b: string, c: string, d: string) =>
      tasks(a, b, `\n    c: classification(2, ${c}),\n    d: classification(2, ${d}),`)

    it('with the names of its tasks, and heads that follow', async () =>
      assert.equal(
        await edited(
          `const trunk = x.pipe(dense(4), dropout(0.1), dense(5))
const head = trunk.pipe(dense(6))${four('head', 'head', 'trunk', 'trunk.pipe(dense(2))')}`,
          'x',
          group(['a', 'b'], ['c', 'd']),
        ),
        `const trunkAB = x.pipe(dense(4), dropout(0.1), dense(5))
const trunkCD = x.pipe(dense(4), dropout(0.1), dense(5))
const head = trunkAB.pipe(dense(6))${four('head', 'head', 'trunkCD', 'trunkCD.pipe(dense(2))')}`,
      ))

    it('with numbers where a group has many tasks; what one group has for itself stays', async () =>
      assert.equal(
        await edited(
          `const low = dense(4)(x)
const high = low.pipe(dense(5))${four('high', 'high', 'high', 'low')}`,
          'x',
          group(['a', 'b', 'c'], ['d']),
        ),
        `const lowGroup1 = dense(4)(x)
const lowD = dense(4)(x)
const high = lowGroup1.pipe(dense(5))${four('high', 'high', 'high', 'lowD')}`,
      ))

    it('through several constants', async () =>
      assert.equal(
        await edited(
          `const one = dense(4)(x)
const two = add(one, dense(4)(x))
const three = concat([one, two]).pipe(dense(7))${four('three', 'two', 'three', 'two')}`,
          'x',
          group(['a', 'c'], ['b', 'd']),
        ),
        `const oneAC = dense(4)(x)
const oneBD = dense(4)(x)
const twoAC = add(oneAC, dense(4)(x))
const twoBD = add(oneBD, dense(4)(x))
const three = concat([oneAC, twoAC]).pipe(dense(7))${four('three', 'twoBD', 'three', 'twoBD')}`,
      ))

    it('refuses what is no grouping, and what has no text of its own', async () => {
      const plain = `const trunk = dense(4)(x)${four('trunk', 'trunk', 'trunk', 'trunk')}`
      assert.match(await refused(plain, 'x', group(['a', 'b'], ['c'])), /the task 'd' is in no group/)
      assert.match(await refused(plain, 'x', group(['a', 'b'], ['b', 'c', 'd'])), /the task 'b' is in two groups/)
      assert.match(await refused(plain, 'x', group(['a', 'b', 'c', 'd', 'e'])), /no task 'e'/)
      assert.match(await refused(plain, 'x', group(['a', 'b', 'c', 'd'])), /nothing to copy/)
      const computed = `let trunk = x\nfor (let i = 0; i < 2; i++) trunk = dense(4)(trunk)${four('trunk', 'trunk', 'trunk', 'trunk')}`
      assert.match(await refused(computed, 'x', group(['a', 'b'], ['c', 'd'])), /is made in a loop/)
    })
  })

  describe('give one task its own copy', () => {
    it('and leave the others what they have', async () =>
      assert.equal(
        await edited(
          `const trunk = x.pipe(dense(4), dense(5))${tasks('trunk', 'trunk', '\n    c: classification(4, trunk),')}`,
          'trunk.dense2',
          own('b'),
        ),
        `const trunkShared = x.pipe(dense(4))
const trunk = trunkShared.pipe(dense(5))
const trunkB = trunkShared.pipe(dense(5))${tasks('trunk', 'trunkB', '\n    c: classification(4, trunk),')}`,
      ))
  })

  describe('stop a gradient', () => {
    it('where the task takes the trunk', async () => {
      const lines = (a: string, b: string) => `const trunk = x.pipe(dense(4), dense(5))${tasks(a, b)}`
      const after = await edited(lines('trunk', 'trunk.pipe(dense(6))'), 'trunk.dense2', stop('b'))
      assert.match(after, /import \{.*, stopGradient \} from 'mtl'/)
      assert.ok(after.endsWith(lines('trunk', 'trunk.pipe(stopGradient(), dense(6))')), after)
      assert.match(
        await edited(lines('trunk', 'trunk.pipe(dense(6))'), 'trunk.dense1', stop('a')),
        /a: classification\(2, trunk\.pipe\(stopGradient\(\)\)\)/,
      )
    })

    it('refuses where the place serves several tasks', async () => {
      const lines = `const trunk = dense(4)(x)\nconst head = (n: number) => classification(n, trunk)\nexport default model({ tasks: { a: head(2), b: head(3) } })`
      assert.match(await refused(lines, 'trunk', stop('a')), /used for several tasks at once/)
    })
  })

  describe('balance by another method', () => {
    const lines = (training: string) =>
      `const trunk = dense(4)(x)\nexport default model({ tasks: { a: classification(2, trunk), b: classification(2, trunk) }${training} })`
    const cases: readonly [string, string, string][] = [
      ['where nothing is said of training', '', ', training: { weighting: upGrad() }'],
      ['where no method is named', ', training: { epochs: 3 }', ', training: { epochs: 3, weighting: upGrad() }'],
      ['instead of another', ', training: { weighting: equal(), epochs: 3 }', ', training: { weighting: upGrad(), epochs: 3 }'],
    ]
    for (const [name, before, after] of cases)
      it(name, async () => {
        const text = await edited(lines(before), 'trunk', weighting('upGrad'))
        assert.match(text, /import \{.*, upGrad \} from 'mtl'/)
        assert.ok(text.endsWith(lines(after)), text)
      })

    it('refuses what is computed, what needs options, and what is there', async () => {
      const computed = `const trunk = dense(4)(x)\nconst make = () => ({ epochs: 3 })\nexport default model({ tasks: { a: classification(2, trunk) }, training: make() })`
      assert.match(await refused(computed, 'trunk', weighting('upGrad')), /options of training are `make\(\)`, which is computed/)
      assert.match(await refused(lines(''), 'trunk', weighting('fixed')), /fixed needs/)
      assert.match(await refused(lines(''), 'trunk', weighting('equal')), /by equal already/)
      assert.match(await refused(lines(''), 'trunk', weighting('pcgrad')), /did you mean 'pcGrad'/)
    })
  })
})
