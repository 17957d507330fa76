import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Options } from '../../../src/base/options'
import type { Dataset } from '../../../src/data/dataset'
import { open } from '../../../src/data/open'
import { predictionRows } from '../../../src/data/predict'
import { profiles } from '../../../src/data/profile'
import { sourceOf } from '../../../src/data/sources/table'
import { idxFile, picture, pictures, wavFile, writeParquet } from './files'
import { folderWith } from './folder'
import { modelOf, type DataModel } from './model'

/** Options with the defaults of a kind of source, as the sandbox fills them in. */
function withDefaults(kind: string, given: Options): Options {
  const defaults = Object.entries(sourceOf(kind)!.options).filter(([, { default: value }]) => value !== undefined)
  return { ...Object.fromEntries(defaults.map(([name, spec]) => [name, spec.default])), ...given } as Options
}

const dataOf = (kind: string, path: string, options: Options, rest: Omit<DataModel, 'source'>, folder: string) =>
  open(modelOf({ source: { kind, path, options: withDefaults(kind, options), split: { seed: 1 } }, ...rest }), { folder })

/** Inputs and targets of all rows of the three parts. */
function rowsOf(data: Dataset, input: string, task: string): { input: number[]; target: number }[] {
  return (['train', 'validation', 'test'] as const).flatMap(part => {
    const { rows } = data[part]
    const batch = data[part].batch(
      Array.from({ length: rows }, (_, i) => i),
      rows,
    )
    const size = batch.inputs[input]!.length / rows
    return Array.from({ length: rows }, (_, i) => ({
      input: [...batch.inputs[input]!.subarray(i * size, (i + 1) * size)],
      target: batch.targets[task]![i]!,
    }))
  })
}

const classTask = { k: ['classification', 'k'] } as const

describe('a Parquet file', () => {
  it('gives the batches that the same rows give as CSV', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => [i * 1.25 - 7, i % 5 === 0 ? '' : i, 'xyz'[i % 3]])
    const folder = folderWith({ 't.csv': ['a,b,k', ...rows.map(row => row.join())].join('\n') })
    await writeParquet(folder, 't.parquet', `SELECT a::DOUBLE AS a, b::INTEGER AS b, k FROM read_csv('${join(folder, 't.csv')}')`)
    const rest = { features: { numeric: ['a', 'b'] }, tasks: classTask }
    const [parquet, csv] = await Promise.all([
      dataOf('parquet', 't.parquet', { missingFeatures: 'mean' }, rest, folder),
      dataOf('csv', 't.csv', { missingFeatures: 'mean' }, rest, folder),
    ])
    assert.deepEqual(rowsOf(parquet, 'columns', 'k'), rowsOf(csv, 'columns', 'k'))
    assert.deepEqual(parquet.preprocessing, csv.preprocessing)
    const predicted = await predictionRows(parquet.preprocessing, join(folder, 't.parquet'))
    assert.equal(predicted.usable.length, 60)
  })
})

describe('a query', () => {
  it('joins files of several kinds, and a change of either is noticed', async () => {
    const folder = folderWith({
      'a.csv': ['id,a', ...Array.from({ length: 50 }, (_, i) => `${i},${i}`)].join('\n'),
      'b.json': JSON.stringify(Array.from({ length: 50 }, (_, i) => ({ id: i, k: i % 2 ? 'odd' : 'even' }))),
    })
    const query =
      'SELECT a.a, CAST(a.a AS DOUBLE) * 2 AS twice, b.k FROM a JOIN b USING (id) WHERE CAST(id AS INT) >= 10 ORDER BY CAST(id AS INT);'
    const data = await dataOf(
      'sql',
      'query',
      { query, files: { a: 'a.csv', b: 'b.json' } },
      { features: { numeric: ['twice'] }, tasks: classTask },
      folder,
    )
    assert.equal(data.train.rows + data.validation.rows + data.test.rows, 40)
    for (const { input, target } of rowsOf(data, 'columns', 'k')) {
      const { state } = (data.preprocessing.features.columns as unknown as { columns: { state: { center: number; range: number } }[] })
        .columns[0]!
      assert.equal(Math.round((input[0]! * state.range + state.center) / 2) % 2, target)
    }
    assert.deepEqual(
      data.fingerprints.map(({ path }) => path),
      ['a.csv', 'b.json'],
    )
    assert.equal(await data.change(), null)
    writeFileSync(join(folder, 'b.json'), '[]')
    assert.equal(await data.change(), 'b.json changed')
  })
})

