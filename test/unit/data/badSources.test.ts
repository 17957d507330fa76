import assert from 'node:assert/strict'
import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import { open } from '../../../src/data/open'
import { npzCase, suite, table, type Case } from './badCases'
import { idxFile, writeParquet } from './files'
import { folderWith, npy, npzOf, problemOf } from './folder'
import { modelOf } from './model'

const a = { features: { numeric: ['a'] } }

suite('a Parquet file that is not as it should be', {
  'no Parquet file': {
    kind: 'parquet',
    path: 't.parquet',
    files: { 't.parquet': table },
    ...a,
    message: "t.parquet is no Parquet file: it does not begin with 'PAR1'",
  },
  'cut off': {
    kind: 'parquet',
    path: 't.parquet',
    files: { 't.parquet': Buffer.from('PAR1 and nothing else at all') },
    ...a,
    message: /^t\.parquet can't be read as Parquet: .*(magic bytes|too small|footer)/i,
  },
  'no rows': {
    kind: 'parquet',
    path: 't.parquet',
    files: {},
    prepare: folder => writeParquet(folder, 't.parquet', "SELECT 1 AS a, 'x' AS k LIMIT 0"),
    ...a,
    message: 't.parquet holds no rows',
  },
  'a list in a used column': {
    kind: 'parquet',
    path: 't.parquet',
    files: {},
    prepare: folder => writeParquet(folder, 't.parquet', "SELECT [1, 2] AS a, 'x' AS k"),
    ...a,
    message: "t.parquet, column 'a': expected texts or numbers, found INTEGER[]",
    column: 'a',
  },
  'NaN among numbers': {
    kind: 'parquet',
    path: 't.parquet',
    files: {},
    prepare: folder =>
      writeParquet(folder, 't.parquet', "SELECT CASE i WHEN 7 THEN 'nan'::DOUBLE ELSE i END AS a, 'x' || i % 2 AS k FROM range(20) t(i)"),
    ...a,
    message:
      "t.parquet, row 8, column 'a': expected a number, found 'nan'; if it means that there is no value, name it in the option `missing`",
    row: 8,
    column: 'a',
  },
  'a column that is not there': {
    kind: 'parquet',
    path: 't.parquet',
    files: {},
    prepare: folder => writeParquet(folder, 't.parquet', "SELECT 1 AS aa, 'x' AS k"),
    ...a,
    message: "t.parquet has no column 'a'",
    column: 'a',
  },
})

const sqlCase = (query: string, message: string | RegExp, more: Partial<Case> = {}): Case => ({
  kind: 'sql',
  path: 'query',
  options: { query, files: { t: 't.csv' } },
  files: { 't.csv': table, 'other.csv': table },
  ...a,
  message,
  ...more,
})
const nothingElse = 'query: it may read the files named under `files` (t) and nothing else, nor write any'

suite('a query that is not as it should be', {
  'no SQL': sqlCase('SELEKT * FROM t', /^query: Parser Error: syntax error at or near "SELEKT"/),
  'a table that is not there': sqlCase('SELECT * FROM u', /^query: Catalog Error: Table with name u does not exist/),
  'two statements': sqlCase('SELECT * FROM t; SELECT 1', 'query: one SELECT statement is expected, found 2'),
  nothing: sqlCase('-- nothing', 'query: one SELECT statement is expected, found none'),
  'no rows': sqlCase("SELECT * FROM t WHERE k = 'z'", 'query holds no rows'),
  'a column that it does not give': sqlCase('SELECT k FROM t', "query has no column 'a'"),
  'a file that is not there': sqlCase('SELECT * FROM t', "there is no file u.csv; did you mean 't.csv'?", {
    options: { query: 'SELECT 1', files: { t: 'u.csv' } },
  }),
  'a kind of file that is no table': sqlCase('SELECT 1', ": the kind of table is not known by the file's name", {
    options: { query: 'SELECT 1', files: { t: 't.bin' } },
    files: { 't.bin': 'x' },
    message: /^t\.bin: the kind of table is not known by the file's name; one of \.csv, /,
  }),
  'a value that can not be cast': sqlCase(
    'SELECT CAST(k AS INTEGER) AS a, k FROM t',
    /^query: Conversion Error: Could not convert string 'x' to INT32/,
  ),
  'COPY to a file': sqlCase("COPY (SELECT 1) TO 'out.csv'", nothingElse),
  'COPY hidden behind a SELECT': sqlCase("SELECT 1 AS a; COPY (SELECT 1) TO 'out.csv'", 'query: one SELECT statement is expected, found 2'),
  ATTACH: sqlCase("ATTACH 'x.db'", /^query: (a SELECT statement is expected, found ATTACH|it may read)/),
  INSTALL: sqlCase('INSTALL httpfs', /^query: (a SELECT statement is expected, found (LOAD|EXTENSION)|it may read)/),
  'a setting': sqlCase('SET enable_external_access = true', /^query: (a SELECT statement is expected, found SET|.*locked)/),
  PRAGMA: sqlCase('PRAGMA database_list', /^query: a SELECT statement is expected, found (PRAGMA|MULTI)|query: .*/),
  'a file outside': sqlCase("SELECT * FROM read_csv('/etc/passwd')", nothingElse),
  'the text of a file outside': sqlCase("SELECT content AS a, 'x' AS k FROM read_text('/etc/hostname')", nothingElse),
  'a listing of a folder': sqlCase("SELECT file AS a, 'x' AS k FROM glob('/etc/*')", /^query/),
  'another file of the same folder': sqlCase("SELECT * FROM 'other.csv'", /^query: it may read|^query: Catalog Error|^query: IO Error/),
  'a path of the files that climbs out': sqlCase('SELECT * FROM t', "'../t.csv' lies outside the workspace folder", {
    options: { query: 'SELECT * FROM t', files: { t: '../t.csv' } },
  }),
  'a file of the files that is a link to the outside': sqlCase(
    'SELECT * FROM t',
    "'l.csv' is a link to a place outside the workspace folder",
    {
      options: { query: 'SELECT * FROM t', files: { t: 'l.csv' } },
      prepare: folder => symlinkSync('/etc/hosts', join(folder, 'l.csv')),
    },
  ),
})

