import assert from 'node:assert/strict'
import type { Options } from '../../../src/base/options'
import type { Dataset, Split } from '../../../src/data/dataset'
import { open } from '../../../src/data/open'
import { predictionRows } from '../../../src/data/predict'
import { decode } from '../../../src/data/labels'
import { folderWith, problemOf } from './folder'
import { modelOf, type DataModel } from './model'

const everything = (split: Split) =>
  split.batch(
    Array.from({ length: split.rows }, (_, i) => i),
    split.rows,
  )
const count = ({ train, validation, test }: Dataset) => [train.rows, validation.rows, test.rows]

/** 60 rows: a counts up with one far out, k is rare for every tenth, day goes backwards, g are pairs. */
const lines = Array.from(
  { length: 60 },
  (_, i) =>
    `${i === 30 ? 5000 : i},${i % 10 === 0 ? 'rare' : 'usual'},2024-03-${String(31 - (i >> 1)).padStart(2, '0')},${i >> 1},${2 ** (i % 8)}`,
)
const table = (rows: readonly string[]) => ['a,k,day,g,y', ...rows].join('\n') + '\n'

function load(
  model: Partial<DataModel> & { options?: DataModel['source']['options']; split?: DataModel['source']['split'] },
  files: Record<string, string> = { 't.csv': table(lines) },
) {
  const source = { kind: 'csv', path: 't.csv', options: model.options ?? {}, split: model.split ?? {} }
  return open(modelOf({ features: { numeric: ['a'] }, tasks: { k: ['binary', 'k', { positive: 'rare' }] }, ...model, source }), {
    folder: folderWith(files),
  })
}

