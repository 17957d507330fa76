import assert from 'node:assert/strict'
import { Random } from '../../../../src/base/random'
import { extent, makeCharts, type Choices, type ShownRun } from '../../../../webview/curves/charts'
import { decimate } from '../../../../webview/curves/decimate'
import { Extremes } from '../../../../webview/curves/extremes'
import { moved, zoomed } from '../../../../webview/curves/stretch'
import { logarithmicRoom, roomFor } from '../../../../webview/curves/ranges'
import { RunSeries } from '../../../../webview/curves/runSeries'
import { smooth } from '../../../../webview/curves/smoothing'
import { eventsOf } from '../../../fixtures/panels/runs'

describe('moving average', () => {
  it('starts at the first value and is corrected for its start', () => {
    // By hand with weight 0.5: 4; (0.25·4 + 0.5·0) / 0.75; (0.125·4 + 0.25·0 + 0.5·2) / 0.875.
    assert.deepEqual([...smooth([4, 0, 2], 0.5)], [4, 4 / 3, 12 / 7])
  })

  it('leaves a constant alone, and everything at weight 0', () => {
    for (const value of smooth(Array<number>(50).fill(3), 0.9)) assert.ok(Math.abs(value - 3) < 1e-12)
    assert.deepEqual([...smooth([1, 5, 2], 0)], [1, 5, 2])
  })

  it('skips gaps', () => assert.deepEqual([...smooth([4, NaN, 0], 0.5)], [4, NaN, 4 / 3]))
})

describe('decimation', () => {
  const xs = Float64Array.from({ length: 100_000 }, (_, i) => i)
  const random = Random.seeded(3)
  const ys = xs.map(() => random.uniform())
  ys[54_321] = 9
  ys[12_345] = -9
  const whole = { xs, ys }

  it('keeps every peak in two points a bucket, as the values themselves tell', () => {
    const thin = decimate([whole], 0, 99_999, 300, false)
    const [values] = thin.curves
    assert.equal(thin.xs.length, 600)
    for (let bucket = 0; bucket < 300; bucket++) {
      const inside = ys.filter((_, i) => Math.min(299, Math.floor(i / (99_999 / 300))) === bucket)
      const shown = [values![2 * bucket]!, values![2 * bucket + 1]!]
      assert.deepEqual([Math.min(...shown), Math.max(...shown)], [Math.min(...inside), Math.max(...inside)], `bucket ${bucket}`)
      assert.equal(shown[0] === Math.min(...shown), inside.indexOf(Math.min(...inside)) < inside.indexOf(Math.max(...inside)))
    }
    thin.xs.forEach((x, i) => assert.ok(i === 0 || x > thin.xs[i - 1]!))
  })

  it('shares the places of thinned curves, and adds those of short ones', () => {
    const short = { xs: Float64Array.of(10.5, 50_000.25), ys: Float64Array.of(1, 2) }
    const { xs: places, curves } = decimate([whole, { xs, ys: ys.map(y => y + 1) }, short], 0, 99_999, 200, false)
    assert.equal(places.length, 402)
    assert.deepEqual(
      curves[2]!.flatMap((y, i) => (y === null ? [] : [[places[i], y]])),
      [
        [10.5, 1],
        [50_000.25, 2],
      ],
    )
  })

  it('keeps a short curve whole, without its gaps', () => {
    const short = { xs: Float64Array.of(1, 2, 3, 4), ys: Float64Array.of(5, NaN, 6, 0) }
    assert.deepEqual(decimate([short], 1, 4, 100, false).curves, [[5, null, 6, 0]])
    assert.deepEqual(decimate([short], 1, 4, 100, true).curves, [[5, null, 6, null]])
  })

  it('leaves gaps and what is not above 0 out of thinned curves', () => {
    const holes = ys.map((_, i) => (i % 3 === 0 ? NaN : i % 3 === 1 ? -1 : i))
    const { curves } = decimate([{ xs, ys: holes }], 0, 99_999, 100, true)
    assert.equal(curves[0]![0], 2)
    assert.ok(curves[0]!.every(y => y !== null && y > 0))
  })

  it('keeps the neighbours just outside of the stretch, so that lines run to the edge', () => {
    const { xs: kept } = decimate([whole], 1000.5, 1002.5, 100, false)
    assert.deepEqual([...kept], [1000, 1001, 1002, 1003])
  })

  it('takes nothing and one point', () => {
    assert.equal(decimate([{ xs: new Float64Array(), ys: new Float64Array() }], 0, 1, 10, false).xs.length, 0)
    assert.deepEqual(decimate([{ xs: Float64Array.of(2), ys: Float64Array.of(3) }], 2, 2, 10, false).curves, [[3]])
  })
})