const bytes = (count: number) => new Uint8Array(count)
const idxCase = (files: Case['files'], message: string | RegExp, more: Partial<Case> = {}): Case => ({
  kind: 'idx',
  path: 'x',
  options: { labels: 'k' },
  files: {
    k: idxFile(
      8,
      [20],
      Uint8Array.from({ length: 20 }, (_, i) => i % 2),
    ),
    ...files,
  },
  inputs: { data: [2, 3] },
  task: ['classification', 'labels'],
  message,
  ...more,
})

suite('an IDX file that is not as it should be', {
  'another format': idxCase({ x: 'PK\x03\x04 hello' }, 'x is no IDX file: its first bytes are not 0, 0 and the code of a number type'),
  'cut off': idxCase({ x: idxFile(8, [20, 2, 3], bytes(100)) }, 'x is cut off: shape [20, 2, 3] of uint8 takes 120 bytes, found 100'),
  'longer than its header says': idxCase(
    { x: idxFile(8, [20, 2, 3], bytes(121)) },
    'x is longer than its header says: shape [20, 2, 3] of uint8 takes 120 bytes, found 121',
  ),
  'a header that announces more than there can be': idxCase(
    { x: idxFile(8, [2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], bytes(4)) },
    /^x is cut off: shape \[4294967295, 4294967295, 4294967295\] of uint8 takes/,
  ),
  'a header that is cut off': idxCase({ x: Uint8Array.from([0, 0, 8, 200, 0, 0]) }, 'x: its header is cut off: 200 axes are announced'),
  'other numbers of rows': idxCase({ x: idxFile(8, [19, 2, 3], bytes(114)) }, 'k has 20 rows but x has 19: each row has one label'),
  'another shape than the input': idxCase(
    { x: idxFile(8, [20, 2, 2], bytes(80)) },
    "x, array 'data': rows have shape [2, 2], the input expects [2, 3]",
  ),
  'labels that climb out of the workspace': idxCase({ x: idxFile(8, [20, 2, 3], bytes(120)) }, "'../k' lies outside the workspace folder", {
    options: { labels: '../k' },
  }),
  'a gzip file that is cut off': idxCase({ 'x.gz': gzipSync(Buffer.alloc(2 ** 20)).subarray(0, 900) }, /^x\.gz is not a whole gzip file/, {
    path: 'x.gz',
  }),
})

const k = npy(
  '|u1',
  [20],
  Uint8Array.from({ length: 20 }, (_, i) => i % 2),
)

suite('archives and tables made to harm', {
  'a header of .npy that announces 8 exabytes': npzCase(
    npzOf({ x: npy('<f8', [2 ** 30, 2 ** 30], bytes(8)), k }),
    "t.npz, array 'x': it is cut off: shape [1073741824, 1073741824] of float64 takes 9223372036854776000 bytes, found 8",
  ),
  'a header of .npy longer than the file': npzCase(
    npzOf({ x: Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, 255, 255, 255, 127]), k }),
    "t.npz, array 'x': its header is cut off",
  ),
  'members of a zip archive whose names climb out': npzCase(zipSync({ '../../evil.npy': k, 'k.npy': k }), "t.npz has no array 'x'"),
  'an archive that unpacks to more than it may': npzCase(
    bomb(),
    /^t\.npz is no \.npz file \(a zip archive of \.npy arrays\): it unpacks to more than 2 GiB/,
  ),
  '100,000 columns': {
    kind: 'csv',
    path: 't.csv',
    files: { 't.csv': `${Array.from({ length: 100_000 }, (_, i) => `c${i}`).join()}\n${'1,'.repeat(99_999)}1\n` },
    ...a,
    message: 't.csv: the header line names 100,000 columns; at most 20,000 are read',
  },
  'one line without an end': {
    kind: 'csv',
    path: 't.csv',
    files: { 't.csv': `a,k\n1,${'x'.repeat(5_000_000)}\n` },
    ...a,
    message: 't.csv, line 2: the line is longer than 2,000,000 bytes, the most that is read; is a quote (") left open?',
  },
  'a link to the outside': {
    kind: 'csv',
    path: 'l.csv',
    files: {},
    prepare: folder => symlinkSync('/etc/passwd', join(folder, 'l.csv')),
    ...a,
    message: "'l.csv' is a link to a place outside the workspace folder",
  },
})

/** A zip archive whose directory says that a small member unpacks to 3 GiB. */
function bomb(): Uint8Array {
  const archive = Buffer.from(zipSync({ 'x.npy': k, 'k.npy': k }))
  for (let at = archive.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0; at = archive.indexOf('PK\x01\x02', at + 4, 'latin1'))
    archive.writeUInt32LE(3 * 2 ** 30, at + 24)
  return archive
}

describe('what a query may not write', () => {
  it('is not there afterwards', async () => {
    const folder = folderWith({ 't.csv': table })
    const query = `COPY (SELECT * FROM t) TO '${join(folder, 'out.csv')}'`
    const options = { query, files: { t: 't.csv' } }
    await problemOf(
      open(modelOf({ source: { kind: 'sql', path: 'query', options }, ...a, tasks: { k: ['classification', 'k'] } }), { folder }),
    )
    assert.equal(existsSync(join(folder, 'out.csv')), false)
  })
})
