import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Random } from '../../../src/base/random'
import { runFolders } from '../../../src/runs/folder'
import { picture } from '../data/files'
import { Workspace } from '../trainer/workspace'
import { lines, run } from './command'

const source = `import { adam, batchNorm, binary, csv, dense, model, pcGrad, regression } from 'mtl'

const numbers = csv('numbers.csv', { split: { seed: 3 } })
const signs = csv('signs.csv')
const trunk = [dense(16, { activation: 'relu' }), batchNorm()] as const
const [left, right] = [numbers, signs].map(data => data.features({ numeric: ['x', 'z'] }).pipe(...trunk))

export default model({
  tasks: { number: regression(numbers.label('y'), left), sign: binary(signs.label('y'), right) },
  training: { optimizer: adam({ learningRate: 1e-2 }), weighting: pcGrad(), epochs: 3, sampling: { sources: { temperature: 2 } } },
})
`

function table(rows: number, seed: string, label: (y: number) => string | number): string {
  const random = Random.seeded(1, seed)
  const lines = Array.from({ length: rows }, () => {
    const [x, z] = [random.normal(), random.normal()]
    return [x, z, label(x * z)].join()
  })
  return ['x,z,y', ...lines].join('\n')
}

describe('a model whose tasks have data sets of their own, on the command line', () => {
  const workspace = new Workspace()
  beforeEach(() => {
    const write = (name: string, text: string) => writeFileSync(join(workspace.root, name), text)
    write('two.mtl.ts', source)
    write(
      'numbers.csv',
      table(300, 'numbers', y => 10 * y),
    )
    write(
      'signs.csv',
      table(120, 'signs', y => (y > 0 ? 'plus' : 'minus')),
    )
    write('new.csv', 'x,z\n1,2\n-1,2\n')
    write('other.csv', 'a,b\n1,2\n')
  })

  it('is checked: what both apply is the trunk, though each applies it to its own rows', async () => {
    const { code, stdout } = await run(workspace.root, 'check', 'two.mtl.ts', '--json')
    assert.equal(code, 0, stdout)
    const { nodes } = lines(stdout).at(-1) as unknown as { nodes: { kind: string; tasks: string[] }[] }
    const tasks = nodes.filter(({ kind }) => kind === 'batchNorm').map(({ tasks }) => tasks)
    assert.deepEqual(tasks, [
      ['number', 'sign'],
      ['number', 'sign'],
    ])
  })

  it('trains, and predicts the tasks whose inputs a file has, or those of one source', async () => {
    const { code, stdout, stderr } = await run(workspace.root, 'train', 'two.mtl.ts', '--json')
    assert.equal(code, 0, stderr)
    const { metrics } = lines(stdout).at(-1) as unknown as { metrics: Record<string, Record<string, number>> }
    assert.ok(metrics.number!.test_rmse! > 0 && metrics.sign!.test_accuracy! > 0)
    const [folder] = runFolders(workspace.runs)
    assert.deepEqual(
      folder!.readManifest().data.map(({ path }) => path),
      ['numbers.csv', 'signs.csv'],
    )
    const both = await run(workspace.root, 'predict', 'latest', 'new.csv', '--json')
    assert.equal(both.code, 0, both.stderr)
    const rows = lines(both.stdout) as unknown as Record<string, { value: unknown } | null>[]
    assert.equal(rows.length, 2)
    for (const row of rows) assert.ok(typeof row.number!.value === 'number' && typeof row.sign!.value === 'string')
    const one = await run(workspace.root, 'predict', 'latest', 'new.csv', '--source', 'signs.csv', '--json')
    assert.deepEqual(
      lines(one.stdout),
      rows.map(row => ({ ...row, number: null })),
    )
    const wrong = await run(workspace.root, 'predict', 'latest', 'new.csv', '--source', 'sign.csv')
    assert.equal(wrong.code, 1)
    assert.match(wrong.stderr, /no data source 'sign\.csv'; did you mean 'signs\.csv'\?/)
    const none = await run(workspace.root, 'predict', 'latest', 'other.csv')
    assert.match(none.stderr, /other\.csv fits none of the data sources of the model \(numbers\.csv: other\.csv has no column 'x'/)
  })

  it('is told about before training, each data set by itself', async () => {
    const { code, stdout } = await run(workspace.root, 'relatedness', 'two.mtl.ts', '--json')
    assert.equal(code, 0, stdout)
    const found = lines(stdout).at(-1) as unknown as {
      tasks: string[]
      pairs: object[]
      transfer: (number | null)[][]
      rows: object
      warnings: object[]
    }
    assert.deepEqual([found.tasks, found.pairs, found.warnings], [['number', 'sign'], [], []])
    assert.deepEqual([found.transfer[0]![1], found.transfer[1]![0]], [null, null])
    assert.deepEqual(found.rows, { train: 210 + 84, validation: 45 + 18 })
  })

  it('is cross-validated and compared: each source has its own folds, each task alone its own source', async () => {
    const cv = await run(workspace.root, 'cv', 'two.mtl.ts', '--folds', '2', '--epochs', '1', '--json')
    assert.equal(cv.code, 0, cv.stderr)
    assert.deepEqual(Object.keys(lines(cv.stdout).at(-1)!), ['number', 'sign'])
    const compared = await run(workspace.root, 'compare', 'two.mtl.ts', '--methods', 'equal', '--seeds', '1', '--epochs', '1', '--json')
    assert.equal(compared.code, 0, compared.stderr)
    const { delta } = lines(compared.stdout).at(-1) as unknown as { delta: Record<string, Record<string, number>> }
    assert.deepEqual(Object.keys(delta.equal!), ['number', 'sign', 'overall'])
    const alone = runFolders(workspace.runs).filter(folder => folder.readManifest().tasks.length === 1)
    assert.deepEqual(
      alone
        .map(folder =>
          folder
            .readManifest()
            .data.map(({ path }) => path)
            .join(),
        )
        .sort(),
      ['numbers.csv', 'signs.csv'],
    )
  })
})

const mixed = `import { adam, classification, concat, conv2d, csv, dense, embedding, flatten, globalAveragePool1d, images, input, model, regression, text } from 'mtl'

const split = { seed: 5 }
const table = csv('things.csv', { split })
const photos = images('things.csv', { column: 'photo', size: [4, 6], channels: 3, split })
const words = text('things.csv', { column: 'words', tokens: 'words', length: 3, vocabulary: 20, split })

const image = input('image', [4, 6, 3], { from: photos, scale: 1 / 255 }).pipe(conv2d(4, { activation: 'relu' }), flatten())
const said = input('tokens', [3], { from: words }).pipe(embedding(4, { vocabulary: 20 }), globalAveragePool1d())
const trunk = concat(image, said, table.features({ numeric: ['size'] })).pipe(dense(16, { activation: 'relu' }))

export default model({
  tasks: { kind: classification(table.label('kind'), trunk), weight: regression(table.label('weight'), trunk) },
  training: { optimizer: adam({ learningRate: 1e-2 }), epochs: 15, batchSize: 16 },
})
`

describe('a model that sees pictures, words and columns of one table', () => {
  const workspace = new Workspace()

  it('is checked, trained and asked', async () => {
    const random = Random.seeded(1, 'things')
    const rows = Array.from({ length: 240 }, () => {
      // The kind is in picture and word together, the weight in the column and the word.
      const [grey, many, size] = [random.below(2), random.below(2), random.uniform()]
      return `${grey ? 'grey' : 'png'}.png,${many ? 'many things' : 'one thing'},${size},${grey ^ many ? 'odd' : 'even'},${size + many}`
    })
    const header = 'photo,words,size,kind,weight'
    const write = (name: string, content: string | Uint8Array) => writeFileSync(join(workspace.root, name), content)
    write('mixed.mtl.ts', mixed)
    write('things.csv', [header, ...rows].join('\n'))
    for (const name of ['png', 'grey']) write(`${name}.png`, picture(name))
    write('new.csv', 'size,words,photo\n0.5,many things,grey.png\n0.5,one thing,grey.png\n')
    const trained = await run(workspace.root, 'train', 'mixed.mtl.ts', '--json')
    assert.equal(trained.code, 0, trained.stdout + trained.stderr)
    const { metrics } = lines(trained.stdout).at(-1) as unknown as { metrics: Record<string, Record<string, number>> }
    assert.ok(metrics.kind!.test_accuracy! > 0.95 && metrics.weight!.test_r2! > 0.9, JSON.stringify(metrics))
    const asked = await run(workspace.root, 'predict', 'latest', 'new.csv', '--json')
    const answers = lines(asked.stdout) as unknown as { kind: { class: string }; weight: { value: number } }[]
    assert.deepEqual(
      answers.map(({ kind, weight }) => [kind.class, Math.round(weight.value - 0.5) + 0]),
      [
        ['even', 1],
        ['odd', 0],
      ],
      asked.stderr,
    )
  })
})
