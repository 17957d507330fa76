import assert from 'node:assert/strict'
import type { RunEvent } from '../../../../src/runs/events'
import { Table } from '../../../../webview/curves/column'
import { lossOf, metricOf, nearestIndex, RunSeries, weightOf } from '../../../../webview/curves/runSeries'
import { eventsOf } from '../../../fixtures/panels/runs'

const step = (n: number, losses: Record<string, number | null>, more: Partial<RunEvent> = {}): RunEvent =>
  ({ type: 'step', time: 1000 + n * 100, step: n, epoch: 1, losses, weights: { a: 1 }, learningRate: 0.1, ...more }) as RunEvent

const seriesOf = (...events: RunEvent[]) => {
  const series = new RunSeries()
  series.append(events)
  return series
}

describe('series of a run', () => {
  it('turns events into columns', () => {
    const events = eventsOf({ seed: 1, epochs: 4, stepsPerEpoch: 10, done: 1 })
    const series = seriesOf(...events)
    const steps = events.filter(event => event.type === 'step')
    assert.deepEqual(
      [...series.steps.step.values],
      steps.map(event => event.step),
    )
    assert.deepEqual(
      [...series.steps.column(lossOf('mass'))!.values],
      steps.map(event => event.losses.mass),
    )
    assert.deepEqual(
      [...series.steps.column(weightOf('sex'))!.values],
      steps.map(event => event.weights.sex),
    )
    const epochs = events.filter(event => event.type === 'epoch')
    assert.deepEqual(
      [...series.epochs.column(metricOf('species', 'validation_accuracy'))!.values],
      epochs.map(event => event.metrics.species!.validation_accuracy),
    )
    assert.deepEqual(series.metricNames('mass'), ['loss', 'mae', 'rmse', 'r2'])
    assert.equal(series.progress.length, 8)
    assert.equal(series.final!.species!.test_loss, 0.123)
  })

  it('gives the same columns however the events are cut', () => {
    const events = eventsOf({ seed: 2, epochs: 3, stepsPerEpoch: 7, done: 1 })
    const [whole, pieces] = [seriesOf(...events), new RunSeries()]
    for (let i = 0; i < events.length; i += 3) pieces.append(events.slice(i, i + 3))
    for (const name of whole.steps.names) assert.deepEqual(pieces.steps.column(name)!.values, whole.steps.column(name)!.values)
  })

  it('places rows on steps, epochs and seconds', () => {
    const series = seriesOf(step(2, { a: 1 }), step(4, { a: 0.5 }), {
      type: 'progress',
      time: 1500,
      step: 4,
      steps: 40,
      epoch: 1,
      epochs: 10,
      examplesPerSecond: 9,
      secondsLeft: 3,
    })
    assert.deepEqual([...series.axis(series.steps, 'step')], [2, 4])
    assert.deepEqual([...series.axis(series.steps, 'epoch')], [0.5, 1])
    assert.deepEqual([...series.axis(series.steps, 'time')], [0, 0.2])
    assert.deepEqual([series.stepAt('step', 3.6), series.stepAt('epoch', 0.5), series.stepAt('time', 0.19)], [4, 2, 4])
  })

  it('leaves a gap where a task has no loss, and before a column starts', () => {
    const series = seriesOf(step(1, { a: 1 }), step(2, { a: null, b: 3 }), step(3, { b: 4 }))
    assert.deepEqual([...series.steps.column(lossOf('a'))!.values], [1, NaN, NaN])
    assert.deepEqual([...series.steps.column(lossOf('b'))!.values], [NaN, 3, 4])
  })

  it('lets what a resumed run repeats replace what it had said', () => {
    const before = [1, 2, 3, 4, 5].map(n => step(n, { a: n }))
    const series = seriesOf(
      ...before,
      { type: 'end', time: 2, status: 'stopped', metrics: {} },
      { type: 'resume', time: 3, step: 2, epoch: 0 },
    )
    assert.deepEqual([series.steps.length, series.final], [2, null])
    series.append([3, 4].map(n => step(n, { a: 10 * n })))
    assert.deepEqual([...series.steps.step.values], [1, 2, 3, 4])
    assert.deepEqual([...series.steps.column(lossOf('a'))!.values], [1, 2, 30, 40])
  })

  it('keeps steps rising even where a log repeats one without saying so', () => {
    const series = seriesOf(step(1, { a: 1 }), step(2, { a: 2 }), step(2, { a: 3 }), step(1, { a: 4 }))
    assert.deepEqual([...series.steps.step.values], [1])
    assert.deepEqual([...series.steps.column(lossOf('a'))!.values], [4])
  })
})

describe('table of columns', () => {
  it('grows beyond its first room', () => {
    const table = new Table()
    for (let i = 0; i < 1000; i++) table.push(i, i, { x: i * i })
    assert.equal(table.length, 1000)
    assert.equal(table.column('x')!.at(999), 998001)
    assert.equal(table.column('x')!.at(1000), NaN)
    table.dropAbove(9)
    assert.deepEqual([table.length, table.column('x')!.values.length], [10, 10])
  })
})

describe('nearest index', () => {
  it('finds the nearest of rising values', () => {
    const xs = [0, 1, 4, 9]
    assert.deepEqual(
      [-5, 0.4, 0.6, 2.4, 2.6, 7, 100].map(x => nearestIndex(xs, x)),
      [0, 0, 1, 1, 2, 3, 3],
    )
    assert.equal(nearestIndex([], 1), -1)
    assert.equal(nearestIndex([3], 100), 0)
  })
})