describe('an IDX file', () => {
  const pixels = Uint8Array.from({ length: 40 * 6 }, (_, i) => i % 251)
  const labels = Uint8Array.from({ length: 40 }, (_, i) => i % 4)
  const files = { 'x.gz': gzipSync(idxFile(8, [40, 2, 3], pixels)), labels: idxFile(8, [40], labels) }
  it('is read with its labels, gzipped or not', async () => {
    const folder = folderWith(files)
    const data = await dataOf(
      'idx',
      'x.gz',
      { labels: 'labels' },
      { inputs: { data: [2, 3] }, tasks: { k: ['classification', 'labels'] } },
      folder,
    )
    for (const { input, target } of rowsOf(data, 'data', 'k')) {
      const row = Array.from({ length: 40 }, (_, i) => i).find(
        i => i % 4 === target && pixels[i * 6] === input[0] && pixels[i * 6 + 5] === input[5],
      )
      assert.ok(row !== undefined)
    }
    assert.deepEqual(
      data.fingerprints.map(({ path }) => path),
      ['x.gz', 'labels'],
    )
  })
  it('holds big-endian numbers of every type', async () => {
    const floats = Buffer.alloc(20 * 4)
    for (let i = 0; i < 20; i++) floats.writeFloatBE(i / 8 - 1, i * 4)
    const folder = folderWith({ x: idxFile(0x0d, [20, 1], floats), k: idxFile(8, [20], labels.subarray(0, 20)) })
    const data = await dataOf('idx', 'x', { labels: 'k' }, { inputs: { data: [1] }, tasks: { k: ['classification', 'labels'] } }, folder)
    const values = rowsOf(data, 'data', 'k').map(({ input }) => input[0]!)
    assert.deepEqual(
      values.sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, i) => i / 8 - 1),
    )
  })
})

describe('pictures', () => {
  const grey = (value: number) => Array.from({ length: 4 * 6 * 3 }, () => value)
  const many = (name: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`photos/${name}/${i}.png`, picture('png')]))

  it('of a folder by class are decoded to the pixel, and change is noticed', async () => {
    const folder = folderWith({ ...many('cat', 10), ...many('dog', 10), 'photos/dog/x.webp': picture('webp'), 'photos/.hidden/x.txt': 'x' })
    const data = await dataOf(
      'images',
      'photos',
      { size: [4, 6] },
      { inputs: { image: [4, 6, 3] }, tasks: { k: ['classification', 'class'] } },
      folder,
    )
    const rows = rowsOf(data, 'image', 'k')
    assert.equal(rows.length, 21)
    for (const { input } of rows) assert.deepEqual(input, pictures.pixels)
    assert.deepEqual(data.preprocessing.labels.k, { kind: 'class', column: 'class', classes: ['cat', 'dog'] })
    assert.equal(await data.change(), null)
    rmSync(join(folder, 'photos/dog/3.png'))
    assert.equal(await data.change(), 'photos/dog/3.png (row 14) was removed')
  })

  it('named in a table stand beside its features; predictions read new ones in the same way', async () => {
    const names = ['jpeg', 'palette', 'grey', 'deep', 'turned']
    const lines = Array.from({ length: 40 }, (_, i) => `pics/${names[i % 5]}.bin,${i},${i % 5}`)
    const folder = folderWith({
      't.csv': ['photo,a,k', ...lines].join('\n'),
      'new.csv': 'photo,a\npics/turned.bin,1\n',
      ...Object.fromEntries(names.map(name => [`pics/${name}.bin`, picture(name)])),
    })
    const model: Omit<DataModel, 'source'> = {
      features: { numeric: ['a'] },
      inputs: { image: [4, 6, 3] },
      tasks: { k: ['classification', 'k'] },
    }
    const data = await dataOf('images', 't.csv', { size: [4, 6], column: 'photo' }, model, folder)
    const [flat] = [[200, 40, 90]]
    for (const { input, target } of rowsOf(data, 'image', 'k')) {
      if (target === 0) for (const [i, value] of input.entries()) assert.ok(Math.abs(value - flat[i % 3]!) <= 3, 'JPEG is near')
      if (target === 1) for (const [i, value] of input.entries()) assert.ok(Math.abs(value - flat[i % 3]!) <= 3)
      if (target === 2 || target === 3)
        assert.deepEqual(
          input,
          pictures.pixels.map((_, i) => pictures.pixels[i - (i % 3)]!),
        )
      if (target === 4) assert.deepEqual(input, pictures.pixels, 'as it is shown')
    }
    assert.equal(data.fingerprints.length, 2)
    assert.equal(await data.change(), null)
    writeFileSync(join(folder, 'pics/grey.bin'), picture('grey').subarray(0, 60))
    assert.equal(await data.change(), 'pics/grey.bin (row 3 of t.csv) changed')
    const predicted = await predictionRows(data.preprocessing, join(folder, 'new.csv'))
    const batch = predicted.batch([0], 1)
    assert.deepEqual([...batch.inputs.image!], pictures.pixels)
    assert.equal(batch.inputs.columns!.length, 1)
  })

  it('are brought to a size, and to grey', async () => {
    const folder = folderWith(many('a', 8))
    for (const resize of ['stretch', 'cover', 'contain']) {
      const data = await dataOf(
        'images',
        'photos',
        { size: [2, 2], channels: 1, resize },
        { inputs: { image: [2, 2, 1] }, tasks: { y: ['regression', 'n'] } },
        folder,
      ).catch((error: Error) => error.message)
      assert.equal(data, "photos has no column 'n'")
    }
    const wide = folderWith({
      ...many('a', 8),
      ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`photos/b/${i}.png`, picture('palette')])),
    })
    const data = await dataOf(
      'images',
      'photos',
      { size: [6, 6], channels: 3, resize: 'contain' },
      { inputs: { image: [6, 6, 3] }, tasks: { k: ['classification', 'class'] } },
      wide,
    )
    const { input } = rowsOf(data, 'image', 'k').find(({ target }) => target === 0)!
    assert.deepEqual(input.slice(0, 18), grey(0).slice(0, 18), 'a black border above')
    assert.deepEqual(input.slice(18, 90), pictures.pixels)
  })
})

