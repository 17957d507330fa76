import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { open } from '../../../src/data/open'
import { predictionRows } from '../../../src/data/predict'
import { modelOf, type DataModel } from './model'

/** Data sets that are too large to be kept with the code. */
const extra = process.env.MTL_EXTRA_DATA ?? resolve('../shared/data')

function needs(test: Mocha.Context, file: string): void {
  if (existsSync(resolve(extra, file))) return
  console.log(`      skipped: ${file} is neither in ../shared/data nor in MTL_EXTRA_DATA`)
  test.skip()
}

describe('real data', () => {
  it('adult: 32,561 rows of 15 columns open', async function () {
    needs(this, 'adult/adult-train.csv.gz')
    const model: DataModel = {
      source: {
        kind: 'csv',
        path: 'adult-train.csv.gz',
        options: { missing: ['?'], missingFeatures: 'mean' },
        split: { train: 0.8, validation: 0.1, test: 0.1, stratify: 'income' },
      },
      features: {
        numeric: ['age', 'fnlwgt', 'education_num', 'capital_gain', 'capital_loss', 'hours_per_week'],
        categorical: ['workclass', 'education', 'occupation', 'relationship', 'race', 'sex', 'native_country'],
      },
      tasks: { income: ['binary', 'income', { positive: '>50K' }], never_married: ['binary', 'marital_status'] },
    }
    const folder = resolve(extra, 'adult')
    await assert.rejects(open(modelOf(model), { folder }), {
      message:
        "adult-train.csv.gz, column 'marital_status' (task 'never_married'): a binary label has two values, found 7: 'Divorced', 'Married-AF-spouse', 'Married-civ-spouse' and 4 more",
    })
    const tasks: DataModel['tasks'] = { income: model.tasks.income!, marital: ['classification', 'marital_status'] }
    const data = await open(modelOf({ ...model, tasks }), { folder })
    assert.deepEqual([data.train.rows, data.validation.rows, data.test.rows], [26049, 3256, 3256])
    const { inputs, targets } = data.train.batch(
      Array.from({ length: data.train.rows }, (_, i) => i),
      data.train.rows,
    )
    assert.equal(inputs.columns!.length / data.train.rows, 6 + 8 + 16 + 14 + 6 + 5 + 2 + 41)
    assert.equal(
      targets.income!.reduce((n, y) => n + y, 0),
      Math.round((7841 * 26049) / 32561),
    )
    assert.deepEqual(
      data.notes.filter(note => /gap/.test(note)).map(note => note.replace(/ filled.*/, '')),
      ["Feature 'workclass': 1,836 gaps", "Feature 'occupation': 1,843 gaps", "Feature 'native_country': 583 gaps"],
    )
    const rows = await predictionRows(data.preprocessing, resolve(folder, 'adult-test.csv.gz'))
    assert.equal(rows.usable.length, 16281)
  })

  it('energy: two numbers to predict', async function () {
    needs(this, 'energy/energy.csv')
    const model: DataModel = {
      source: { kind: 'csv', path: 'energy/energy.csv' },
      features: {
        numeric: ['relative_compactness', 'surface_area', 'wall_area', 'roof_area', 'overall_height', 'glazing_area'],
        categorical: ['orientation', 'glazing_area_distribution'],
      },
      tasks: { heating: ['regression', 'heating_load'], cooling: ['regression', 'cooling_load'] },
    }
    const data = await open(modelOf(model), { folder: extra })
    assert.deepEqual([data.train.rows, data.validation.rows, data.test.rows, data.notes], [538, 115, 115, []])
    const { columns } = data.test.batch([0], 1).inputs
    assert.equal(columns!.length, 6 + 4 + 6)
    assert.equal(
      columns!.subarray(6, 10).reduce((s, x) => s + x, 0),
      1,
    )
  })
})
