import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { open } from '../../../src/data/open'
import { modelOf, penguins } from './model'

const folder = resolve('examples/penguins')

describe('the penguins as a dataset', () => {
  it('splits, encodes and says what it left out', async () => {
    const data = await open(modelOf(penguins), { folder })
    assert.equal(data.train.rows + data.validation.rows + data.test.rows, 342)
    assert.deepEqual(data.notes, [
      "2 rows of 344 with a gap in 'bill_length_mm', 'bill_depth_mm' and 'flipper_length_mm' are left out (missingFeatures: 'drop').",
      "Task 'sex': 9 rows of 342 without a label; they do not count in its loss.",
    ])
    assert.deepEqual(data.preprocessing.labels.species, { kind: 'class', column: 'species', classes: ['Adelie', 'Chinstrap', 'Gentoo'] })
    assert.deepEqual(data.preprocessing.labels.sex, { kind: 'class', column: 'sex', classes: ['FEMALE', 'MALE'] })
    const batch = data.train.batch([0, 1, 2], 4)
    assert.equal(batch.inputs.columns!.length, 4 * 6)
    assert.deepEqual([...batch.masks.species!], [1, 1, 1, 0])
  })
})
