import assert from 'node:assert/strict'
import { Random } from '../../../../src/base/random'
import { extent, makeCharts, type Choices, type ShownRun } from '../../../../webview/curves/charts'
import { decimate } from '../../../../webview/curves/decimate'
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

  it('keeps every peak in at most two points a bucket, in order', () => {
    const points = decimate(xs, ys, 0, 99_999, 300)
    assert.ok(points.xs.length <= 2 * 302 && points.xs.length > 500)
    assert.ok(points.ys.includes(9) && points.ys.includes(-9))
    points.xs.forEach((x, i) => {
      assert.ok(i === 0 || x > points.xs[i - 1]!)
      assert.equal(points.ys[i], ys[x])
    })
  })

  it('keeps a short curve whole and drops gaps', () => {
    const points = decimate(Float64Array.of(1, 2, 3, 4), Float64Array.of(5, NaN, 6, 7), 1, 4, 100)
    assert.deepEqual(
      [[...points.xs], [...points.ys]],
      [
        [1, 3, 4],
        [5, 6, 7],
      ],
    )
  })

  it('keeps the neighbours just outside of the stretch, so that lines run to the edge', () => {
    const { xs: kept } = decimate(xs, ys, 1000.5, 1002.5, 100)
    assert.deepEqual(
      [...kept],
      [1000, 1001, 1002, 1003, 1004].filter(x => x <= kept.at(-1)!),
    )
    assert.ok(kept[0]! <= 1000.5 && kept.at(-1)! >= 1002.5)
  })

  it('takes nothing and one point', () => {
    assert.equal(decimate(new Float64Array(), new Float64Array(), 0, 1, 10).xs.length, 0)
    assert.deepEqual([...decimate(Float64Array.of(2), Float64Array.of(3), 2, 2, 10).ys], [3])
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
