import assert from 'node:assert/strict'
import { sameGraph } from '../../../src/ir/analysis'
import type { ArraysProfile } from '../../../src/ir/profile'
import { evaluate, graphOf } from './evaluate'
import { penguins, penguinsProfile } from './penguins'

const profiles = { 'penguins.csv': penguinsProfile }
const imports =
  "import { binary, classification, concat, conv2d, csv, dense, flatten, input, maxPool2d, model, npz, regression } from 'mtl'\n"

describe('a graph', () => {
  it('is what the penguins file says, with its profile', async () => {
    const graph = await graphOf(penguins, { profiles })
    assert.deepEqual(
      graph.nodes.map(({ id, kind, name, inputs, shape, parameters }) => [
        id,
        kind,
        name,
        inputs,
        shape,
        parameters.map(p => [p.name, p.shape, p.initializer.kind]),
      ]),
      [
        [0, 'features', 'measurements', [], [6], []],
        [
          1,
          'dense',
          'trunk.dense1',
          [0],
          [64],
          [
            ['kernel', [6, 64], 'variance'],
            ['bias', [64], 'zeros'],
          ],
        ],
        [2, 'dropout', 'trunk.dropout1', [1], [64], []],
        [
          3,
          'dense',
          'trunk.dense2',
          [2],
          [32],
          [
            ['kernel', [64, 32], 'variance'],
            ['bias', [32], 'zeros'],
          ],
        ],
        [
          4,
          'dense',
          'species.dense1',
          [3],
          [16],
          [
            ['kernel', [32, 16], 'variance'],
            ['bias', [16], 'zeros'],
          ],
        ],
        [
          5,
          'dense',
          'species.output',
          [4],
          [3],
          [
            ['kernel', [16, 3], 'variance'],
            ['bias', [3], 'zeros'],
          ],
        ],
        [
          6,
          'dense',
          'sex.output',
          [3],
          [3],
          [
            ['kernel', [32, 3], 'variance'],
            ['bias', [3], 'zeros'],
          ],
        ],
        [
          7,
          'dense',
          'mass.output',
          [3],
          [1],
          [
            ['kernel', [32, 1], 'variance'],
            ['bias', [1], 'zeros'],
          ],
        ],
      ],
    )
    assert.deepEqual(
      graph.tasks.map(({ name, kind, features, output, label, weight, classes }) => [
        name,
        kind,
        features,
        output,
        label?.column,
        weight,
        classes,
      ]),
      [
        ['species', 'classification', 4, 5, 'species', 1, ['Adelie', 'Chinstrap', 'Gentoo']],
        ['sex', 'classification', 3, 6, 'sex', 1, ['.', 'FEMALE', 'MALE']],
        ['mass', 'regression', 3, 7, 'body_mass_g', 0.5, null],
      ],
    )
    assert.deepEqual(graph.nodes[0]!.options, {
      source: 0,
      numeric: ['bill_length_mm', 'bill_depth_mm', 'flipper_length_mm'],
      categorical: ['island'],
    })
    const [source] = graph.sources
    assert.deepEqual(
      { ...source, span: null, pathSpan: null },
      {
        id: 0,
        kind: 'csv',
        path: 'penguins.csv',
        options: { missing: ['', 'NA'], missingFeatures: 'drop' },
        split: { train: 0.7, validation: 0.15, test: 0.15, seed: 7, stratify: 'species' },
        span: null,
        pathSpan: null,
      },
    )
    const { optimizer, weighting, epochs, batchSize, seed, earlyStopping } = graph.training
    assert.deepEqual(
      [optimizer.kind, optimizer.options.learningRate, weighting.kind, epochs, batchSize, seed, earlyStopping],
      ['adam', 1e-3, 'pcGrad', 60, 32, 1, null],
    )
  })

  it('has unknown sizes and no errors without a profile', async () => {
    const { graph, diagnostics, profilesWanted } = await evaluate(penguins)
    assert.deepEqual(diagnostics, [])
    assert.deepEqual(graph!.nodes[0]!.shape, [null])
    assert.deepEqual(
      graph!.nodes[1]!.parameters.map(p => p.shape),
      [null, [64]],
    )
    assert.deepEqual(
      graph!.tasks.map(task => task.classes),
      [null, null, null],
    )
    assert.deepEqual(profilesWanted, [
      { kind: 'csv', path: 'penguins.csv', options: { missing: ['', 'NA'], missingFeatures: 'drop' }, files: ['penguins.csv'] },
    ])
  })

  it('asks for data files relative to the workspace', async () => {
    const { profilesWanted, graph } = await evaluate(penguins.replace("'penguins.csv'", "'../data/penguins.csv'"), {
      file: 'models/p.mtl.ts',
    })
    assert.equal(profilesWanted[0]!.path, 'data/penguins.csv')
    assert.equal(graph!.sources[0]!.path, '../data/penguins.csv')
  })

  it('names all that data are made of: files of parts of the split, and the pictures that a table names', async () => {
    const text = penguins.replace(
      /csv\('penguins[^]*?\}\)/,
      "images('data/shelf.csv', { size: [8, 8], column: 'picture', split: { files: { test: 'data/later.csv' } } })",
    )
    const { profilesWanted } = await evaluate(text.replace('csv,', 'images,'))
    assert.deepEqual(
      profilesWanted.map(({ files, endings }) => [files, endings]),
      [
        [
          ['data/shelf.csv', 'data/later.csv'],
          ['png', 'jpg', 'jpeg', 'webp'],
        ],
      ],
    )
  })

  it('says where gaps are, with both quick fixes', async () => {
    const text = penguins.replace(/ {2}missingFeatures.*\n/, '')
    const { diagnostics } = await evaluate(text, { profiles })
    assert.deepEqual(
      diagnostics.map(d => d.code),
      ['mtl/missing-features'],
    )
    assert.deepEqual(
      diagnostics[0]!.fixes!.map(fix => fix.title),
      ["Add missingFeatures: 'drop'", "Add missingFeatures: 'mean'", "Add missingFeatures: 'median'", "Add missingFeatures: 'mode'"],
    )
  })

  it('keeps its names when the text around changes', async () => {
    const graph = await graphOf(penguins, { profiles })
    const edited = await graphOf(`// A comment\n\n${penguins.replace('dense(16, ', 'dense(16, /* wide enough */ ')}`, { profiles })
    assert.ok(sameGraph(graph, edited))
    const longer = await graphOf(penguins.replace('trunk.pipe(dense(16', 'trunk.pipe(dense(24), dense(16'), { profiles })
    assert.deepEqual(
      longer.nodes.filter(node => !node.name.startsWith('species')).map(node => node.name),
      graph.nodes.filter(node => !node.name.startsWith('species')).map(node => node.name),
    )
  })

  it('shares the weights of a layer that is applied twice', async () => {
    const { nodes } = await graphOf(`${imports}
const shared = dense(4)
const left = shared(input('a', [3]))
const right = input('b', [3]).pipe(shared)
export default model({ tasks: { t: classification(2, concat(left, right)) } })`)
    const [a, b] = nodes.filter(node => node.kind === 'dense' && node.name !== 't.output')
    assert.equal(a!.layer, b!.layer)
    assert.deepEqual(a!.parameters, b!.parameters)
    assert.deepEqual([a!.name, b!.name], ['left', 'right.dense1'])
    assert.notEqual(nodes.at(-1)!.layer, a!.layer)
  })

  it('knows arrays of npz files', async () => {
    const arrays: ArraysProfile = {
      kind: 'arrays',
      rows: 100,
      arrays: [
        { name: 'image', shape: [28, 28], dtype: 'uint8', values: null },
        { name: 'left', shape: [], dtype: 'uint8', values: ['0', '1', '2', '3'] },
        { name: 'slant', shape: [1], dtype: 'float32', values: null },
      ],
    }
    const { nodes, tasks } = await graphOf(
      `${imports}
const digits = npz('digits.npz', { split: { stratify: 'left' } })
const trunk = input('image', [28, 28, 1], { from: digits, scale: 1 / 255 }).pipe(conv2d(10, { kernel: 5 }), maxPool2d(2), flatten(), dense(50))
export default model({ tasks: { left: classification(digits.label('left'), trunk), slant: regression(digits.label('slant'), trunk) } })`,
      { profiles: { 'digits.npz': arrays } },
    )
    assert.deepEqual(
      nodes.map(node => [node.name, node.shape]),
      [
        ['image', [28, 28, 1]],
        ['trunk.conv2d1', [28, 28, 10]],
        ['trunk.maxPool2d1', [14, 14, 10]],
        ['trunk.flatten1', [1960]],
        ['trunk.dense1', [50]],
        ['left.output', [4]],
        ['slant.output', [1]],
      ],
    )
    assert.deepEqual(nodes[0]!.options, { source: 0, scale: 1 / 255, array: 'image' })
    assert.deepEqual(tasks[0]!.classes, ['0', '1', '2', '3'])
  })

  it('may be designed without data', async () => {
    const { nodes, tasks } = await graphOf(`${imports}export default model({ tasks: { a: classification(10, input('x', [8])) } })`)
    assert.deepEqual(
      nodes.map(node => node.shape),
      [[8], [10]],
    )
    assert.deepEqual([tasks[0]!.label, tasks[0]!.classes, nodes[0]!.options.source], [null, null, null])
  })

  it('fills in the defaults of training and split', async () => {
    const { training, sources } = await graphOf(
      `${imports}const d = csv('a.csv')\nexport default model({ tasks: { a: binary(d.label('a'), d.features({ numeric: ['n'] })) } })`,
    )
    const { optimizer, weighting, epochs, batchSize, seed } = training
    assert.deepEqual([optimizer.kind, weighting.kind, epochs, batchSize, seed], ['adam', 'equal', 10, 32, 0])
    assert.deepEqual(sources[0]!.split, { train: 0.7, validation: 0.15, test: 0.15, seed: 0, stratify: null })
  })

  it('stays, with unknown sizes, where errors stand', async () => {
    const { graph, diagnostics } = await evaluate(
      `${imports}const x = input('x', [8, 8, 3])\nconst h = x.pipe(dense(4), dense(5))\nexport default model({ tasks: { a: classification(3, h) } })`,
    )
    assert.deepEqual(
      diagnostics.map(d => d.code),
      ['mtl/shape-mismatch'],
    )
    assert.deepEqual(
      graph!.nodes.map(node => node.shape),
      [[8, 8, 3], [null], [5], [3]],
    )
  })

  it('is empty where the text can not be read', async () => {
    const { graph, diagnostics, files } = await evaluate('export default model(')
    assert.deepEqual([graph, diagnostics[0]!.code, files], [null, 'mtl/syntax', ['m.mtl.ts']])
  })

  it('names the files that it was made of', async () => {
    const { files } = await evaluate("import { w } from './a'\nimport s from './s.json'\nw(s)", {
      files: { 'a.ts': "export { w } from './b/c'", 'b/c.ts': 'export const w = (n: unknown) => n', 's.json': '{}' },
    })
    assert.deepEqual([...files].sort(), ['a.ts', 'b/c.ts', 'm.mtl.ts', 's.json'])
  })
})