describe('texts', () => {
  const lines = Array.from(
    { length: 60 },
    (_, i) => `"${i % 2 ? 'A good, GOOD film!' : 'a bad film…'}${i === 0 ? ' zyzzyva' : ''}",${i % 2}`,
  )
  const folder = folderWith({ 't.csv': ['review,k', ...lines].join('\n'), 'new.csv': 'review\n"Good unheard film"\n' })
  const read = (options: Options) =>
    dataOf('text', 't.csv', { column: 'review', length: 6, ...options }, { inputs: { tokens: [6] }, tasks: classTask }, folder)
  const vocabularyOf = (data: Dataset) =>
    (data.preprocessing.features.tokens as unknown as { state: { entries: string[]; merges: unknown[] } }).state

  it('become the numbers of their words, the most frequent first', async () => {
    const data = await read({ vocabulary: 100 })
    const { entries } = vocabularyOf(data)
    assert.deepEqual(entries.slice(0, 3).sort(), ['a', 'film', 'good'])
    const id = (word: string) => entries.indexOf(word) + 2
    const good = rowsOf(data, 'tokens', 'k').find(({ target }) => target === 1)!
    assert.deepEqual(good.input, ['a', 'good', ',', 'good', 'film', '!'].map(id))
    const predicted = await predictionRows(data.preprocessing, join(folder, 'new.csv'))
    assert.deepEqual([...predicted.batch([0], 1).inputs.tokens!], [id('good'), 1, id('film'), 0, 0, 0])
  })

  it('know the words of the training split alone', async () => {
    for (let seed = 0, held = 0; held < 1; seed++) {
      const model = modelOf({
        source: { kind: 'text', path: 't.csv', options: withDefaults('text', { column: 'review', length: 6 }), split: { seed } },
        inputs: { tokens: [6] },
        tasks: classTask,
      })
      const data = await open(model, { folder })
      // The word of the first row is in the vocabulary exactly where its row trains: in other rows it is unknown.
      const all = rowsOf(data, 'tokens', 'k')
      const trains = vocabularyOf(data).entries.includes('zyzzyva')
      const unknown = all.filter(({ input }) => input.includes(1)).length
      assert.equal(unknown, trains ? 0 : 1)
      if (!trains) held++
    }
  })

  it('become characters, or pieces learnt by merging pairs', async () => {
    const characters = vocabularyOf(await read({ tokens: 'characters' })).entries
    assert.ok(characters.includes('o') && characters.includes(' ') && characters.every(c => [...c].length === 1))
    const { entries, merges } = vocabularyOf(await read({ tokens: 'bytePairs', vocabulary: 200 }))
    assert.ok(merges.length > 0)
    assert.ok(entries.includes('good</w>') && entries.includes('film</w>'), 'frequent words become one piece')
    const small = vocabularyOf(await read({ tokens: 'bytePairs', vocabulary: 12 }))
    assert.equal(small.entries.length, 10)
  })
})

