import assert from 'node:assert/strict'
import { open } from '../../../src/data/open'
import { folderWith, problemOf } from './folder'
import { modelOf } from './model'

/** What a model that uses columns a and b (numbers) and k (classes) says to a file. */
async function problem(name: string, content: string | Uint8Array, options: { delimiter?: string; missing?: string[] } = {}) {
  const model = modelOf({
    source: { kind: name.includes('json') ? 'json' : 'csv', path: name, options: { missingFeatures: 'drop', ...options } },
    features: { numeric: ['a', 'b'] },
    tasks: { k: ['classification', 'k'] },
  })
  const found = await problemOf(open(model, { folder: folderWith({ [name]: content }) }))
  assert.equal(found.place.file, name)
  assert.equal(found.place.source, 0)
  return found
}

const good = 'a,b,k\n' + '1,2,x\n3,4,y\n'.repeat(20)

describe('a CSV file that is not as it should be', () => {
  const cases: Record<string, [content: string | Uint8Array, code: string, message: string, row?: number, column?: string]> = {
    'a row too short': [
      good + '5,6\n' + good.slice(6),
      'mtl/data-format',
      't.csv, line 42: expected 3 fields as in the header line, found 2',
      42,
    ],
    'a row too long': [good + '5,6,7,8\n', 'mtl/data-format', 't.csv, line 42: expected 3 fields as in the header line, found 4', 42],
    'a row too short after a quoted line break': [
      'a,b,k\n1,2,"x\ny"\n\n3,4\n',
      'mtl/data-format',
      't.csv, line 5: expected 3 fields as in the header line, found 2',
      5,
    ],
    'a quote that stays open': [
      good + '5,6,"x\n7,8,y\n',
      'mtl/data-format',
      "t.csv, line 42, column 'k': a quote (\") is opened but not closed before the next delimiter or the end of the file",
      42,
      'k',
    ],
    ...Object.fromEntries(
      [
        ['a last line without an end that is longer than the reader’s buffer', 32e6, ''],
        ['a last line of that length with an end', 32e6, '\r\n\n'],
        ['such a line between others', 32e6, '\n5,6,x\n'],
        ['a line longer than those that are read', 25e5, '\n5,6,x\n'],
      ].map(([name, length, end]) => [
        name,
        [
          `${good}5,6,${'x'.repeat(Number(length))}${end}`,
          'mtl/data-format',
          't.csv, line 42: the line is longer than 2,000,000 bytes, the most that is read; is a quote (") left open?',
          42,
        ],
      ]),
    ),
    'text after a closing quote': [
      'a,b,k\n1,"2"3,x\n',
      'mtl/data-format',
      "t.csv, line 2, column 'b': a quote (\") is opened but not closed before the next delimiter or the end of the file",
      2,
      'b',
    ],
    'a quote open in the header': [
      '"a,b,k\n1,2,x\n',
      'mtl/data-format',
      't.csv: the header line does not end: is a quote (") left open?',
      1,
    ],
    'another encoding': [
      Buffer.from(good + '5,6,caf\xe9\n', 'latin1'),
      'mtl/data-format',
      "t.csv, line 42, column 'k': the text is not UTF-8; save the file as UTF-8",
      42,
      'k',
    ],
    'another encoding in the header': [
      Buffer.from('a,b,k\xe9\n1,2,x\n', 'latin1'),
      'mtl/data-format',
      't.csv: line 1 is not UTF-8; save the file as UTF-8',
      1,
    ],
    'UTF-16': [Buffer.from('\ufeff' + good, 'utf16le'), 'mtl/data-format', 't.csv: the file is UTF-16; save it as UTF-8', 1],
    'nothing but empty lines': [
      '\n\n\n',
      'mtl/data-format',
      't.csv: the file is empty: a header line with the names of the columns is expected',
      1,
    ],
    'no rows': ['a,b,k\n', 'mtl/data-format', 't.csv holds a header line but no rows'],
    'no header': [
      '1,2,3\n4,5,6\n',
      'mtl/data-format',
      "t.csv: line 1 holds only numbers ('1', '2', '3'): a header line with the names of the columns is expected",
      1,
    ],
    'a column without a name': [
      ',a,b,k\n0,1,2,x\n',
      'mtl/data-format',
      't.csv: column 1 has no name in the header line (an index written by pandas? write the file with index=False)',
      1,
    ],
    'two columns of one name': ['a,b,k,a\n1,2,x,3\n', 'mtl/data-format', "t.csv: two columns are named 'a' (columns 1 and 4)", 1, 'a'],
    'a column that is not there': [good.replace('b', 'bb'), 'mtl/unknown-column', "t.csv has no column 'b'", undefined, 'b'],
    'a word among numbers': [
      good + '5,six,x\n',
      'mtl/data-value',
      "t.csv, row 41 (line 42), column 'b': expected a number, found 'six'",
      42,
      'b',
    ],
    'a word among numbers, after quoted line breaks': [
      'a,b,k\n1,2,"x\n\ny"\n\n3,4,z\n5,oops,z\n',
      'mtl/data-value',
      "t.csv, row 3 (line 7), column 'b': expected a number, found 'oops'",
      7,
      'b',
    ],
    'NaN among numbers': [
      good + 'NaN,6,x\n',
      'mtl/data-value',
      "t.csv, row 41 (line 42), column 'a': expected a number, found 'NaN'; if it means that there is no value, name it in the option `missing`",
      42,
      'a',
    ],
    'infinity among numbers': [
      good + '5,-inf,x\n',
      'mtl/data-value',
      "t.csv, row 41 (line 42), column 'b': expected a number, found '-inf'; if it means that there is no value, name it in the option `missing`",
      42,
      'b',
    ],
    'a number beyond all bounds': [
      good + '1e999,6,x\n',
      'mtl/data-value',
      "t.csv, row 41 (line 42), column 'a': expected a number, found '1e999'",
      42,
      'a',
    ],
    'a decimal comma': [
      good + '"5,5",6,x\n',
      'mtl/data-value',
      "t.csv, row 41 (line 42), column 'a': expected a number, found '5,5'; numbers are written with a decimal point",
      42,
      'a',
    ],
  }
  for (const [name, [content, code, message, row, column]] of Object.entries(cases)) {
    it(name, async () => {
      const found = await problem('t.csv', content)
      assert.deepEqual([found.code, found.message, found.place.row, found.place.column], [code, message, row, column])
    })
  }

  it('a column whose name is spelt otherwise', async () => {
    const model = modelOf({
      source: { kind: 'csv', path: 't.csv' },
      features: { numeric: ['bill_lenght'] },
      tasks: { k: ['classification', 'k'] },
    })
    const found = await problemOf(open(model, { folder: folderWith({ 't.csv': 'bill_length,k\n1,x\n' }) }))
    assert.equal(found.message, "t.csv has no column 'bill_lenght'; did you mean 'bill_length'?")
  })

  it('another delimiter than the one given', async () => {
    const { message } = await problem('t.csv', good, { delimiter: ';' })
    assert.equal(message, 't.csv: the header line holds no delimiter ";"; "," would split it into 3 columns')
  })

  it('a gzip file that is cut off', async () => {
    const { gzipSync } = await import('node:zlib')
    const whole = gzipSync(good.repeat(500))
    const { message } = await problem('t.csv.gz', whole.subarray(0, 60))
    assert.match(message, /^t\.csv\.gz is not a whole gzip file \(unexpected end of file\)$/)
    const long = await problem('t.csv.gz', gzipSync(`${good}5,6,${'x'.repeat(32e6)}`))
    assert.equal(
      long.message,
      't.csv.gz, line 42: the line is longer than 2,000,000 bytes, the most that is read; is a quote (") left open?',
    )
  })

  it('a binary file', async () => {
    const { message } = await problem('t.csv', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]))
    assert.equal(message, 't.csv: line 1 is not UTF-8; save the file as UTF-8')
  })
})

