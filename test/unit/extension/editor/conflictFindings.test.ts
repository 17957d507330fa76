import assert from 'node:assert/strict'
import { conflictFindings } from '../../../../src/extension/editor/conflictFindings'
import { conflictMends } from '../../../../src/extension/editor/conflictMends'
import type { ConflictSummary, PairConflict } from '../../../../src/ir/conflict'
import type { GraphNode, GraphTask, ModelGraph } from '../../../../src/ir/graph'

const span = (start: number, end: number) => ({ file: 'm.mtl.ts', start, end })

const node = (id: number, name: string, start: number): GraphNode => ({
  id,
  kind: 'dense',
  name,
  layer: id,
  inputs: id > 0 ? [id - 1] : [],
  options: {},
  shape: [4],
  parameters: [],
  span: span(start, start + 5),
  use: null,
  via: [],
})

const task = (name: string, start: number, weight = 1): GraphTask => ({
  name,
  kind: 'regression',
  features: 1,
  output: 1,
  label: null,
  options: {},
  weight,
  classes: null,
  span: null,
  keySpan: span(start, start + name.length),
})

const choice = { kind: 'equal', options: {}, span: null }
const graph = (offset = 0): ModelGraph => ({
  file: 'm.mtl.ts',
  nodes: [node(0, 'first', 10 + offset), node(1, 'torn', 20 + offset)],
  tasks: [task('a', 100 + offset), task('b', 110 + offset), task('c', 120 + offset, 2)],
  sources: [],
  training: { optimizer: choice, weighting: choice, epochs: 1, batchSize: 1, seed: 1, earlyStopping: null, spans: {} },
  span: null,
})

const pair = (tasks: readonly [number, number], mean: number, given: Partial<PairConflict> = {}): PairConflict => ({
  pair: tasks,
  samples: 300,
  cosine: { mean, low: mean - 0.05, high: mean + 0.05 },
  conflicting: { mean: 0.97, low: 0.95, high: 0.99 },
  across: null,
  magnitude: 0.8,
  bound: mean + 0.1,
  signal: [0.3, 0.3],
  reported: mean < -0.3,
  ...given,
})

const summary: ConflictSummary = {
  tasks: ['a', 'b', 'c'],
  samples: 300,
  firstStep: 334,
  lastStep: 1000,
  delta: 0.1,
  level: 0.95,
  layers: [
    { layer: 'first', gradientShare: 0.4, pairs: [pair([1, 2], -0.1), pair([0, 1], 0.2)] },
    { layer: 'torn', gradientShare: 0.6, pairs: [pair([0, 2], -0.6), pair([0, 1], -0.4), pair([1, 2], 0.1)] },
  ],
  trunk: {
    gradientShares: [0.2, 0.0, 0.8],
    worst: [
      { partner: 2, cosine: -0.5 },
      { partner: 0, cosine: -0.3 },
      { partner: 0, cosine: -0.5 },
    ],
  },
}

const seen = { summary, name: 'run of 22 Nov, 04:50, seed 1', stale: false }

