import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Options } from '../../../src/base/options'
import { profiles } from '../../../src/data/profile'
import type { DataProfile, ProfileError, TableProfile } from '../../../src/ir/profile'
import { folderWith } from './folder'

async function profile(folder: string, path: string, options: Options = {}): Promise<DataProfile | ProfileError> {
  const kind = path.includes('.json') ? 'json' : 'csv'
  return Object.values(await profiles([{ kind, path, options }], folder))[0]!
}

async function columnsOf(folder: string, path: string, options?: Options): Promise<TableProfile['columns']> {
  const made = await profile(folder, path, options)
  assert.equal(made.kind, 'table', JSON.stringify(made))
  return made.columns
}

const csv = async (text: string, options?: Options) => columnsOf(folderWith({ 'a.csv': text }), 'a.csv', options)

describe('profile of a table', () => {
  it('of the penguins', async () => {
    const columns = await columnsOf(resolve('examples/penguins'), 'penguins.csv', { missing: ['', 'NA', '.'] })
    assert.deepEqual(
      columns.map(({ name, type, missing, distinct }) => [name, type, missing, distinct]),
      [
        ['species', 'text', 0, 3],
        ['island', 'text', 0, 3],
        ['bill_length_mm', 'number', 2, 164],
        ['bill_depth_mm', 'number', 2, 80],
        ['flipper_length_mm', 'number', 2, 55],
        ['body_mass_g', 'number', 2, 94],
        ['sex', 'text', 11, 2],
      ],
    )
    assert.deepEqual(columns[0]!.values, ['Adelie', 'Chinstrap', 'Gentoo'])
    assert.deepEqual([columns[5]!.min, columns[5]!.max], [2700, 6300])
  })

  it('changes with the missing markers', async () => {
    const [, , bill, , , , sex] = await columnsOf(resolve('examples/penguins'), 'penguins.csv')
    assert.deepEqual([bill!.type, bill!.missing, bill!.distinct, bill!.values!.at(-1)], ['text', 0, 165, 'NA'])
    assert.deepEqual(bill!.stray, { place: 'row 4 (line 5)', value: 'NA' })
    assert.deepEqual(sex!.values, ['.', 'FEMALE', 'MALE', 'NA'])
    assert.equal(sex!.stray, undefined)
  })

  it('tells numbers, truth values, dates and texts apart', async () => {
    const columns = await csv(
      'n,b,d,t,e,x,i\n1,true,2024-01-05,a,,0x1F,1\n-2.5e3,FALSE,2024-02-29T10:00:00Z,2,,1_000,NaN\n.5,true,2023-12-31,b,,inf,2\n',
    )
    assert.deepEqual(
      columns.map(({ type }) => type),
      ['number', 'boolean', 'date', 'text', 'text', 'text', 'number'],
    )
    assert.deepEqual(
      columns.map(({ missing }) => missing),
      [0, 0, 0, 0, 3, 0, 0],
    )
    assert.deepEqual(columns[0]!.values, ['-2.5e3', '.5', '1'])
    assert.deepEqual(columns[4]!.values, [])
    assert.deepEqual([columns[6]!.stray, columns[6]!.min, columns[6]!.max], [{ place: 'row 2 (line 3)', value: 'NaN' }, 1, 2])
  })

  it('counts numbers written in several ways once and sorts them by size', async () => {
    const [column] = await csv('k,z\n10,a\n9.0,a\n9,a\n010,a\n')
    assert.deepEqual([column!.distinct, column!.values], [2, ['9', '10']])
  })

  it('sorts texts by code point', async () => {
    assert.deepEqual((await csv('k,z\nb,1\nä,1\nB,1\na,1\n'))[0]!.values, ['B', 'a', 'b', 'ä'])
  })

  it('counts exactly beyond a thousand values', async () => {
    const [id, word] = await csv('id,word\n' + Array.from({ length: 4321 }, (_, i) => `${i},w${i % 1000}\n`).join(''))
    assert.deepEqual([id!.distinct, id!.values], [4321, null])
    assert.deepEqual([word!.distinct, word!.values!.length], [1000, 1000])
  })

  it('trims blanks, also around missing markers, and keeps what is quoted', async () => {
    const [a, b] = await csv('a , b\n x ,"1, 2"\n ? ,"say ""hi"""\n', { missing: ['?'] })
    assert.deepEqual([a!.name, a!.values, a!.missing], ['a', ['x'], 1])
    assert.deepEqual(b!.values, ['1, 2', 'say "hi"'])
  })

  for (const [name, text] of Object.entries({
    semicolons: 'a;b\n1;x\n2;y\n',
    tabs: 'a\tb\n1\tx\n2\ty\n',
    bars: 'a|b\n1|x\n2|y\n',
    'a byte order mark': '\ufeffa,b\n1,x\n2,y\n',
    'Windows line ends': 'a,b\r\n1,x\r\n2,y\r\n',
    'old Mac line ends': 'a,b\r1,x\r2,y\r',
    'mixed line ends': 'a,b\r\n1,x\n2,y\r\n',
    'no line end at the end': 'a,b\n1,x\n2,y',
    'empty lines': '\n\na,b\n\n1,x\n\n\n2,y\n\n',
    'quoted names': '"a","b"\n"1","x"\n"2","y"\n',
  })) {
    it(`reads ${name}`, async () => {
      const [a, b] = await csv(text)
      assert.deepEqual([a!.name, a!.type, a!.values, b!.name, b!.values], ['a', 'number', ['1', '2'], 'b', ['x', 'y']])
    })
  }

  it('reads gzipped files', async () => {
    const [a] = await columnsOf(folderWith({ 'a.csv.gz': gzipSync('a,b\n1,x\n2,y\n') }), 'a.csv.gz')
    assert.deepEqual(a!.values, ['1', '2'])
  })

  it('takes column names that are SQL', async () => {
    const columns = await csv(`"a""; DROP TABLE x; --",it's,select\n1,2,3\n`)
    assert.deepEqual(
      columns.map(({ name, values }) => [name, values]),
      [
        ['a"; DROP TABLE x; --', ['1']],
        ["it's", ['2']],
        ['select', ['3']],
      ],
    )
  })

  it('takes many columns', async () => {
    const names = Array.from({ length: 70 }, (_, i) => `c${i}`)
    const columns = await csv(`${names.join()}\n${names.map((_, i) => i).join()}\n`)
    assert.deepEqual(
      columns.map(({ max }) => max),
      names.map((_, i) => i),
    )
  })

  it('is an error for a kind of source that does not exist, and for a file that does not exist, beside good ones', async () => {
    const folder = folderWith({ 'a.csv': 'a\n1\n' })
    const made = await profiles(
      [
        { kind: 'csv', path: 'a.csv', options: {} },
        { kind: 'csv', path: 'b.csv', options: {} },
        { kind: 'xls', path: 'a.csv', options: {} },
      ],
      folder,
    )
    assert.deepEqual(
      Object.values(made).map(p => (p.kind === 'error' ? p.code : p.kind)),
      ['table', 'mtl/data-unreadable', 'mtl/data-source'],
    )
  })
})

describe('profile of JSON', () => {
  it('of a list of objects, with keys that come later and values that are not there', async () => {
    const text = '[{"a": 1, "b/c~d": "x"}, {"b/c~d": null, "e e": true}, {"a": 2.50, "e e": false, "": 3}]'
    const columns = await columnsOf(folderWith({ 'a.json': text }), 'a.json')
    assert.deepEqual(
      columns.map(({ name, type, missing, values }) => [name, type, missing, values]),
      [
        ['a', 'number', 1, ['1', '2.5']],
        ['b/c~d', 'text', 2, ['x']],
        ['e e', 'boolean', 1, ['false', 'true']],
      ],
    )
  })

  it('of one object per line', async () => {
    const [a, b] = await columnsOf(folderWith({ 'a.json': '{"a": 1, "b": "NA"}\n\n{"a": 7, "b": "x"}\n' }), 'a.json', { missing: ['NA'] })
    assert.deepEqual([a!.values, b!.values, b!.missing], [['1', '7'], ['x'], 1])
  })
})