describe('extremes', () => {
  it('are those that a look at every value finds, in any stretch', () => {
    const random = Random.seeded(5)
    for (const length of [1, 7, 8, 9, 64, 65, 1000]) {
      const ys = Float64Array.from({ length }, () => (random.uniform() < 0.2 ? NaN : random.normal()))
      const extremes = new Extremes(ys, false)
      for (let i = 0; i < 200; i++) {
        const [a, b] = [random.uniform(), random.uniform()].map(share => Math.floor(share * (length + 1))).sort((p, q) => p - q)
        const present = ys.subarray(a, b).filter(Number.isFinite)
        extremes.find(a!, b!)
        const found = [ys[extremes.lowest], ys[extremes.highest]]
        assert.deepEqual(found, present.length ? [Math.min(...present), Math.max(...present)] : [undefined, undefined])
      }
    }
  })
})

describe('stretch of the axis', () => {
  it('is zoomed about a place, moved no further than the values go, and shows everything when it is as wide', () => {
    assert.deepEqual(zoomed([0, 100], [0, 100], 25, 0.5), [12.5, 62.5])
    assert.deepEqual(zoomed([0, 10], [0, 100], 0, 2), [0, 20])
    assert.equal(zoomed([10, 60], [0, 100], 30, 2), null)
    assert.deepEqual(moved([10, 20], [0, 100], 0.5), [15, 25])
    assert.deepEqual(moved([10, 20], [0, 100], -5), [0, 10])
    assert.deepEqual(moved([10, 20], [0, 100], 50), [90, 100])
    const [low, high] = zoomed([0, 100], [0, 100], 50, 1e-12)!
    assert.ok(Math.abs(high - low - 1e-3) < 1e-9)
  })
})

