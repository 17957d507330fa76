import assert from 'node:assert/strict'
import { join, resolve } from 'node:path'
import type { Preprocessing } from '../../../src/data/dataset'
import { decode } from '../../../src/data/labels'
import { open } from '../../../src/data/open'
import { predictionRows } from '../../../src/data/predict'
import { folderWith, npy, npzOf, problemOf } from './folder'
import { modelOf, penguins, scalesOf, type DataModel } from './model'

/** As it comes back from a checkpoint. */
async function fitted(model: DataModel, folder: string): Promise<Preprocessing> {
  const { preprocessing } = await open(modelOf(model), { folder })
  return JSON.parse(JSON.stringify(preprocessing)) as Preprocessing
}

const header = 'species,island,bill_length_mm,bill_depth_mm,flipper_length_mm\n'
const close = (found: ArrayLike<number>, expected: readonly number[]) => {
  assert.equal(found.length, expected.length)
  expected.forEach((x, i) => assert.ok(Math.abs(found[i]! - x) < 1e-5, `${i}: ${found[i]} is not ${x}`))
}

describe('new rows', () => {
  let preprocessing: Preprocessing
  before(async () => void (preprocessing = await fitted(penguins, resolve('examples/penguins'))))
  const file = (content: string, name = 'new.csv') => join(folderWith({ [name]: content }), name)
  const expected = (length: number, depth: number, flipper: number) =>
    [length, depth, flipper].map((x, i) => (x - scalesOf(preprocessing)[i]!.mean) / scalesOf(preprocessing)[i]!.deviation)

  it('are encoded as the training rows were, whatever the order of the columns and without labels', async () => {
    const rows = await predictionRows(
      preprocessing,
      file('flipper_length_mm;island;bill_depth_mm;bill_length_mm\n181;Torgersen;18.7;39.1\n210;Biscoe;15;50\n'),
    )
    assert.deepEqual([rows.rows, [...rows.usable], rows.notes], [2, [0, 1], []])
    const batch = rows.batch([0, 1], 3)
    close(batch.inputs.columns!, [...expected(39.1, 18.7, 181), 0, 0, 1, ...expected(50, 15, 210), 1, 0, 0, 0, 0, 0, 0, 0, 0])
    assert.deepEqual(Object.keys(batch.masks), ['species', 'sex', 'mass'])
    for (const task of ['species', 'sex', 'mass']) assert.deepEqual([...batch.masks[task]!, ...batch.targets[task]!], [0, 0, 0, 0, 0, 0])
  })

  it('come as CSV, JSON, lines of JSON or objects, and give the same', async () => {
    const objects = [
      { island: 'Dream', bill_length_mm: 40, bill_depth_mm: '18.5', flipper_length_mm: 190 },
      { island: 'Biscoe', bill_length_mm: 45.5, bill_depth_mm: 15, flipper_length_mm: '210' },
    ]
    const csv = 'island,bill_length_mm,bill_depth_mm,flipper_length_mm\nDream,40,18.5,190\nBiscoe,45.5,15,210\n'
    const sources = [
      objects,
      file(csv),
      file(csv.replaceAll(',', '\t'), 'new.tsv'),
      file(JSON.stringify(objects), 'new.json'),
      file(objects.map(o => JSON.stringify(o)).join('\n'), 'new.ndjson'),
    ]
    for (const source of sources) {
      const { inputs } = (await predictionRows(preprocessing, source)).batch([0, 1], 2)
      close(inputs.columns!, [...expected(40, 18.5, 190), 0, 1, 0, ...expected(45.5, 15, 210), 1, 0, 0])
    }
  })

  it('of a checkpoint from before there were transformations are encoded as they were', async () => {
    const former = {
      kind: 'table',
      numeric: [{ column: 'a', mean: 10, deviation: 4 }],
      categorical: [{ column: 'k', values: ['1', '2', '3'], counts: [4, 7, 0], numbers: true }],
      missing: ['NA'],
      missingFeatures: 'mean',
    }
    const rows = await predictionRows({ version: 1, features: { columns: former }, labels: {} }, file('a,k\n12,1.0\nNA,NA\n4,3\n'))
    assert.deepEqual([...rows.batch([0, 1, 2], 3).inputs.columns!], [0.5, 1, 0, 0, 0, 0, 1, 0, -1.5, 0, 0, 0])
  })

  it('of the training file give what training saw', async () => {
    const folder = resolve('examples/penguins')
    const rows = await predictionRows(preprocessing, join(folder, 'penguins.csv'))
    assert.deepEqual([rows.rows, rows.usable.length], [344, 342])
    assert.deepEqual(rows.notes, ['2 rows with a gap in a feature get no prediction: the model was trained without such rows.'])
    assert.equal(rows.usable[3], 4)
    const { train } = await open(modelOf(penguins), { folder })
    const first = [...train.batch([0], 1).inputs.columns!].join()
    const all = rows.batch(
      Array.from(rows.usable, (_, i) => i),
      342,
    ).inputs.columns!
    assert.ok(Array.from({ length: 342 }, (_, i) => all.subarray(6 * i, 6 * i + 6).join()).includes(first))
  })

  it('with an unknown category: zeros and a note', async () => {
    const rows = await predictionRows(preprocessing, file(header + 'x,Atlantis,40,18,190\ny,Dream,40,18,190\n'))
    close(rows.batch([0], 1).inputs.columns!, [...expected(40, 18, 190), 0, 0, 0])
    assert.deepEqual(rows.notes, ["Feature 'island': 'Atlantis' was not known in training; 1 row encoded as zeros."])
  })

  it("with gaps, under 'mean', are filled as in training", async () => {
    const filling = await fitted(
      { ...penguins, source: { ...penguins.source, options: { missing: ['NA', '.'], missingFeatures: 'mean' } } },
      resolve('examples/penguins'),
    )
    const rows = await predictionRows(filling, [{ island: null, bill_length_mm: 'NA', bill_depth_mm: undefined, flipper_length_mm: '' }])
    assert.deepEqual([[...rows.usable], rows.notes], [[0], []])
    close(rows.batch([0], 1).inputs.columns!, [0, 0, 0, 1, 0, 0])
  })

  it('take numbers as categories however they are written', async () => {
    const content = 'k,l\n' + Array.from({ length: 30 }, (_, i) => `${i % 3}.0,${i % 2 ? 'a' : 'b'}\n`).join('')
    const model: DataModel = { source: { kind: 'csv', path: 't.csv' }, features: { categorical: ['k'] }, tasks: { l: ['binary', 'l'] } }
    const own = await fitted(model, folderWith({ 't.csv': content }))
    const rows = await predictionRows(own, [{ k: 2 }, { k: '1.00' }, { k: 0 }])
    assert.deepEqual([...rows.batch([0, 1, 2], 3).inputs.columns!], [0, 0, 1, 0, 1, 0, 1, 0, 0])
  })

  const cases: Record<string, [data: () => string | Record<string, unknown>[], code: string, message: string | RegExp]> = {
    'a column is missing': [
      () => file('island,bill_lenght_mm,bill_depth_mm,flipper_length_mm\nDream,1,2,3\n'),
      'mtl/unknown-column',
      "new.csv has no column 'bill_length_mm', which the model needs (is it 'bill_lenght_mm'?)",
    ],
    'a word among numbers': [
      () => file(header + 'x,Dream,40,18,190\n\ny,Dream,long,18,190\n'),
      'mtl/data-value',
      "new.csv, row 2 (line 4), column 'bill_length_mm': expected a number, found 'long'",
    ],
    'a word among numbers, in objects': [
      () => [{ island: 'Dream', bill_length_mm: 40, bill_depth_mm: 'deep', flipper_length_mm: 190 }],
      'mtl/data-value',
      "the data, row 1, column 'bill_depth_mm': expected a number, found 'deep'",
    ],
    'a list among numbers': [
      () => [{ island: 'Dream', bill_length_mm: [40], bill_depth_mm: 1, flipper_length_mm: 190 }],
      'mtl/data-format',
      "row 1, column 'bill_length_mm': expected a text or a number, found a list",
    ],
    'no such file': [() => join(folderWith({}), 'none.csv'), 'mtl/data-unreadable', /^there is no file .*none\.csv$/],
    'a folder': [() => folderWith({}), 'mtl/data-unreadable', / is a folder: name a file$/],
    'an unknown kind of file': [
      () => file('x', 'new.xlsx'),
      'mtl/data-unreadable',
      'new.xlsx: the kind of file is not known by its name; one of .csv, .tsv, .txt, .json, .jsonl, .ndjson, .parquet, .npz is expected',
    ],
    'arrays for a model of tables': [
      () => join(folderWith({ 'a.npz': npzOf({ a: npy('|u1', [1], Uint8Array.of(1)) }) }), 'a.npz'),
      'mtl/data-source',
      'the model reads a table (.csv, .json, .parquet), a.npz holds arrays',
    ],
  }
  for (const [name, [data, code, message]] of Object.entries(cases)) {
    it(`are refused: ${name}`, async () => {
      const found = await problemOf(predictionRows(preprocessing, data()))
      assert.equal(found.code, code)
      if (typeof message === 'string') assert.equal(found.message, message)
      else assert.match(found.message, message)
    })
  }

  it('of arrays', async () => {
    const images = npy(
      '|u1',
      [20, 2],
      Uint8Array.from({ length: 40 }, (_, i) => i),
    )
    const labels = npy(
      '|u1',
      [20],
      Uint8Array.from({ length: 20 }, (_, i) => i % 2),
    )
    const model: DataModel = { source: { kind: 'npz', path: 'a.npz' }, inputs: { images: [2] }, tasks: { l: ['classification', 'labels'] } }
    const folder = folderWith({
      'a.npz': npzOf({ images, labels }),
      'b.npz': npzOf({ images: npy('<f4', [1, 2], new Uint8Array(Float32Array.of(1.5, 2).buffer)) }),
      'c.npz': npzOf({ labels }),
    })
    const own = await fitted(model, folder)
    assert.deepEqual([...(await predictionRows(own, join(folder, 'b.npz'))).batch([0], 2).inputs.images!], [1.5, 2, 0, 0])
    assert.equal(
      (await problemOf(predictionRows(own, join(folder, 'c.npz')))).message,
      "c.npz has no array 'images', which the model needs",
    )
    assert.equal((await problemOf(predictionRows(own, [{ images: 1 }]))).message, 'the model reads arrays: an .npz file is expected')
  })
})

describe('answers', () => {
  it('are in the terms of the data', () => {
    const classes = { kind: 'class', column: 'k', classes: ['a', 'b', 'c'] } as const
    assert.deepEqual(decode(classes, Float32Array.of(0.25, 0.25, 0.5)), { class: 'c', probabilities: { a: 0.25, b: 0.25, c: 0.5 } })
    const binary = { kind: 'binary', column: 'k', negative: 'no', positive: 'yes' } as const
    assert.deepEqual(decode(binary, Float32Array.of(0.5)), { value: 'yes', probability: 0.5 })
    assert.deepEqual(decode(binary, Float32Array.of(0.25)), { value: 'no', probability: 0.25 })
    assert.deepEqual(decode({ kind: 'number', column: 'k', mean: 4000, deviation: 800 }, Float32Array.of(-0.5)), { value: 3600 })
  })
})
