import assert from 'node:assert/strict'
import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import type { Dataset, Split } from '../../../src/data/dataset'
import { open } from '../../../src/data/open'
import { folderWith, problemOf } from './folder'
import { modelOf, scalesOf, type DataModel } from './model'

const allOf = (split: Split) =>
  split.batch(
    Array.from({ length: split.rows }, (_, i) => i),
    split.rows,
  )

/** 40 rows: a counts up, b has gaps, c is constant, k has three values (one rare, one with gaps), y is a number with gaps. */
const rows = Array.from({ length: 40 }, (_, i) => [
  i,
  i % 8 === 5 ? '' : 100 - i,
  3,
  ['red', 'green', 'blue'][i % 3],
  i % 10 === 9 ? 'NA' : i % 2 ? 'yes' : 'no',
  i % 5 === 0 ? '' : 2 * i + 1,
])
const text = ['a,b,c,k,l,y', ...rows.map(row => row.join())].join('\n') + '\n'
const options = { missing: ['', 'NA'] }

function load(model: Partial<DataModel> & { options?: DataModel['source']['options'] }, content = text): Promise<Dataset> {
  const source = { kind: 'csv', path: 't.csv', options: { ...options, ...model.options }, ...model.source }
  return open(modelOf({ features: { numeric: ['a'] }, tasks: { l: ['binary', 'l'] }, ...model, source }), {
    folder: folderWith({ 't.csv': content }),
  })
}

