import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { isCurrent, taskDeltas } from '../../../../src/extension/editor/taskDeltas'
import { comparisonName, comparisonProgress, overallText, shortName } from '../../../../src/extension/runs/comparisonText'
import { graphText } from '../../../../src/ir/analysis'
import { comparisonSummary } from '../../../fixtures/panels/comparisons'
import { penguinsGraph } from '../../training/penguins'

describe('Δm beside the tasks', () => {
  it('is that of the file’s own weighting, else of the best method, with the comparison’s name', () => {
    const labels = (weighting: string, stale = false) => taskDeltas(comparisonSummary(), weighting, stale).map(({ label }) => label)
    assert.deepEqual(labels('equal'), ['Δm +1.2 % · 22 Nov', 'Δm −3.4 % · 22 Nov'])
    assert.deepEqual(labels('equal', true), ['Δm +1.2 % · stale · 22 Nov', 'Δm −3.4 % · stale · 22 Nov'])
    assert.deepEqual(labels('uncertainty'), ['Δm +2.0 % · pcGrad · 22 Nov', 'Δm +1.0 % · pcGrad · 22 Nov'])
    const [, mass] = taskDeltas(comparisonSummary(), 'equal', false)
    assert.match(mass!.tooltip, /comparison of 22 Nov, 12:00, 2 seeds/)
    assert.match(mass!.tooltip, /\| mae ↓ \| 300 \| 310\.2 \|/)
    assert.match(mass!.tooltip, /Δm −3\.4 % ± 1\.0/)
    assert.deepEqual(taskDeltas({ created: 0, result: null }, 'equal', false), [])
  })

  it('is stale once the model means something else, not when it only looks different', () => {
    const graph = penguinsGraph()
    const manifest = { graphHash: createHash('sha256').update(graphText(graph)).digest('hex'), sources: { 'm.mtl.ts': 'as it was' } }
    const model = (given: object) => ({ graph, stale: false, file: 'm.mtl.ts', document: { getText: () => 'other comments' }, ...given })
    assert.ok(isCurrent(model({}), manifest))
    const { training } = graph
    assert.ok(!isCurrent(model({ graph: { ...graph, training: { ...training, epochs: 99 } } }), manifest))
    assert.ok(!isCurrent(model({ stale: true }), manifest), 'a text that is broken')
    // While the classes are not known, the graph is not what was compared, but the text can be.
    const open = { ...graph, tasks: graph.tasks.map(task => ({ ...task, label: null })) }
    assert.ok(!isCurrent(model({ graph: open }), manifest))
    assert.ok(isCurrent(model({ graph: open, document: { getText: () => 'as it was' } }), manifest))
  })

  it('is spoken of alike everywhere', () => {
    const { created } = comparisonSummary()
    assert.equal(comparisonName({ created }), 'comparison of 22 Nov, 12:00')
    assert.equal(shortName({ created }, created + 3_600_000), '12:00')
    assert.equal(shortName({ created }, created + 86_400_000), '22 Nov')
    assert.equal(overallText(comparisonSummary()), 'Δm equal −1.1 % ± 0.5, pcGrad +1.5 % ± 0.1')
    assert.equal(comparisonProgress(comparisonSummary({ status: 'running', done: 2, secondsLeft: 40 })), '3 of 8 · 40 s left')
    assert.equal(comparisonProgress(comparisonSummary({ status: 'running', done: 0, total: 0 })), 'starting')
  })
})
