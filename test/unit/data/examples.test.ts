import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { open } from '../../../src/data/open'
import { folderWith } from './folder'
import { modelOf } from './model'

const hash = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')

/** Runs an example's script in a copy of its folder. @returns the file that it wrote */
function remade(example: string, file: string): string {
  const folder = folderWith({})
  mkdirSync(join(folder, example))
  copyFileSync(resolve('examples', example, 'make-data.mjs'), join(folder, example, 'make-data.mjs'))
  // The script finds its packages as it would in the repository.
  const run = `import(${JSON.stringify(join(folder, example, 'make-data.mjs'))})`
  const modules = join(folder, 'node_modules')
  execFileSync('ln', ['-s', resolve('node_modules'), modules])
  execFileSync(process.execPath, ['--preserve-symlinks', '-e', run], { cwd: folder })
  return join(folder, example, file)
}

describe('the data of the examples', () => {
  it('penguins.csv is what its script writes', () => {
    assert.equal(hash(remade('penguins', 'penguins.csv')), hash(resolve('examples/penguins/penguins.csv')))
  })

  it('seattle-weather.csv is what its script writes', () => {
    assert.equal(hash(remade('weather', 'seattle-weather.csv')), hash(resolve('examples/weather/seattle-weather.csv')))
  })

  it('correlation.csv and scales.csv are what their script writes', () => {
    for (const file of ['correlation.csv', 'scales.csv'])
      assert.equal(hash(remade('conflict', file)), hash(resolve('examples/conflict', file)))
  })

  it('garments.csv is what its script writes, with a picture for each line', function () {
    if (!existsSync('/usr/share/datasets/fashion-mnist')) {
      console.log('      skipped: the Debian package dataset-fashion-mnist is not there')
      return this.skip()
    }
    const made = remade('multi-input', 'garments.csv')
    assert.equal(hash(made), hash(resolve('examples/multi-input/garments.csv')))
    for (const picture of ['0000.png', '1499.png'])
      assert.ok(existsSync(join(dirname(made), 'pictures', picture)) && existsSync(resolve('examples/multi-input/pictures', picture)))
  })

  it('multi-fashion.npz is what its script writes', function () {
    if (!existsSync('/usr/share/datasets/fashion-mnist')) {
      console.log('      skipped: the Debian package dataset-fashion-mnist is not there')
      return this.skip()
    }
    assert.equal(hash(remade('multi-fashion', 'multi-fashion.npz')), hash(resolve('examples/multi-fashion/multi-fashion.npz')))
  })

  it('multi-fashion opens as a dataset of 13,000 images, in 6 MB at most', async () => {
    assert.ok(statSync(resolve('examples/multi-fashion/multi-fashion.npz')).size <= 6e6)
    const model = modelOf({
      source: { kind: 'npz', path: 'multi-fashion.npz', split: { train: 0.8, validation: 0.1, test: 0.1, stratify: 'left' } },
      inputs: { image: [28, 28, 1] },
      tasks: { left: ['classification', 'left'], right: ['classification', 'right'] },
    })
    const data = await open(model, { folder: resolve('examples/multi-fashion') })
    assert.deepEqual([data.train.rows, data.validation.rows, data.test.rows, data.notes], [10400, 1300, 1300, []])
    const { inputs, targets } = data.test.batch(
      Array.from({ length: 1300 }, (_, i) => i),
      1300,
    )
    for (const task of ['left', 'right']) {
      const counts = new Map<number, number>()
      for (const label of targets[task]!) counts.set(label, (counts.get(label) ?? 0) + 1)
      assert.equal(counts.size, 10)
      // Partners are random: all classes are about as frequent.
      assert.ok(
        [...counts.values()].every(n => n > 90 && n < 180),
        [...counts.values()].join(),
      )
    }
    // The corners that neither piece covers stay black; the middle, which both cover, does not.
    const mean = (rows: number[], columns: number[]) => {
      let sum = 0
      for (let i = 0; i < 1300; i++) for (const y of rows) for (const x of columns) sum += inputs.image![i * 784 + y * 28 + x]!
      return sum / (1300 * rows.length * columns.length)
    }
    const [first, last, middle] = [
      [0, 1, 2],
      [25, 26, 27],
      [12, 13, 14, 15],
    ]
    assert.equal(mean(first, last), 0)
    assert.equal(mean(last, first), 0)
    assert.ok(mean(middle, middle) > 100)
  })
})