describe('features', () => {
  it('are standardised with the statistics of the training split alone', async () => {
    const data = await load({ features: { numeric: ['a'] }, tasks: { k: ['classification', 'k'] } })
    const { mean, deviation } = scalesOf(data.preprocessing)[0]!
    const train = allOf(data.train).inputs.columns!
    assert.equal(train.length, 28)
    assert.ok(Math.abs(train.reduce((s, x) => s + x, 0) / 28) < 1e-6)
    assert.ok(Math.abs(train.reduce((s, x) => s + x * x, 0) / 28 - 1) < 1e-6)
    const seen = [data.train, data.validation, data.test].flatMap(split =>
      [...allOf(split).inputs.columns!].map(x => Math.round(x * deviation + mean)),
    )
    assert.deepEqual(
      seen.sort((a, b) => a - b),
      rows.map(row => row[0]),
    )
  })

  it('of one value become 0, with a note', async () => {
    const data = await load({ features: { numeric: ['a', 'c'] }, tasks: { k: ['classification', 'k'] } })
    const { columns } = allOf(data.test).inputs
    for (let row = 0; row < data.test.rows; row++) assert.equal(columns![2 * row + 1], 0)
    assert.deepEqual(data.notes, ["Feature 'c' is the same (3) in all rows of the training split."])
  })

  it('that are categories become one column per value, sorted, after the numbers', async () => {
    const data = await load({
      features: { numeric: ['a'], categorical: ['k', 'l'] },
      options: { missingFeatures: 'drop' },
      tasks: { y: ['regression', 'y'] },
    })
    const { columns } = allOf(data.train).inputs
    assert.equal(columns!.length, data.train.rows * 6)
    const { mean, deviation } = scalesOf(data.preprocessing)[0]!
    for (let row = 0; row < data.train.rows; row++) {
      const [a, blue, green, red, no, yes] = columns!.subarray(6 * row, 6 * row + 6)
      const i = Math.round(a! * deviation + mean)
      assert.deepEqual([red, green, blue, no, yes], [+(i % 3 === 0), +(i % 3 === 1), +(i % 3 === 2), +(i % 2 === 0), i % 2])
    }
  })

  it('with gaps: the choice must be said', async () => {
    const found = await problemOf(load({ features: { numeric: ['a', 'b'], categorical: ['l'] }, tasks: { k: ['classification', 'k'] } }))
    assert.deepEqual(
      [found.code, found.message, found.place],
      [
        'mtl/missing-features',
        "t.csv: feature 'b' has 5 rows without a value (and so have 'l'): say missingFeatures: 'drop' or 'mean'",
        { file: 't.csv', column: 'b', source: 0 },
      ],
    )
  })

  it("with gaps: 'drop' leaves the rows out and keeps all others in their parts", async () => {
    const tasks: DataModel['tasks'] = { k: ['classification', 'k'] }
    const whole = await load({ features: { numeric: ['a'] }, tasks })
    const data = await load({ features: { numeric: ['a', 'b'] }, options: { missingFeatures: 'drop' }, tasks })
    assert.deepEqual(data.notes, ["5 rows of 40 with a gap in 'b' are left out (missingFeatures: 'drop')."])
    const valuesOf = (data: Dataset, split: Split) => {
      const numeric = scalesOf(data.preprocessing)
      return [...allOf(split).inputs.columns!]
        .filter((_, i) => i % numeric.length === 0)
        .map(x => Math.round(x * numeric[0]!.deviation + numeric[0]!.mean) + 0)
    }
    for (const part of ['train', 'validation', 'test'] as const) {
      assert.deepEqual(
        valuesOf(data, data[part]),
        valuesOf(whole, whole[part]).filter(a => a % 8 !== 5),
        part,
      )
    }
  })

  it("with gaps: 'mean' fills in the training mean or the most frequent category", async () => {
    const data = await load({
      features: { numeric: ['a', 'b'], categorical: ['l'] },
      options: { missingFeatures: 'mean' },
      tasks: { k: ['classification', 'k'] },
    })
    assert.equal(data.train.rows + data.validation.rows + data.test.rows, 40)
    const encoding = { numeric: scalesOf(data.preprocessing) }
    // Rows with a value of l: no for even i, yes for odd i; those with a gap were filled, and are told by their b.
    const trained = [...allOf(data.train).inputs.columns!].flatMap((x, at) =>
      at % 4 === 0 ? [Math.round(x * encoding.numeric[0]!.deviation + encoding.numeric[0]!.mean)] : [],
    )
    const known = trained.filter(i => rows[i]![4] !== '')
    const frequent = known.filter(i => rows[i]![4] === 'no').length * 2 >= known.length ? 'no' : 'yes'
    assert.deepEqual(data.notes, [
      `Feature 'b': 5 gaps filled with the training split’s mean ${Number(encoding.numeric[1]!.mean.toPrecision(6))}.`,
      `Feature 'l': 4 gaps filled with the training split’s most frequent value '${frequent}'.`,
    ])
    const { columns } = allOf(data.train).inputs
    for (let row = 0; row < data.train.rows; row++) {
      const [a, b, no, yes] = columns!.subarray(4 * row, 4 * row + 4)
      const i = Math.round(a! * encoding.numeric[0]!.deviation + encoding.numeric[0]!.mean)
      if (i % 8 === 5) assert.equal(b, 0)
      else assert.ok(Math.abs(b! * encoding.numeric[1]!.deviation + encoding.numeric[1]!.mean - (100 - i)) < 1e-4)
      assert.deepEqual([no, yes], i % 10 === 9 ? [+(frequent === 'no'), +(frequent === 'yes')] : [+(i % 2 === 0), i % 2])
    }
  })

  it('with a category that training never sees: zeros and a note', async () => {
    const content = ['a,k,l', ...Array.from({ length: 40 }, (_, i) => `${i},${i},${i % 2 ? 'yes' : 'no'}`)].join('\n')
    const data = await load({ features: { categorical: ['k'] } }, content)
    const sums = Array.from({ length: data.test.rows }, (_, row) =>
      allOf(data.test)
        .inputs.columns!.subarray(40 * row, 40 * row + 40)
        .reduce((s, x) => s + x, 0),
    )
    assert.deepEqual(
      sums,
      sums.map(() => 0),
    )
    assert.match(
      data.notes[0]!,
      /^Feature 'k': '\d+', '\d+', '\d+' and 9 more do not occur in the training split and are encoded as zeros\.$/,
    )
  })
})

