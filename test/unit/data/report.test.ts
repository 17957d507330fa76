import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { dataReport } from '../../../src/data/report/report'
import type { DataReport, DataReportError } from '../../../src/ir/dataReport'
import { folderWith } from './folder'
import { modelOf, penguins, type DataModel } from './model'

const codes = ({ warnings }: DataReport) => warnings.map(({ code, column, task }) => [code, column ?? task ?? ''].join(' ').trim())

/** 300 rows: what a test is about is made by its own columns. */
function table(columns: Readonly<Record<string, (row: number) => string | number>>, rows = 300): string {
  const names = Object.keys(columns)
  const line = (row: number) => names.map(name => columns[name]!(row)).join(',')
  return [names.join(','), ...Array.from({ length: rows }, (_, row) => line(row))].join('\n') + '\n'
}

const hash = (row: number, salt: number) => ((Math.imul(row + 1, 2654435761) ^ Math.imul(salt, 40503)) >>> 0) / 2 ** 32
const noise = (salt: number) => (row: number) => Math.imul(Math.floor(hash(row * 31 + salt, salt) * 2 ** 31), 2246822519) / 2 ** 31

async function reportOf(text: string, model: Omit<DataModel, 'source'> & { split?: DataModel['source']['split'] }): Promise<DataReport> {
  const folder = folderWith({ 'data.csv': text })
  return dataReport(modelOf({ source: { kind: 'csv', path: 'data.csv', ...(model.split && { split: model.split }) }, ...model }), {
    folder,
    root: folder,
  })
}