describe('a JSON file that is not as it should be', () => {
  const row = '{"a": 1, "b": 2, "k": "x"}'
  const cases: Record<string, [content: string, message: string, row?: number, column?: string]> = {
    'cut off': [`[${row}, {"a": 3`, "t.json can't be read as JSON: byte 8 in record/value 3: unexpected end of data"],
    'a list of numbers': ['[1, 2]', 't.json, row 1: expected an object with one value per column, found a number', 1],
    'a text among the rows': [`[${row}, "x"]`, 't.json, row 2: expected an object with one value per column, found a text', 2],
    'a list in a used column': [
      `[${row}, {"a": [1, 2], "b": 2, "k": "y"}]`,
      "t.json, row 2, column 'a': expected a text or a number, found a list",
      2,
      'a',
    ],
    'an object in a used column': [
      `${row}\n${row}\n{"a": 1, "b": {"c": 2}, "k": "y"}\n`,
      "t.json, row 3, column 'b': expected a text or a number, found an object",
      3,
      'b',
    ],
    'no rows': ['[]', 't.json holds no rows: a list of objects, or one object per line, is expected'],
    'a column that is not there': [`[{"a": 1, "b": 2, "kk": "x"}]`, "t.json has no column 'k'", undefined, 'k'],
    'a truth value among numbers': [
      `[${row}, {"a": true, "b": 2, "k": "y"}]`,
      "t.json, row 2, column 'a': expected a number, found 'true'",
      2,
      'a',
    ],
  }
  for (const [name, [content, message, row, column]] of Object.entries(cases)) {
    it(name, async () => {
      const found = await problem('t.json', content)
      assert.deepEqual([found.message, found.place.row, found.place.column], [message, row, column])
    })
  }

  it('nested values in columns that are not used are no problem', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ a: i, b: -i, k: i % 2 ? 'x' : 'y', more: { deep: [i] } }))
    const model = modelOf({
      source: { kind: 'json', path: 't.json' },
      features: { numeric: ['a', 'b'] },
      tasks: { k: ['classification', 'k'] },
    })
    const data = await open(model, { folder: folderWith({ 't.json': JSON.stringify(rows) }) })
    assert.equal(data.train.rows, 28)
  })
})