describe('labels', () => {
  it('are class indices in sorted order, masked where missing', async () => {
    const data = await load({ tasks: { k: ['classification', 'k'], l: ['classification', 'l'] } })
    assert.deepEqual(data.preprocessing.labels.k, { kind: 'class', column: 'k', classes: ['blue', 'green', 'red'] })
    assert.deepEqual(data.notes, ["Task 'l': 4 rows of 40 without a label; they do not count in its loss."])
    const { targets, masks } = allOf(data.train)
    assert.ok(masks.k!.every(mask => mask === 1))
    assert.ok(masks.l!.some(mask => mask === 0))
    masks.l!.forEach((mask, row) => void (mask === 0 && assert.equal(targets.l![row], 0)))
  })

  it('of two values: the second in sorted order is positive, or the one that is named', async () => {
    const data = await load({ tasks: { plain: ['binary', 'l'], turned: ['binary', 'l', { positive: 'no' }] } })
    assert.deepEqual(data.preprocessing.labels, {
      plain: { kind: 'binary', column: 'l', negative: 'no', positive: 'yes' },
      turned: { kind: 'binary', column: 'l', negative: 'yes', positive: 'no' },
    })
    const { targets, masks } = allOf(data.train)
    for (let row = 0; row < data.train.rows; row++) if (masks.plain![row]) assert.equal(targets.plain![row]! + targets.turned![row]!, 1)
  })

  it('that are numbers are standardised with the training split', async () => {
    const data = await load({ tasks: { y: ['regression', 'y'], l: ['binary', 'l'] } })
    const { targets, masks } = allOf(data.train)
    const known = [...targets.y!].filter((_, row) => masks.y![row])
    assert.ok(Math.abs(known.reduce((s, y) => s + y, 0) / known.length) < 1e-6)
    assert.ok(Math.abs(known.reduce((s, y) => s + y * y, 0) / known.length - 1) < 1e-6)
  })

  it('that are missing in all tasks take the row out', async () => {
    const data = await load({ features: { categorical: ['k'] }, tasks: { y: ['regression', 'y'] } })
    assert.deepEqual(data.notes, ['8 rows without any label are left out.'])
    assert.equal(data.train.rows + data.validation.rows + data.test.rows, 32)
  })

  const few = 'a,k,l,y\n' + Array.from({ length: 20 }, (_, i) => `${i},x,${['p', 'q', 'r'][i % 3]},\n`).join('')
  const cases: Record<string, [tasks: DataModel['tasks'], code: string, message: string]> = {
    'one class': [
      { k: ['classification', 'k'] },
      'mtl/one-class',
      "t.csv, column 'k' (task 'k'): the label has one value only ('x'): two classes or more are expected",
    ],
    'three values for a binary task': [
      { l: ['binary', 'l'] },
      'mtl/not-binary',
      "t.csv, column 'l' (task 'l'): a binary label has two values, found 3: 'p', 'q' and 'r'",
    ],
    'no label at all': [
      { l: ['classification', 'l'], y: ['regression', 'y'] },
      'mtl/no-labels',
      "t.csv, column 'y' (task 'y'): no row has a label",
    ],
    'texts as numbers': [{ l: ['regression', 'l'] }, 'mtl/data-value', "t.csv, row 1 (line 2), column 'l': expected a number, found 'p'"],
  }
  for (const [name, [tasks, code, message]] of Object.entries(cases)) {
    it(`are refused: ${name}`, async () => {
      const found = await problemOf(load({ tasks }, few))
      assert.deepEqual([found.code, found.message], [code, message])
    })
  }

  it('are refused: a positive value that is none', async () => {
    const found = await problemOf(load({ tasks: { l: ['binary', 'l', { positive: 'Yes' }] } }))
    assert.equal(
      found.message,
      "t.csv, column 'l' (task 'l'): positive is 'Yes' but the label's values are 'no' and 'yes'; did you mean 'yes'?",
    )
  })

  it('are refused: all labels of a task fall outside the training split', async () => {
    const data = await load({ features: { numeric: ['a'] }, tasks: { k: ['classification', 'k'] } })
    const numeric = scalesOf(data.preprocessing)
    const held = Math.round(allOf(data.test).inputs.columns![0]! * numeric[0]!.deviation + numeric[0]!.mean)
    const content = text
      .split('\n')
      .map((line, i) => (i === 0 ? line + ',z' : line && `${line},${i - 1 === held ? 5 : ''}`))
      .join('\n')
    const found = await problemOf(load({ tasks: { k: ['classification', 'k'], z: ['regression', 'z'] } }, content))
    assert.equal(found.message, "t.csv, column 'z' (task 'z'): no row of the training split has a label")
  })

  it('that are the same everywhere: deviation 1 and a note', async () => {
    const data = await load({ tasks: { k: ['classification', 'k'], c: ['regression', 'c'] } })
    assert.deepEqual(data.preprocessing.labels.c, { kind: 'number', column: 'c', mean: 3, deviation: 1 })
    assert.deepEqual(data.notes, ["Task 'c': the label is the same (3) in all rows of the training split."])
  })

  it('are refused: too many values to be classes', async () => {
    const content = 'a,k\n' + Array.from({ length: 1500 }, (_, i) => `${i},w${i}\n`).join('')
    const found = await problemOf(load({ tasks: { k: ['classification', 'k'] } }, content))
    assert.equal(found.message, "t.csv, column 'k': 1,500 different values are too many for classes or categories (at most 1,000)")
  })
})

