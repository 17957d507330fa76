import assert from 'node:assert/strict'
import sharp from 'sharp'
import { parseWav } from '../../../src/data/extract/wav'
import type { FeatureEncoding } from '../../../src/data/features'
import { open } from '../../../src/data/open'
import { dataReport } from '../../../src/data/report/report'
import { lots, table } from './badCases'
import { wavFile } from './files'
import { folderWith } from './folder'
import { modelOf } from './model'

describe('what is unusual, but right', () => {
  it('columns with the names that queries give', async () => {
    const names = ['v1', 'v0', 'x1', 'x0', 'n0', 'c1', 'r', 'key', 'row', '#row', '##row', 'json']
    const row = (i: number) => [...names.map((_, column) => 1000 * column + i), 'xy'[i % 2]].join()
    const folder = folderWith({ 't.csv': [[...names, 'k'].join(), lots(row), row(0)].join('\n') })
    const model = modelOf({
      source: { kind: 'csv', path: 't.csv', options: { duplicates: 'drop' } },
      features: { numeric: names },
      tasks: { k: ['classification', 'k'] },
    })
    const { preprocessing, notes } = await open(model, { folder })
    const { columns } = preprocessing.features.columns as unknown as FeatureEncoding
    const centers = columns.map(({ state }) => (state as { center: number }).center)
    centers.forEach((center, column) => assert.ok(Math.abs(center - 1000 * column - centers[0]!) < 1e-9, names[column]))
    assert.match(notes.join(), /1 row of 41 repeats an earlier one/)
    const { sources, samples } = await dataReport(model, { folder, root: folder })
    const means = sources[0]!.columns.slice(0, -1).map(({ mean }) => mean!)
    means.forEach((mean, column) => assert.ok(Math.abs(mean - 1000 * column - means[0]!) < 1e-9, names[column]))
    const { raw } = samples.rows[0]!
    assert.deepEqual(
      raw.map(({ text }) => text),
      row(Number(raw[0]!.text)).split(','),
    )
  })

  it('a comment behind the end of a query', async () => {
    const options = { query: 'SELECT * FROM t; -- all of it', files: { t: 't.csv' } }
    const model = modelOf({
      source: { kind: 'sql', path: 'query', options },
      features: { numeric: ['a'] },
      tasks: { k: ['classification', 'k'] },
    })
    assert.equal((await open(model, { folder: folderWith({ 't.csv': table }) })).train.rows, 21)
  })

  it('a sound that was written to a pipe, which does not know its length', () => {
    const file = wavFile(8000, [100, -200, 300])
    const { samples } = parseWav(file)
    file.writeUInt32LE(0xffffffff, 40)
    assert.deepEqual(parseWav(file).samples, samples)
  })

  it('pictures of 16 bits, in grey, with transparency, and of several frames', async () => {
    const plain = (background: string | { r: number; g: number; b: number; alpha: number }, channels: 3 | 4 = 3) =>
      sharp({ create: { width: 6, height: 4, channels, background } })
    const frames = Buffer.concat([Buffer.alloc(72, 40), Buffer.alloc(72, 200)])
    const found: [name: string, file: Buffer, pixel: number[]][] = [
      ['16 bits', await plain('rgb(200, 100, 50)').toColourspace('rgb16').png().toBuffer(), [200, 100, 50]],
      ['grey', await plain('rgb(90, 90, 90)').toColourspace('b-w').png().toBuffer(), [90, 90, 90]],
      ['transparent', await plain({ r: 200, g: 100, b: 50, alpha: 0.5 }, 4).png().toBuffer(), [100, 50, 25]],
      ['palette', await plain('rgb(200, 100, 50)').png({ palette: true }).toBuffer(), [200, 100, 50]],
      [
        'two frames',
        await sharp(frames, { raw: { width: 6, height: 8, channels: 3, pageHeight: 4 } })
          .webp({ lossless: true })
          .toBuffer(),
        [40, 40, 40],
      ],
    ]
    for (const [name, file, pixel] of found) {
      const ending = name === 'two frames' ? 'webp' : 'png'
      const files = Array.from({ length: 20 }, (_, i): [string, Buffer] => [`p/${'ab'[i % 2]}/${i}.${ending}`, file])
      const model = modelOf({
        source: { kind: 'images', path: 'p', options: { size: [4, 6], channels: 3 } },
        inputs: { image: [4, 6, 3] },
        tasks: { k: ['classification', 'class'] },
      })
      const { train } = await open(model, { folder: folderWith(Object.fromEntries(files)) })
      const seen = Array.from(train.batch([0], 1).inputs.image!.subarray(0, 3))
      seen.forEach((value, channel) => assert.ok(Math.abs(value - pixel[channel]!) <= 1, `${name}: ${seen.join()}`))
    }
  })
})
