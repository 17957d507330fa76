import assert from 'node:assert/strict'
import type { GraphEdit, Proposal } from '../../../src/ir/graphEdit'
import { proposeEdit } from '../../../src/language/edits/propose'
import { Evaluator } from '../../../src/language/evaluator'
import { applyFix, dist, emptyRoot, evaluate, file, graphOf } from './evaluate'

const evaluator = new Evaluator(dist)
const head = "import { classification, concat, csv, dense, model, oneHot, scale } from 'mtl'\n"
const data = "const data = csv('d.csv')\n"
const end = "\nexport default model({ tasks: { a: classification(data.label('k'), dense(4)(x)) } })\n"

async function ask(lines: string, edit: (id: number) => GraphEdit): Promise<{ text: string; proposal: Proposal }> {
  const text = head + lines + end
  const graph = await graphOf(text)
  const { id } = graph.nodes.find(({ kind }) => kind === 'features')!
  const request = { file, root: emptyRoot(), overlay: { [file]: text }, profiles: {} }
  return { text, proposal: await proposeEdit(evaluator, request, edit(id), { deadline: 10_000 }) }
}

/** @returns the lines after the edit */
async function edited(lines: string, edit: (id: number) => GraphEdit): Promise<string> {
  const { text, proposal } = await ask(lines, edit)
  assert.equal(proposal.kind, 'edits', JSON.stringify(proposal))
  const after = applyFix(text, proposal)
  assert.deepEqual((await evaluate(after)).diagnostics, [])
  return after.replace(head, '').replace(end, '')
}

async function refused(lines: string, edit: (id: number) => GraphEdit): Promise<string> {
  const { proposal } = await ask(lines, edit)
  assert.equal(proposal.kind, 'refused', JSON.stringify(proposal))
  return proposal.reason
}

const remove =
  (column: string) =>
  (node: number): GraphEdit => ({ kind: 'removeFeature', node, column })

describe('a column is taken out of the features', () => {
  const cases: [string, string, string, string][] = [
    ['the first of a list', "data.features({ numeric: ['p', 'q'] })", 'p', "data.features({ numeric: ['q'] })"],
    ['the last of a list', "data.features({ numeric: ['q', 'p'] })", 'p', "data.features({ numeric: ['q'] })"],
    ['one with a comma behind it', "data.features({ numeric: ['q', 'p',] })", 'p', "data.features({ numeric: ['q',] })"],
    [
      'the only one of its list, with the list',
      "data.features({ numeric: ['p'], categorical: ['q'] })",
      'p',
      "data.features({ categorical: ['q'] })",
    ],
    [
      'one on a line of its own, with its comment',
      "data.features({\n  numeric: [\n    'q', // stays\n    'p', // goes\n    'r',\n  ],\n})",
      'p',
      "data.features({\n  numeric: [\n    'q', // stays\n    'r',\n  ],\n})",
    ],
    [
      'the only one of a list on a line of its own',
      "data.features({\n  numeric: ['p'] as const,\n  categorical: ['q'],\n})",
      'p',
      "data.features({\n  categorical: ['q'],\n})",
    ],
    [
      'one with a transformation',
      "data.features({ numeric: ['q'], columns: { p: scale('robust'), 'r s': oneHot() } })",
      'p',
      "data.features({ numeric: ['q'], columns: { 'r s': oneHot() } })",
    ],
    [
      'the only one with a transformation',
      "data.features({ numeric: ['q'], columns: { 'p p': scale('robust') } })",
      'p p',
      "data.features({ numeric: ['q'] })",
    ],
    ['one of a constant that nothing else uses', 'data.features({ numeric })', 'p', 'data.features({ numeric })'],
    ['one with a name of its own', "data.features({ numeric: [p, 'q'] })", 'p', "data.features({ numeric: ['q'] })"],
  ]
  for (const [name, before, column, after] of cases) {
    it(name, async () => {
      const constants = (list: string) =>
        before.includes('{ numeric }') ? `const numeric = [${list}]\n` : before.includes('[p,') ? "const p = 'p'\n" : ''
      assert.equal(
        await edited(`${data}${constants("'p', 'q'")}const x = ${before}`, remove(column)),
        `${data}${constants("'q'")}const x = ${after}`,
      )
    })
  }

  const reasons: [string, string, string][] = [
    [
      'that are computed',
      "const names = ['p', 'q'].slice(0)\nconst x = data.features({ numeric: names })",
      "numeric is `['p', 'q'].slice(0)`",
    ],
    ['that are spread', "const some = ['p']\nconst x = data.features({ numeric: [...some, 'q'] })", "numeric is `[...some, 'q']`"],
    ['of options from elsewhere', "const o = () => ({ numeric: ['p', 'q'] })\nconst x = data.features(o())", 'numeric is `o()`'],
    [
      'of a list that serves elsewhere, too',
      "const list = ['p', 'q']\nconst x = concat(data.features({ numeric: list }), data.features({ numeric: list }).pipe(dense(2)))",
      "the edit would also change 'x.features2'",
    ],
    [
      'where no other is left',
      "const x = data.features({ numeric: ['p'] })",
      'the model would have an error: features needs at least one column: { numeric: […], categorical: […], columns: { … } }',
    ],
    ['that it does not have', "const x = data.features({ numeric: ['q'] })", "'x' does not have the column 'p' any more"],
  ]
  for (const [name, lines, reason] of reasons)
    it(`not out of columns ${name}`, async () => assert.equal(await refused(data + lines, remove('p')), reason))

  it('on all features that the line makes, and says so', async () => {
    const lines = `${data}const f = (d: typeof data) => d.features({ numeric: ['p', 'q'] })\nconst x = concat(f(data), f(data).pipe(dense(2)))`
    const { text, proposal } = await ask(lines, remove('p'))
    assert.ok(proposal.kind === 'edits', JSON.stringify(proposal))
    assert.equal(proposal.note, 'this line makes 2 layers; all of them change')
    assert.match(applyFix(text, proposal), /numeric: \['q'\]/)
  })
})

describe('an option of a data source is set', () => {
  const drop = (): GraphEdit => ({ kind: 'setSourceOption', source: 0, option: 'duplicates', value: 'drop' })
  const x = "const x = data.features({ numeric: ['p'] })"

  it('where there are none, beside others, and in the place of its value', async () => {
    for (const [before, after] of [
      ["csv('d.csv')", "csv('d.csv', { duplicates: 'drop' })"],
      ["csv('d.csv', { missing: ['NA'] })", "csv('d.csv', { missing: ['NA'], duplicates: 'drop' })"],
      ["csv('d.csv', { duplicates: 'keep' })", "csv('d.csv', { duplicates: 'drop' })"],
    ])
      assert.equal(await edited(`const data = ${before}\n${x}`, drop), `const data = ${after}\n${x}`)
  })

  it('not where it is computed, nor one that the source does not have', async () => {
    assert.equal(
      await refused(`const o = () => ({})\nconst data = csv('d.csv', o())\n${x}`, drop),
      'the options are `o()`, which is computed',
    )
    assert.match(
      await refused(data + x, () => ({ kind: 'setSourceOption', source: 0, option: 'duplicate', value: 'drop' })),
      /did you mean 'duplicates'/,
    )
  })
})