describe('parts and batches', () => {
  it('are refused where a part is empty', async () => {
    const split = { train: 0.7, validation: 0.15, test: 0.15, seed: 7, stratify: null }
    const found = await problemOf(load({ source: { kind: 'csv', path: 't.csv', split } }, 'a,l\n1,yes\n2,no\n'))
    assert.match(found.message, /^t\.csv: the (validation|test) split is empty: 2 rows, shares 0\.7 : 0\.15 : 0\.15$/)
    assert.equal(found.code, 'mtl/empty-split')
  })

  it('may be without a test split where none is asked for', async () => {
    const data = await load({ source: { kind: 'csv', path: 't.csv', options, split: { train: 0.8, validation: 0.2, test: 0 } } })
    assert.equal(data.test.rows, 0)
  })

  it('are the same for every run seed, and stratified', async () => {
    const source = { kind: 'csv', path: 't.csv', options, split: { stratify: 'k' } }
    const [one, two] = [await load({ source }), await load({ source })]
    assert.deepEqual(one.test.batch([0, 1, 2], 3), two.test.batch([0, 1, 2], 3))
  })

  it('fill up with masked rows, reuse their memory, and leave nothing of the batch before', async () => {
    const data = await load({
      features: { numeric: ['a', 'b'] },
      options: { missingFeatures: 'mean' },
      tasks: { l: ['binary', 'l'], y: ['regression', 'y'] },
    })
    const full = data.train.batch([0, 1, 2, 3], 4)
    const memory = full.inputs.columns!
    const [, second] = [memory.slice(0, 2), memory.slice(2, 4)]
    const short = data.train.batch([1], 4)
    assert.equal(short.inputs.columns, memory)
    assert.equal(short.rows, 1)
    assert.deepEqual([...short.inputs.columns], [...second, 0, 0, 0, 0, 0, 0])
    for (const task of ['l', 'y'])
      for (const array of [short.masks[task]!, short.targets[task]!]) assert.deepEqual([...array.subarray(1)], [0, 0, 0])
    assert.notEqual(data.train.batch([1], 2).inputs.columns, memory)
    assert.throws(() => data.train.batch([0, 1, 2], 2), new RangeError('3 rows do not fit into a batch of 2'))
  })
})

describe('sources', () => {
  it('must be one for each task', async () => {
    const model = modelOf({
      source: { kind: 'csv', path: 't.csv', options },
      features: { numeric: ['a'] },
      tasks: { l: ['binary', 'l'], k: ['classification', 'k'] },
    })
    const other = { ...model.sources[0]!, id: 1, path: 'u.csv' }
    const tasks = [model.tasks[0]!, { ...model.tasks[1]!, label: { source: 1, column: 'k', span: null } }]
    const folder = folderWith({ 't.csv': text, 'u.csv': text })
    const found = await problemOf(open({ ...model, sources: [...model.sources, other], tasks }, { folder }))
    assert.deepEqual(
      [found.code, found.message, found.place.source],
      [
        'mtl/data-source',
        "task 'k' has its label from u.csv, but the features 'columns' from t.csv: rows of different sources can’t be matched",
        1,
      ],
    )
    // The same file, options and split written twice is one source.
    assert.equal(
      (await open({ ...model, sources: [...model.sources, { ...other, path: 't.csv', sameRowsAs: 0 }], tasks }, { folder })).train.rows,
      28,
    )
  })

  it('must be there', async () => {
    const found = await problemOf(
      open(modelOf({ source: { kind: 'csv', path: 'tt.csv' }, features: { numeric: ['a'] }, tasks: { l: ['binary', 'l'] } }), {
        folder: folderWith({ 't.csv': text }),
      }),
    )
    assert.deepEqual(
      [found.code, found.message, found.place],
      ['mtl/data-unreadable', "there is no file tt.csv; did you mean 't.csv'?", { file: 'tt.csv', source: 0 }],
    )
  })

  it('are fingerprinted, and noticed when they change', async () => {
    const folder = folderWith({ 't.csv': text })
    const file = join(folder, 't.csv')
    const data = await open(
      modelOf({ source: { kind: 'csv', path: 't.csv', options }, features: { numeric: ['a'] }, tasks: { l: ['binary', 'l'] } }),
      { folder },
    )
    assert.deepEqual(data.fingerprints, [{ path: 't.csv', bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') }])
    assert.equal(await data.change(), null)
    utimesSync(file, new Date(), new Date(Date.now() + 5000)) // touched, same content
    assert.equal(await data.change(), null)
    writeFileSync(file, text.replace('red', 'RED')) // same size
    utimesSync(file, new Date(), new Date(Date.now() + 9000))
    assert.equal(await data.change(), 't.csv changed')
    writeFileSync(file, text + '1,2,3,red,yes,4\n')
    assert.equal(await data.change(), 't.csv changed')
  })
})