describe('data report', () => {
  it('of penguins: columns, labels, splits, rows before and after preprocessing', async () => {
    const folder = resolve('examples/penguins')
    const report = await dataReport(modelOf(penguins), { folder, root: folder })
    assert.deepEqual(
      report.splits.map(({ rows }) => rows),
      [239, 52, 51],
    )
    const [source] = report.sources
    const mass = source!.columns.find(({ name }) => name === 'body_mass_g')!
    assert.deepEqual([mass.type, mass.missing, mass.usedBy, mass.outliers!.count], ['number', 2, ["label of 'mass'"], 0])
    assert.deepEqual(mass.quartiles, [2700, 3550, 4050, 4750, 6300])
    assert.equal(
      mass.histogram!.counts.reduce((a, b) => a + b, 0),
      342,
    )
    const species = report.tasks.find(({ task }) => task === 'species')!
    assert.deepEqual(species.classes, ['Adelie', 'Chinstrap', 'Gentoo'])
    assert.deepEqual(
      [0, 1, 2].map(c => species.splits.reduce((sum, { counts }) => sum + counts[c]!, 0)),
      [151, 68, 123],
    )
    const sex = report.tasks.find(({ task }) => task === 'sex')!
    assert.equal(
      sex.splits.reduce((sum, { missing }) => sum + missing, 0),
      9,
    )
    const [row] = report.samples.rows
    const raw = Object.fromEntries(row!.raw.map(({ column, text }) => [column, text]))
    const seen = Object.fromEntries(row!.encoded.map(({ name, values }) => [name, values]))
    assert.deepEqual([raw.island, seen.island], ['Torgersen', [0, 0, 1]])
    assert.equal(seen.bill_length_mm!.length, 1)
    assert.deepEqual(
      row!.labels.find(({ task }) => task === 'species'),
      { task: 'species', text: raw.species, target: 0 },
    )
    assert.deepEqual(report.warnings, [])
  })

  it('counts outliers beyond 1.5 interquartile ranges', async () => {
    const text = table({ x: row => (row < 4 ? 1000 : row % 100), k: row => (row % 3 === 0 ? 'a' : 'b') })
    const { sources } = await reportOf(text, { features: { numeric: ['x'] }, tasks: { k: ['classification', 'k'] } })
    assert.equal(sources[0]!.columns[0]!.outliers!.count, 4)
  })

  it('warns of leakage, with the threshold, and not of an honest feature', async () => {
    const text = table({
      id: noise(1),
      k: row => (noise(2)(row) > 0 ? 'yes' : 'no'),
      leak: row => (noise(2)(row) > 0 ? 5 : 1) + 0.1 * noise(3)(row),
    })
    const report = await reportOf(text, { features: { numeric: ['id', 'leak'] }, tasks: { k: ['binary', 'k'] } })
    assert.deepEqual(codes(report), ['mtl/leakage leak'])
    assert.match(
      report.warnings[0]!.message,
      /^'leak' alone predicts the label of task 'k' with an AUC of (1\.000|0\.99\d) \(warned from 0\.90\): is it known/,
    )
  })

  it('warns of a number that gives another away', async () => {
    const text = table({ a: noise(4), y: row => 3 * noise(4)(row) + 1, free: noise(5) })
    const report = await reportOf(text, { features: { numeric: ['a', 'free'] }, tasks: { y: ['regression', 'y'] } })
    assert.deepEqual(codes(report), ['mtl/leakage a'])
  })

  it('warns of constant columns, rows that repeat across splits, and labels that are nearly all missing', async () => {
    const text = table({
      a: row => row % 20,
      same: () => 7,
      k: row => (row % 2 ? 'x' : 'y'),
      rare: row => (row % 15 === 0 ? noise(6)(row) : ''),
    })
    const report = await reportOf(text, {
      features: { numeric: ['a', 'same'] },
      tasks: { k: ['classification', 'k'], rare: ['regression', 'rare'] },
    })
    const found = codes(report)
    assert.ok(found.includes('mtl/constant-column same'), found.join())
    assert.ok(found.includes('mtl/labels-mostly-missing rare'), found.join())
    assert.equal(found.filter(code => code === 'mtl/duplicates-across-splits').length, 2)
    assert.match(report.warnings.find(({ code }) => code === 'mtl/duplicates-across-splits')!.message, /of the validation split/)
  })

  it('warns of classes that a split lacks', async () => {
    const text = table({ a: noise(7), k: row => (row < 2 ? 'rare' : row % 2 ? 'x' : 'y') })
    const report = await reportOf(text, { features: { numeric: ['a'] }, tasks: { k: ['classification', 'k'] } })
    const [warning, ...others] = report.warnings.filter(({ code }) => code === 'mtl/class-missing-from-split')
    assert.match(warning!.message, /^task 'k': 'rare' does not occur in the (training|validation|test) split$/)
    assert.ok(others.length <= 1)
  })

  it('bounds what it looks at, and says so', async () => {
    const text = table({ a: noise(8), k: row => (row % 2 ? 'x' : 'y') }, 120_000)
    const report = await reportOf(text, { features: { numeric: ['a'] }, tasks: { k: ['classification', 'k'] } })
    assert.match(report.sampling.join('\n'), /are of one row in 2, evenly spread/)
    assert.match(report.sampling.join('\n'), /Leakage and probes use 8,000 rows of the train/)
    assert.ok(JSON.stringify(report).length < 100_000)
  })

  it('is made by a process that answers in plain data', () => {
    const script = resolve('dist/dataReport.js')
    assert.ok(existsSync(script), 'dist/dataReport.js is not there: run `npm run build`')
    const folder = resolve('examples/penguins')
    const ask = (graph: object) => {
      const { stdout, stderr, status } = spawnSync(process.execPath, [script], {
        input: JSON.stringify({ graph, folder, root: folder }),
        encoding: 'utf8',
      })
      assert.deepEqual([stderr, status], ['', 0])
      return JSON.parse(stdout) as DataReport | DataReportError
    }
    assert.equal((ask(modelOf(penguins)) as DataReport).tasks.length, 3)
    const wrong = modelOf({ ...penguins, source: { ...penguins.source, path: 'penguin.csv' } })
    assert.deepEqual(ask(wrong), {
      kind: 'error',
      code: 'mtl/data-unreadable',
      message: "there is no file penguin.csv; did you mean 'penguins.csv'?",
    })
  })

  it('draws images as they are and as training steps see them', async () => {
    const file = join('examples', 'multi-fashion')
    const model = modelOf({
      source: { kind: 'npz', path: 'multi-fashion.npz' },
      inputs: { image: [28, 28, 1] },
      tasks: { left: ['classification', 'left'], right: ['classification', 'right'] },
    })
    const nodes = model.nodes.map(node => ({
      ...node,
      options: {
        ...node.options,
        scale: 1 / 255,
        augment: [{ kind: 'flip', options: { horizontal: true, vertical: false, probability: 1 } }],
      },
    }))
    const report = await dataReport({ ...model, nodes }, { folder: resolve(file), root: resolve(file) })
    const [row] = report.samples.rows
    const [image] = row!.images
    assert.deepEqual([image!.height, image!.width, image!.channels, image!.low, image!.high], [28, 28, 1, 0, 1])
    assert.equal(image!.pixels.length, 4)
    const [plain, mirrored] = image!.pixels.map(pixels => [...Buffer.from(pixels, 'base64')])
    assert.deepEqual(
      mirrored,
      plain!.map((_, i) => plain![i - (i % 28) + 27 - (i % 28)]),
    )
    assert.ok(report.samples.rows.filter(({ split }) => split === 'test').every(({ images }) => images[0]!.pixels.length === 1))
    assert.equal(report.relatedness.projected, true)
  })
})
