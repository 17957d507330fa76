import assert from 'node:assert/strict'
import { comparisonPage } from '../../../../src/extension/panels/comparisonPage'
import { deltaPlot, deltaPlotFile, deltaText } from '../../../../src/runs/deltaPlot'
import { comparisonResult, comparisonSettings, comparisonSummary } from '../../../fixtures/panels/comparisons'

const text = (html: string) =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

describe('page of a comparison', () => {
  it('tells Δm, the metrics behind it and the settings', () => {
    const page = text(comparisonPage(comparisonSummary(), comparisonSettings, []))
    assert.match(page, /Comparison of 22 Nov, 12:00 · seeds 1, 2 · 60 epochs · learning rate 0\.001/)
    assert.match(page, /method species mass overall equal \+1\.2 % ± 0\.4 −3\.4 % ± 1\.0 −1\.1 % ± 0\.5/)
    assert.match(page, /mass mae ↓ single-task 300\.0 ± 12\.0 equal 310\.2/)
  })

  it('tells how it gets on, why it ended, and offers to go on', () => {
    const running = comparisonSummary({
      status: 'running',
      done: 2,
      result: null,
      current: { label: 'mass alone, seed 1', run: null },
      secondsLeft: 40,
    })
    assert.match(text(comparisonPage(running, comparisonSettings, [])), /3 of 8: mass alone, seed 1 · Stop/)
    const failed = comparisonSummary({ status: 'failed', done: 2, result: null, message: 'the disk is full' })
    const page = comparisonPage(failed, comparisonSettings, [])
    assert.match(text(page), /Failed after 2 of 8\. the disk is full Go on/)
    assert.ok(page.includes(`command:mtl.resumeComparison?${encodeURIComponent(JSON.stringify([failed.id]))}`))
  })

  it('lets nothing of a file be anything but text', () => {
    const page = comparisonPage(comparisonSummary({ model: '<img src=x onerror=alert(1)>' }), comparisonSettings, [])
    assert.ok(!page.includes('<img'))
    assert.ok(!deltaPlot({ ...comparisonResult, model: '"><script>' }).includes('<script'))
  })
})

describe('plot of Δm', () => {
  it('puts every seed, mean and deviation where its value belongs', () => {
    const svg = deltaPlot(comparisonResult)
    const numbers = (pattern: RegExp) => [...svg.matchAll(pattern)].map(match => Number(match[1]))
    const zero = numbers(/class="zero" x1="([\d.]+)"/g)[0]!
    const means = numbers(/class="mean" cx="([\d.]+)"/g)
    // By task: equal, pcGrad; species, mass, overall.
    const values = [0.012, 0.02, -0.034, 0.01, -0.011, 0.015]
    const scale = (means[1]! - zero) / 0.02
    means.forEach((x, i) => assert.ok(Math.abs(x - zero - values[i]! * scale) < 0.5, `${i}: ${x}`))
    assert.equal(numbers(/class="seed" cx="([\d.]+)"/g).length, 12)
    assert.ok(scale > 0 && Math.min(...means) > 60 && Math.max(...means) < 560)
  })

  it('is a whole file by itself, also where all is 0 or one seed has no deviation', () => {
    const flat = { ...comparisonResult, delta: { equal: { species: 0, mass: 0, overall: 0 } }, spread: {} }
    const file = deltaPlotFile({ ...flat, methods: { equal: { ...comparisonResult.methods.equal!, deltas: [] } } })
    assert.ok(file.startsWith('<?xml') && !/NaN|Infinity|undefined/.test(file))
    assert.equal(deltaText(-0.0001), '0.0 %')
    assert.equal(deltaText(-0.125, 0.079), '−12.5 % ± 7.9')
  })
})
