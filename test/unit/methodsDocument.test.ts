import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { committed, comparable, tableOfMethods } from '../../build/methods.mjs'
import { difference, methodsDocument, type Kept, type Measured } from '../../build/methodsDocument.mjs'

/** A comparison in which each method has these Δm, overall, by seed. */
function comparison(deltas: Record<string, number[]>): Kept {
  const methods = Object.entries(deltas).map(([kind, values]) => {
    const bySeed = values.map((overall, i) => ({ seed: i + 1, delta: { mass: overall, overall } }))
    return [kind, { weighting: { kind, options: {} }, metrics: {}, deltas: bySeed }] as const
  })
  const settings = { model: 'penguins.mtl.ts', epochs: 1, seeds: [1, 2, 3], learningRates: [0.1], data: [], mtl: '0.1.0', alone: {} }
  return { ...settings, methods: Object.fromEntries(methods), notes: [] }
}

const documentOf = (...measured: Measured[]) => methodsDocument(tableOfMethods(), measured)

describe('docs/methods.md', () => {
  it('is what the table of methods and the committed comparisons say', () => {
    assert.equal(readFileSync('docs/methods.md', 'utf8'), documentOf(...committed()))
  })

  it('has the figures of every method on every example', () => {
    for (const { example, kept } of committed()) {
      assert.ok(kept, `${example}: npm run methods`)
      for (const { kind } of comparable()) assert.equal(kept.methods[kind]?.deltas.length, 3, `${kind} on ${example}`)
    }
  })

  it('would show another figure', () => {
    const measured = committed()
    const pcGrad = measured[0]!.kept!.methods.pcGrad!
    pcGrad.deltas = pcGrad.deltas.map(({ seed, delta }) => ({ seed, delta: { ...delta, overall: 0.4321 } }))
    assert.ok(documentOf(...measured).includes('| 43.21 ± 0.00 % |'))
  })

  it('has a section for every method, with the paper of every published one', () => {
    const text = documentOf()
    for (const { kind, paper, notWhen, traced } of tableOfMethods()) {
      assert.ok(text.includes(`\n## ${kind}\n`) && text.includes(notWhen), kind)
      assert.ok(traced || (paper !== undefined && text.includes(paper)), kind)
    }
  })

  it('sorts the papers’ gains by what became of them', () => {
    const kept = comparison({
      equal: [0, 0.01, 0.02],
      pcGrad: [0.1, 0.111, 0.12],
      mgda: [-0.1, -0.09, -0.081],
      caGrad: [0.01, 0, 0.02],
      famo: [0, 0.01, 0.02],
    })
    const text = documentOf({ example: 'penguins', kept })
    assert.ok(text.includes('- above `equal()`, the whole interval: `pcGrad`\n'))
    assert.ok(text.includes('- not told apart from `equal()`: `caGrad` and `famo`\n'))
    assert.ok(text.includes('- below `equal()`, the whole interval: `mgda`\n'))
    assert.match(text, /- without figures: .*`nashMtl`/)
    assert.ok(text.includes('The same Δm with every seed: `equal` and `famo`.'))
  })

  it('says what is missing', () => {
    const text = documentOf({ example: 'penguins', kept: null })
    assert.ok(text.includes('**penguins**: not measured yet.'))
    assert.ok(text.includes('| [`pcGrad`](#pcgrad) | T | not measured | — |'))
    const diverged = { ...comparison({ equal: [0, 0, 0] }), notes: ['pcGrad diverged with learning rate 0.1.'] }
    assert.ok(documentOf({ example: 'penguins', kept: diverged }).includes('| [`pcGrad`](#pcgrad) | T | diverged | — |'))
  })
})

describe('difference between two methods', () => {
  it('is paired by seed, with the interval of Student’s t', () => {
    const found = difference(comparison({ equal: [1, 2, 3], famo: [2, 4, 6] }), 'famo', 'equal')!
    // Differences 1, 2, 3: mean 2, deviation 1; t(2, 97.5 %) = 4.3027.
    assert.ok(Math.abs(found.mean - 2) < 1e-12)
    assert.ok(Math.abs(found.high - (2 + 4.3027 / Math.sqrt(3))) < 1e-3)
    assert.ok(Math.abs(found.low - (2 - 4.3027 / Math.sqrt(3))) < 1e-3)
    assert.equal(found.verdict, 'open')
  })

  it('leaves out a seed that one of them lacks, and says nothing of a single one', () => {
    const kept = comparison({ equal: [0, 0, 0], famo: [1, 1.01] })
    assert.equal(difference(kept, 'famo', 'equal')!.verdict, 'above')
    assert.equal(difference(comparison({ equal: [0, 0], famo: [1] }), 'famo', 'equal'), null)
    assert.equal(difference(kept, 'mgda', 'equal'), null)
  })
})