describe('conflict on the lines', () => {
  it('says at a layer the worst pair, how often, its share of the gradient, and the run', () => {
    const [torn] = conflictFindings(graph(), seen, 'findings')
    assert.equal(torn!.name, 'torn')
    assert.equal(torn!.label, 'a ⇄ c: cos −0.60 · 97 %')
    assert.deepEqual(torn!.span, span(20, 25))
    assert.match(
      torn!.message!,
      /^'a' and 'c' pull 'torn' apart: mean cosine −0\.60 \[−0\.65, −0\.55\], in conflict in 97 % \[95 %, 99 %\] of 300 sampled steps \(50 % for unrelated tasks\)\. 60 % of ‖g‖² falls on this layer\. So do 'a' and 'b'\. Seen by the run of 22 Nov/,
    )
    assert.deepEqual(
      torn!.related.map(r => r.span),
      [span(100, 101), span(120, 121)],
    )
    assert.deepEqual(torn!.pairs, [
      ['a', 'c'],
      ['a', 'b'],
    ])
  })

  it('says at a task its share of the gradient and its worst partner', () => {
    const found = conflictFindings(graph(), seen, 'findings').filter(({ on }) => on === 'task')
    assert.deepEqual(
      found.map(({ name, label }) => [name, label]),
      [
        ['a', '20 % of ‖g‖² · ⇄ c −0.50'],
        ['b', '0 % of ‖g‖² · ⇄ a −0.30'],
        ['c', '80 % of ‖g‖² · ⇄ a −0.50'],
      ],
    )
    assert.match(found[0]!.message!, /^'a' and 'c', 'b' pull 'torn' apart\./)
    assert.deepEqual(
      found[0]!.related.map(r => r.message),
      ["the task 'c'", "the task 'b'", "the layer 'torn'"],
    )
  })

  it('says at a task that another drowns it, and offers what scales the losses', () => {
    const layers = summary.layers.map(layer => ({ ...layer, pairs: layer.pairs.map(p => ({ ...p, reported: false })) }))
    const drowned: ConflictSummary = { ...summary, layers, advice: [{ code: 'scaleLosses', pair: [1, 2] }] }
    const [b, ...others] = conflictFindings(graph(), { ...seen, summary: drowned }, 'findings')
    assert.deepEqual(others, [])
    assert.match(b!.message!, /^'b' is drowned by 'c': its gradients are much shorter\. 0 % of the gradient in the shared layers is of 'b'/)
    assert.deepEqual(
      b!.related.map(r => r.message),
      ["the task 'c'"],
    )
    const titles = (given: ConflictSummary) => conflictMends(graph(), given, b!).map(({ title }) => title)
    const shares = { ...drowned, trunk: { ...drowned.trunk, gradientShares: [0.2, 0.04, 0.76] } }
    assert.deepEqual(titles(shares), [
      'Balance the tasks by uncertainty',
      'Balance the tasks by imtlL',
      'Balance the tasks by dbMtl',
      'Scale the loss of b…',
    ])
  })

  it('shows everything measured where that is asked for, and nothing where it is not', () => {
    const all = conflictFindings(graph(), seen, 'all')
    assert.deepEqual(
      all.map(({ name, message }) => [name, message !== null]),
      [
        ['first', false],
        ['torn', true],
        ['a', true],
        ['b', true],
        ['c', true],
      ],
    )
    assert.match(all[0]!.tooltip, /\| b ⇄ c \| −0\.10 \[.*no finding/)
    assert.deepEqual(conflictFindings(graph(), seen, 'off'), [])
    const none = {
      ...summary,
      layers: summary.layers.map(layer => ({ ...layer, pairs: layer.pairs.map(p => ({ ...p, reported: false })) })),
    }
    assert.deepEqual(conflictFindings(graph(), { ...seen, summary: none }, 'findings'), [])
    assert.deepEqual(conflictFindings(graph(), { ...seen, summary: { ...summary, layers: [] } }, 'all'), [])
  })

  it('follows layers and tasks by name, and says so where the model has changed', () => {
    assert.deepEqual(conflictFindings(graph(7), seen, 'findings')[0]!.span, span(27, 32))
    const [torn] = conflictFindings(graph(), { ...seen, stale: true }, 'findings')
    assert.equal(torn!.label, 'stale · a ⇄ c: cos −0.60 · 97 %')
    assert.match(torn!.message!, /^Stale, the model has changed since: 'a' and 'c'/)
    const split = { ...graph(), nodes: [node(0, 'first', 10), node(1, 'tornA', 20)] }
    assert.ok(!conflictFindings(split, seen, 'all').some(({ name }) => name === 'torn'))
  })

  it('offers what mends: the split first, and no method that is there already', () => {
    const [torn, a] = conflictFindings(graph(), seen, 'findings')
    const mends = (given: ModelGraph, finding = torn!) => conflictMends(given, summary, finding)
    assert.deepEqual(
      mends(graph()).map(({ title }) => title),
      [
        'Split torn and what follows for each task',
        'Give a its own copy from torn on',
        'Give c its own copy from torn on',
        'Balance the tasks by upGrad',
        'Balance the tasks by pcGrad',
        'Stop the gradient of a before it reaches torn',
        'Stop the gradient of c before it reaches torn',
        'Scale the loss of a…',
        'Scale the loss of c…',
      ],
    )
    const balanced = { ...graph(), training: { ...graph().training, weighting: { ...choice, kind: 'upGrad' } } }
    assert.ok(!mends(balanced).some(({ title }) => title.includes('upGrad')))
    assert.equal(mends(graph(), a)[0]!.title, 'Balance the tasks by upGrad')
    // ‖g_c‖ = 2 ‖g_a‖: half the weight makes them alike.
    const scale = mends(graph()).at(-1)
    assert.ok(scale?.kind === 'scale')
    assert.deepEqual([scale.task, scale.weight, scale.suggested], ['c', 2, 1])
  })
})