describe('sounds', () => {
  const reference = JSON.parse(readFileSync(resolve('test/fixtures/data/logMel.json'), 'utf8')) as {
    rate: number
    fft: number
    hop: number
    mels: number
    sound: number[]
    decibels: number[][]
  }
  const { rate, fft, hop, mels, sound, decibels } = reference
  const folder = folderWith({
    ...Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`clips/tone/${i}.wav`, wavFile(rate, sound)])),
    ...Object.fromEntries(
      Array.from({ length: 10 }, (_, i) => [
        `clips/quiet/${i}.wav`,
        wavFile(
          rate,
          sound.slice(0, 300).flatMap(value => [value, -value]),
          2,
        ),
      ]),
    ),
  })
  it('become the spectrogram that SciPy computes by the formulas of librosa, standardised', async () => {
    const shape = [decibels.length, mels]
    const data = await dataOf(
      'audio',
      'clips',
      { rate, seconds: sound.length / rate, fft, hop, mels },
      { inputs: { audio: shape }, tasks: { k: ['classification', 'class'] } },
      folder,
    )
    const { mean, deviation } = (data.preprocessing.features.audio as unknown as { state: { mean: number; deviation: number } }).state
    const rows = rowsOf(data, 'audio', 'k')
    const tone = rows.find(({ target }) => target === 1)!.input
    decibels.flat().forEach((expected, i) => assert.ok(Math.abs(tone[i]! * deviation + mean - expected) < 2e-3, `value ${i}`))
    const quiet = rows.find(({ target }) => target === 0)!.input
    for (const value of quiet) assert.ok(Math.abs(value * deviation + mean + 100) < 1e-3, 'two channels that cancel are silence')
    rmSync(join(folder, 'clips/tone/7.wav'))
    assert.equal(await data.change(), 'clips/tone/7.wav (row 18) was removed')
  })
})

describe('windows over ordered rows', () => {
  const days = Array.from({ length: 50 }, (_, i) => ({
    date: new Date(Date.UTC(2020, 0, i + 1)).toISOString().slice(0, 10),
    a: i,
    b: -2 * i,
    k: i % 3,
  }))
  const shuffled = [...days].sort((x, y) => ((x.a * 7) % 50) - ((y.a * 7) % 50))
  const folder = folderWith({ 't.csv': ['date,a,b,k', ...shuffled.map(day => Object.values(day).join())].join('\n') })
  it('hold consecutive rows, and the label stands `horizon` rows after them', async () => {
    for (const [window, horizon] of [
      [3, 1],
      [5, 4],
      [1, 0],
    ] as const) {
      const data = await dataOf(
        'series',
        't.csv',
        { order: 'date', columns: ['a', 'b'], window, horizon },
        { inputs: { window: [window, 2] }, tasks: { y: ['regression', 'a'] } },
        folder,
      )
      const { columns } = (data.preprocessing.features.window as unknown as { state: { columns: { mean: number; deviation: number }[] } })
        .state
      const label = data.preprocessing.labels.y as { mean: number; deviation: number }
      const rows = rowsOf(data, 'window', 'y')
      assert.equal(rows.length, 50 - (window - 1 + horizon))
      for (const { input, target } of rows) {
        const values = input.map((value, i) => Math.round(value * columns[i % 2]!.deviation + columns[i % 2]!.mean) + 0)
        const first = values[0]!
        assert.deepEqual(values, Array.from({ length: window }, (_, step) => [first + step, -2 * (first + step) + 0]).flat())
        assert.equal(Math.round(target * label.deviation + label.mean) + 0, first + window - 1 + horizon)
      }
    }
  })
})

describe('the profile of a source with an array', () => {
  it('has columns and the array', async () => {
    const folder = folderWith({ 'photos/a/1.png': picture('png'), 'photos/b/2.png': picture('png') })
    const options = withDefaults('images', { size: [4, 6] })
    const [profile] = Object.values(await profiles([{ kind: 'images', path: 'photos', options }], folder))
    assert.ok(profile?.kind === 'table')
    assert.deepEqual(profile.arrays, [{ name: 'image', shape: [4, 6, 3], dtype: 'uint8', values: null }])
    assert.deepEqual(profile.columns.find(({ name }) => name === 'class')?.values, ['a', 'b'])
  })
})