describe('charts', () => {
  const run = (index: number): ShownRun => {
    const series = new RunSeries()
    series.append(eventsOf({ seed: index + 1, epochs: 4, stepsPerEpoch: 10, done: 1 }))
    return { id: `run${index}`, label: `run ${index}`, index, series }
  }
  const choices: Choices = { axis: 'epoch', smoothing: 0, tasks: ['species', 'sex', 'mass'], hiddenTasks: new Set() }

  it('give each task its loss and metrics, and the run its weights, rate and speed', () => {
    const charts = makeCharts([run(0)], choices, false)
    assert.deepEqual(
      charts.map(chart => [chart.task, chart.title, chart.lines.map(line => `${line.role} ${line.colour}`)]),
      [
        ['species', 'loss', ['train 0', 'validation 0']],
        ['species', 'accuracy', ['validation 0']],
        ['species', 'macro f1', ['validation 0']],
        ['sex', 'loss', ['train 1', 'validation 1']],
        ['sex', 'auc', ['validation 1']],
        ['sex', 'accuracy', ['validation 1']],
        ['sex', 'macro f1', ['validation 1']],
        ['mass', 'loss', ['train 2', 'validation 2']],
        ['mass', 'mae', ['validation 2']],
        ['mass', 'rmse', ['validation 2']],
        ['mass', 'r2', ['validation 2']],
        [null, 'task weights', ['value 0', 'value 1', 'value 2']],
        [null, 'learning rate', ['value 6']],
        [null, 'examples per second', ['value 6']],
      ],
    )
    assert.deepEqual(
      charts.filter(chart => chart.loss).map(chart => chart.task),
      ['species', 'sex', 'mass'],
    )
    assert.deepEqual(
      extent(charts)!.map(value => Number(value.toFixed(3))),
      [0.1, 4],
    )
  })

  it('tell several runs apart by colour, marker and dash, and never mix tasks in one chart', () => {
    const charts = makeCharts([run(0), run(1)], choices, true)
    assert.ok(charts.every(chart => new Set(chart.lines.map(line => line.task)).size === 1))
    const loss = charts.find(chart => chart.id === 'loss sex')!
    assert.deepEqual(
      loss.lines.map(line => [line.run, line.role, line.colour, line.marker, line.dash]),
      [
        ['run0', 'train', 0, 0, 0],
        ['run0', 'validation', 0, 0, 0],
        ['run1', 'train', 1, 1, 1],
        ['run1', 'validation', 1, 1, 1],
      ],
    )
  })

  it('keep colours when a task or a run is hidden', () => {
    const charts = makeCharts([run(0)], { ...choices, hiddenTasks: new Set(['species']) }, false)
    assert.ok(!charts.some(chart => chart.task === 'species'))
    assert.equal(charts.find(chart => chart.task === 'sex')!.lines[0]!.colour, 1)
    assert.deepEqual(makeCharts([run(1)], choices, true)[0]!.lines[0]!.colour, 1)
  })

  it('smooth what comes every step and keep the raw values', () => {
    const charts = makeCharts([run(0)], { ...choices, smoothing: 0.9 }, false)
    const [train, validation] = charts[0]!.lines
    const spread = (values: Float64Array) => values.slice(1).reduce((sum, y, i) => sum + Math.abs(y - values[i]!), 0)
    assert.ok(spread(train!.ys) < 0.5 * spread(train!.raw!))
    assert.equal(validation!.raw, null)
  })

  it('fall back on the epochs where a log has no steps', () => {
    const series = new RunSeries()
    series.append(eventsOf({ seed: 1, epochs: 3, stepsPerEpoch: 5, done: 1 }).filter(event => event.type === 'epoch'))
    const [loss] = makeCharts([{ id: 'r', label: 'r', index: 0, series }], choices, false)
    assert.deepEqual(
      loss!.lines.map(line => [line.role, line.xs.length]),
      [
        ['train', 3],
        ['validation', 3],
      ],
    )
  })

  it('are none where nothing has happened', () => {
    const charts = makeCharts([{ id: 'r', label: 'r', index: 0, series: new RunSeries() }], choices, false)
    assert.deepEqual([charts, extent(charts)], [[], null])
  })
})

describe('ranges of the vertical axis', () => {
  it('leave a little room, and put a flat line in the middle', () => {
    assert.deepEqual(roomFor(0, 1), [-0.06, 1.06])
    assert.deepEqual(roomFor(5, 5), [4.5, 5.5])
    assert.deepEqual(roomFor(0, 0), [-1, 1])
    assert.deepEqual(
      [roomFor(null, null), roomFor(NaN, 1)],
      [
        [0, 1],
        [0, 1],
      ],
    )
  })

  it('end on whole digits where they are logarithmic', () => {
    assert.deepEqual(logarithmicRoom(0.073, 1.6), [0.07, 2])
    assert.deepEqual(logarithmicRoom(0.1, 0.1), [0.1, 1])
    assert.deepEqual(logarithmicRoom(1e-9, 9.5), [1e-9, 10])
    assert.deepEqual(logarithmicRoom(0.3, 0.3), [0.1, 1])
    assert.deepEqual(
      [logarithmicRoom(null, null), logarithmicRoom(0, 1)],
      [
        [0.1, 10],
        [0.1, 10],
      ],
    )
  })
})