describe('prepared data', () => {
  it("duplicates: 'drop' keeps the first row of each, and says how many went", async () => {
    const data = await load({ options: { duplicates: 'drop' } }, { 't.csv': table([...lines, ...lines.slice(0, 7), lines[3]!]) })
    assert.deepEqual(data.notes, ["8 rows of 68 repeat earlier ones and are left out (duplicates: 'drop')."])
    assert.equal(
      count(data).reduce((a, b) => a + b),
      60,
    )
  })

  it('outliers: { drop } leaves out training rows alone, and says which', async () => {
    const columns = [{ column: 'a', transform: 'scale', options: { by: 'standard', outliers: { drop: 'iqr' } } }]
    let dropped = 0
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) {
      const data = await load({ features: { columns }, split: { seed } })
      const gone = data.notes.filter(note => /1 row of the training split outside .* is left out as outliers/.test(note)).length
      assert.deepEqual(count(data), [42 - gone, 9, 9])
      if (gone) assert.ok(everything(data.train).inputs.columns!.every(x => Math.abs(x) < 4))
      dropped += gone
    }
    assert.ok(dropped > 0 && dropped < 12, `${dropped} of 12`)
  })

  it('a split by time and one by groups', async () => {
    const columns = [{ column: 'a', transform: 'scale', options: { by: 'none' } }]
    const byTime = await load({ features: { columns }, split: { time: 'day' } })
    const latest = everything(byTime.test).inputs.columns!
    assert.deepEqual(
      [...latest].sort((a, b) => a - b),
      Array.from(latest, (_, i) => i),
      'the latest days stand first in the file',
    )
    const byGroup = await load({
      features: { columns: [{ column: 'g', transform: 'scale', options: { by: 'none' } }] },
      split: { group: 'g' },
    })
    const parts = [byGroup.train, byGroup.validation, byGroup.test].map(split => new Set(everything(split).inputs.columns))
    assert.equal(
      parts.reduce((n, part) => n + part.size, 0),
      30,
    )
  })

  it('a split by time needs a time in every row', async () => {
    const found = await problemOf(load({ split: { time: 'k' } }))
    assert.equal(found.message, "t.csv, row 1 (line 2), column 'k': a split by time needs a date or a number in every row, found 'rare'")
  })

  it('a split by a column names the parts', async () => {
    const parts = lines.map((line, i) => `${line},${i % 6 === 0 ? 'test' : i % 6 === 1 ? 'val' : 'train'}`)
    const content = table(parts).replace('y\n', 'y,part\n')
    assert.deepEqual(count(await load({ split: { column: 'part' } }, { 't.csv': content })), [40, 10, 10])
    const found = await problemOf(load({ split: { column: 'part' } }, { 't.csv': content.replace('val', 'hold-out') }))
    assert.equal(found.message, "t.csv, row 2 (line 3), column 'part': expected 'train', 'validation' or 'test', found 'hold-out'")
  })

  it('a file of its own for the test part: rows, places and unknown classes', async () => {
    const later = ['y,g,day,k,a', '7,99,2024-05-01,rare,1', '8,98,2024-05-02,usual,2'].join('\n')
    const split = { files: { test: 'later.csv' } }
    const data = await load({ split }, { 't.csv': table(lines), 'later.csv': later })
    assert.deepEqual(count(data), [49, 11, 2])
    assert.deepEqual(
      data.fingerprints.map(({ path }) => path),
      ['t.csv', 'later.csv'],
    )
    assert.deepEqual([...everything(data.test).targets.k!], [1, 0])
    const wrong = await problemOf(load({ split }, { 't.csv': table(lines), 'later.csv': later.replace('usual', 'unusual') }))
    assert.match(wrong.message, /^later.csv, row 2 \(line 3\), column 'k': 'unusual' is no value of the label in t.csv/)
    const lacking = await problemOf(load({ split }, { 't.csv': table(lines), 'later.csv': later.replace('day', 'date') }))
    assert.equal(lacking.message, "later.csv has no column 'day', which the source's own file has")
    const gone = await problemOf(load({ split: { files: { test: 'latter.csv' } } }, { 't.csv': table(lines), 'later.csv': later }))
    assert.match(gone.message, /there is no file latter.csv; did you mean 'later.csv'/)
  })

  it('class weights are masks of the training rows, and of no others', async () => {
    const tasks: DataModel['tasks'] = { k: ['binary', 'k', { positive: 'rare', classWeights: 'balanced' }] }
    const data = await load({ tasks, split: { stratify: 'k' } })
    const { targets, masks } = everything(data.train)
    const rare = targets.k!.reduce((n, y) => n + y, 0)
    targets.k!.forEach((y, i) => assert.equal(masks.k![i], Math.fround(42 / (2 * (y ? rare : 42 - rare)))))
    assert.ok(everything(data.validation).masks.k!.every(mask => mask === 1))
    const named = await load({ tasks: { k: ['binary', 'k', { classWeights: { rare: 3 } }] } })
    assert.deepEqual(named.preprocessing.labels.k, { kind: 'binary', column: 'k', negative: 'rare', positive: 'usual', weights: [3, 1] })
    const found = await problemOf(load({ tasks: { k: ['binary', 'k', { classWeights: { rarre: 3 } }] } }))
    assert.match(found.message, /classWeights names 'rarre' but the label's values are 'rare' and 'usual'; did you mean 'rare'\?/)
  })

  it('scaled targets come back in their own unit', async () => {
    for (const scaling of ['standard', 'minMax', 'robust', 'log', 'none']) {
      const data = await load({ tasks: { y: ['regression', 'y', { scaling }] } })
      const { targets } = everything(data.train)
      const values = [...targets.y!].map(y => decode(data.preprocessing.labels.y!, Float32Array.of(y))) as { value: number }[]
      for (const { value } of values) assert.ok(Math.abs(Math.log2(value) - Math.round(Math.log2(value))) < 1e-4, `${scaling}: ${value}`)
    }
    const found = await problemOf(
      load({ tasks: { y: ['regression', 'y', { scaling: 'log' }] } }, { 't.csv': table([...lines, '1,usual,2024-01-01,1,-5']) }),
    )
    assert.match(found.message, /ln\(1 \+ value\) needs values above -1, found -5/)
  })

  it('are prepared in the same way at prediction, after a checkpoint', async () => {
    const columns: Options[] = [
      { column: 'a', transform: 'scale', options: { by: 'quantile', missing: 'median', indicator: true, outliers: { clip: 'iqr' } } },
      { column: 'g', transform: 'hashing', options: { buckets: 4 } },
      { column: 'day', transform: 'date', options: { parts: ['weekday', 'days'], cyclic: true, missing: 'mode' } },
    ]
    const content = table([...lines, ',usual,,7,2'])
    const data = await load({ features: { columns } }, { 't.csv': content })
    const stored = JSON.parse(JSON.stringify(data.preprocessing)) as typeof data.preprocessing
    const folder = folderWith({ 'new.csv': content })
    const rows = await predictionRows(stored, `${folder}/new.csv`)
    assert.equal(rows.usable.length, 61)
    const width = 9
    const again = rows.batch(Array.from(rows.usable), 61).inputs.columns!
    const keyed = new Set(Array.from({ length: 61 }, (_, i) => again.subarray(i * width, (i + 1) * width).join()))
    const { inputs } = everything(data.train)
    for (let i = 0; i < data.train.rows; i++) assert.ok(keyed.has(inputs.columns!.subarray(i * width, (i + 1) * width).join()), `row ${i}`)
  })
})
