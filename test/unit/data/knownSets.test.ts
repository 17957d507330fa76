import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Dataset, Split } from '../../../src/data/dataset'
import { open } from '../../../src/data/open'
import { modelOf, type DataModel } from './model'

const vega = resolve('node_modules/vega-datasets/data')
const own = resolve('test/fixtures/sklearn')
const fashion = '/usr/share/datasets/fashion-mnist'
const load = (folder: string, model: DataModel): Promise<Dataset> => open(modelOf(model), { folder })
const rows = ({ train, validation, test }: Dataset) => [train.rows, validation.rows, test.rows]
const everything = (split: Split) =>
  split.batch(
    Array.from({ length: split.rows }, (_, i) => i),
    split.rows,
  )

describe('known data sets', () => {
  it('penguins: gaps filled and told, three tasks with strata of two of them', async () => {
    const data = await load(vega, {
      source: { kind: 'json', path: 'penguins.json', options: { missing: ['.'] }, split: { stratify: ['Species', 'Sex'] } },
      features: {
        columns: ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)']
          .map(column => ({ column, transform: 'scale', options: { by: 'robust', missing: 'median', indicator: true } }))
          .concat([{ column: 'Island', transform: 'oneHot', options: {} as never }]),
      },
      tasks: {
        species: ['classification', 'Species'],
        sex: ['classification', 'Sex'],
        mass: ['regression', 'Body Mass (g)', { scaling: 'minMax' }],
      },
    })
    assert.equal(
      rows(data).reduce((a, b) => a + b),
      344,
    )
    assert.equal(everything(data.train).inputs.columns!.length, data.train.rows * (2 * 3 + 3))
    const { species } = everything(data.test).targets
    const adelie = species!.reduce((n, kind) => n + Number(kind === 0), 0)
    assert.ok(Math.abs(adelie / data.test.rows - 152 / 344) < 0.04)
    assert.equal(
      data.notes.filter(note => /^Feature 'Beak Length \(mm\)': 2 gaps filled with the training split’s median/.test(note)).length,
      1,
    )
  })

  it('cars: dates as parts, texts hashed, outliers clipped', async () => {
    const data = await load(vega, {
      source: { kind: 'json', path: 'cars.json', options: { duplicates: 'drop' } },
      features: {
        columns: [
          { column: 'Horsepower', transform: 'scale', options: { by: 'log', missing: 'mean', outliers: { clip: 'iqr' } } },
          { column: 'Weight_in_lbs', transform: 'scale', options: { by: 'quantile' } },
          { column: 'Name', transform: 'hashing', options: { buckets: 16 } },
          { column: 'Year', transform: 'date', options: { parts: ['year'], cyclic: true } },
          { column: 'Cylinders', transform: 'ordinal', options: {} },
        ],
      },
      tasks: {
        origin: ['classification', 'Origin', { classWeights: 'balanced' }],
        consumption: ['regression', 'Miles_per_Gallon', { scaling: 'log' }],
      },
    })
    assert.equal(
      rows(data).reduce((a, b) => a + b),
      406,
    )
    const { inputs, masks } = everything(data.train)
    assert.equal(inputs.columns!.length, data.train.rows * 20)
    assert.ok(inputs.columns!.every(Number.isFinite))
    const weights = new Set([...masks.origin!].map(weight => weight.toFixed(4)))
    assert.equal(weights.size, 3)
  })

  it('seattle-weather: split by time, the season on a circle', async () => {
    const data = await load(vega, {
      source: { kind: 'csv', path: 'seattle-weather.csv', split: { time: 'date' } },
      features: {
        columns: [
          { column: 'date', transform: 'date', options: { parts: ['dayOfYear', 'days'], cyclic: true } },
          { column: 'wind', transform: 'scale', options: { by: 'standard' } },
        ],
      },
      tasks: { weather: ['classification', 'weather'], warmest: ['regression', 'temp_max'] },
    })
    assert.deepEqual(rows(data), [1023, 219, 219])
    const days = (split: Split) => [...everything(split).inputs.columns!].filter((_, i) => i % 4 === 2)
    assert.ok(Math.max(...days(data.train)) < Math.min(...days(data.validation)))
    assert.ok(Math.max(...days(data.validation)) < Math.min(...days(data.test)))
    const { columns } = everything(data.train).inputs
    for (let row = 0; row < data.train.rows; row++) assert.ok(Math.abs(Math.hypot(columns![4 * row]!, columns![4 * row + 1]!) - 1) < 1e-6)
  })

  it("scikit-learn's digits: two tasks stratified together", async () => {
    const data = await load(own, {
      source: { kind: 'npz', path: 'digits.npz', split: { stratify: ['digit', 'odd'] } },
      inputs: { image: [8, 8, 1] },
      tasks: { digit: ['classification', 'digit'], odd: ['binary', 'odd'] },
    })
    assert.equal(
      rows(data).reduce((a, b) => a + b),
      1797,
    )
    const { digit } = everything(data.test).targets
    for (let value = 0; value < 10; value++) assert.ok(Math.abs(digit!.filter(d => d === value).length - 27) <= 3)
  })

  it("scikit-learn's linnerud: three numbers from three numbers, twenty rows", async () => {
    const data = await load(own, {
      source: { kind: 'csv', path: 'linnerud.csv', split: { train: 0.6, validation: 0.2, test: 0.2 } },
      features: { numeric: ['chin_ups', 'sit_ups', 'jumps'], scaling: 'minMax' },
      tasks: { weight: ['regression', 'weight'], waist: ['regression', 'waist'], pulse: ['regression', 'pulse', { scaling: 'robust' }] },
    })
    assert.deepEqual(rows(data), [12, 4, 4])
    const { columns } = everything(data.train).inputs
    assert.deepEqual([Math.min(...columns!), Math.max(...columns!)], [0, 1])
  })

  it('Fashion-MNIST: 60,000 images of ten kinds, as frequent in every part', async function () {
    if (!existsSync(fashion)) {
      console.log('      skipped: Debian’s dataset-fashion-mnist is not installed')
      this.skip()
    }
    const data = await load(fashion, {
      source: {
        kind: 'idx',
        path: 'train-images-idx3-ubyte.gz',
        options: { labels: 'train-labels-idx1-ubyte.gz' },
        split: { stratify: 'labels' },
      },
      inputs: { data: [28, 28, 1] },
      tasks: { kind: ['classification', 'labels', { resample: 'under' }] },
    })
    assert.equal(
      rows(data).reduce((a, b) => a + b),
      60_000,
    )
    const { kind } = everything(data.test).targets
    for (let value = 0; value < 10; value++) assert.equal(kind!.filter(k => k === value).length, 900)
    assert.equal(data.train.resampling!.classes.length, 42_000)
  })
})
