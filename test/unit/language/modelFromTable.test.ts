import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { profiles } from '../../../src/data/profile'
import { profileKey } from '../../../src/ir/profile'
import { tableKindOf } from '../../../src/base/tableFiles'
import { labelChoices, modelFromTable, readTable, type ReadTable } from '../../../src/language/modelFromTable'
import { obstaclesToTraining } from '../../../src/ir/analysis'
import { run, lines } from '../cli/command'
import { folderWith } from '../data/folder'
import { evaluate } from './evaluate'

async function read(folder: string, name: string): Promise<ReadTable> {
  const table = await readTable(tableKindOf(name)!, name, async wanted => (await profiles([wanted], folder))[profileKey(wanted)]!)
  assert.ok(table.kind !== 'error', JSON.stringify(table))
  return table
}

const written = (table: ReadTable, labels: readonly string[]): string => {
  const text = modelFromTable(table, labels)
  assert.ok(typeof text === 'string', JSON.stringify(text))
  return text
}

const tables = resolve('node_modules/vega-datasets/data')

describe('a first model of a table', () => {
  for (const name of [
    'penguins.json',
    'cars.json',
    'movies.json',
    'seattle-weather.csv',
    'birdstrikes.csv',
    'zipcodes.csv',
    'countries.json',
  ])
    it(`of ${name} is ready to be trained, whatever is to be predicted`, async () => {
      const table = await read(tables, name)
      const choices = labelChoices(table).map(({ column }) => column)
      assert.ok(choices.length >= 3, choices.join())
      for (const labels of [choices.slice(0, 1), choices.slice(-3), choices.filter((_, i) => i % 2 === 1)]) {
        const { graph, diagnostics } = await evaluate(written(table, labels), { profiles: { [name]: table.profile } })
        assert.deepEqual(diagnostics, [], labels.join())
        assert.deepEqual(obstaclesToTraining(graph!), [])
        assert.deepEqual(
          graph!.tasks.map(task => task.name),
          labels,
        )
      }
    })

  it('takes a label for what it is', async () => {
    const choices = labelChoices(await read(tables, 'penguins.json'))
    const kinds = Object.fromEntries(choices.map(({ column, task, values }) => [column, `${task}: ${values}`]))
    assert.equal(kinds.Species, 'classification: 3 classes: Adelie, Chinstrap, Gentoo')
    // One penguin's sex is written as a dot.
    assert.equal(kinds.Sex, 'binary: FEMALE or MALE')
    assert.equal(kinds['Body Mass (g)'], 'regression: from 2700 to 6300')
  })

  it('says what it leaves out, and fills gaps', async () => {
    const rows = Array.from({ length: 40 }, (_, i) =>
      [i + 1, i % 3 ? i / 2 : '?', `note ${i}`, '2024-01-01', 'same', i % 4, i === 7 ? 'x' : i, "it's", i % 2 ? 'a' : "b's"].join(),
    )
    const folder = folderWith({ 'd.csv': `id,x,note,when,constant,kind,slip,quote,side\n${rows.join('\n')}\n` })
    const table = await read(folder, 'd.csv')
    assert.deepEqual(table.missing, ['?'])
    assert.deepEqual(
      labelChoices(table).map(({ column }) => column),
      ['id', 'x', 'kind', 'side'],
    )
    const text = written(table, ['kind'])
    assert.match(text, /missing: \['', '\?'\]/)
    assert.match(text, /missingFeatures: 'median'/)
    assert.match(text, /numeric: \['x'\],\n {2}categorical: \['side'\]/)
    const comment = text.replaceAll('\n// ', ' ')
    for (const out of [
      'id (numbers the rows)',
      'note (40 different texts)',
      'when (one value only)',
      "slip (numbers, but 'x' in row 8 (line 9))",
    ])
      assert.ok(comment.includes(out), comment)
    assert.deepEqual((await evaluate(text, { profiles: { 'd.csv': table.profile } })).diagnostics, [])
    assert.deepEqual(modelFromTable(table, ['x', 'kind', 'side']), {
      refusal:
        "d.csv has no column left to predict from: id (numbers the rows), note (40 different texts), when (one value only), constant (one value only), slip (numbers, but 'x' in row 8 (line 9)), quote (one value only)",
    })
  })
})

describe('mtl new', () => {
  it('writes a model that trains, and replaces none', async () => {
    const folder = folderWith({})
    mkdirSync(join(folder, '.vscode'))
    copyFileSync(join(tables, 'penguins.json'), join(folder, 'penguins.json'))
    const { code, stdout, stderr } = await run(folder, 'new', 'penguins.json', '--labels', 'Species,Body Mass (g)', '--json')
    assert.deepEqual([code, stderr], [0, ''])
    assert.deepEqual(lines(stdout).at(-1), {
      type: 'model',
      file: join(folder, 'penguins.mtl.ts'),
      tasks: [
        { name: 'Species', kind: 'classification' },
        { name: 'Body Mass (g)', kind: 'regression' },
      ],
    })
    const trained = await run(folder, 'train', 'penguins.mtl.ts', '--epochs', '20', '--json')
    assert.equal(trained.code, 0, trained.stderr)
    const end = lines<{ type: string; metrics?: Record<string, Record<string, number>> }>(trained.stdout).findLast(
      ({ metrics }) => metrics,
    )!
    assert.ok(end.metrics!.Species!.validation_accuracy! > 0.9, JSON.stringify(end))
    const again = await run(folder, 'new', 'penguins.json', '--labels', 'Sex')
    assert.deepEqual([again.code, again.stderr], [1, 'penguins.mtl.ts is there already\n'])
    assert.match(readFileSync(join(folder, 'penguins.mtl.ts'), 'utf8'), /stratify: 'Species'/)
  })

  it('tells what can be predicted', async () => {
    const folder = folderWith({ 'd.csv': 'size,colour,all\n1.5,red,1\n2.5,blue,1\n3.5,red,1\n4.25,blue,1\n', 'd.txt.zip': 'x' })
    const wanted = 'columns that can be predicted:\n  size    regression  from 1.5 to 4.25\n  colour  binary      blue or red\n'
    for (const [args, message] of [
      [['d.csv'], `--labels is missing: ${wanted}`],
      [['d.csv', '--labels', 'coulor'], `d.csv: there is no column 'coulor'; did you mean colour?\n${wanted}`],
      [
        ['d.csv', '--labels', 'all'],
        `d.csv: the column 'all' can't be predicted: it has one value only, dates, too many texts, or texts among its numbers\n${wanted}`,
      ],
      [['d.csv', '--labels', 'size,colour'], 'd.csv has no column left to predict from: all (one value only)\n'],
      [['e.csv', '--labels', 'a'], "there is no file e.csv; did you mean 'd.csv'?\n"],
      [['d.txt.zip'], 'd.txt.zip: a table is expected: a file that ends in .csv, .tsv, .txt, .json, .jsonl, .ndjson, .parquet\n'],
    ] as const) {
      const { code, stderr } = await run(folder, 'new', ...args)
      assert.deepEqual([code, stderr], [1, message])
    }
  })
})
