import assert from 'node:assert/strict'
import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import type { Options } from '../../../src/base/options'
import { open } from '../../../src/data/open'
import { sourceOf } from '../../../src/data/sources/table'
import { idxFile, picture, wavFile, writeParquet } from './files'
import { folderWith, npy, npzOf, problemOf } from './folder'
import { modelOf, type DataModel } from './model'

/** A source, what a model uses of it, and what it is told. */
interface Case {
  readonly kind: string
  readonly path: string
  readonly options?: Options
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly inputs?: DataModel['inputs']
  readonly features?: DataModel['features']
  readonly task?: readonly [kind: string, column: string]
  readonly prepare?: (folder: string) => void | Promise<void>
  readonly message: string | RegExp
  readonly row?: number
  readonly column?: string
}

async function problem({ kind, path, options = {}, files, inputs, features, task = ['classification', 'k'], prepare }: Case) {
  const folder = folderWith(files)
  await prepare?.(folder)
  const defaults = Object.entries(sourceOf(kind)!.options).flatMap(([name, spec]) =>
    spec.default === undefined ? [] : [[name, spec.default]],
  )
  const filled = { ...Object.fromEntries(defaults), ...options } as Options
  const model = modelOf({
    source: { kind, path, options: filled },
    ...(features && { features }),
    ...(inputs && { inputs }),
    tasks: { k: task },
  })
  const found = await problemOf(open(model, { folder }))
  assert.match(found.code, /^mtl\//)
  assert.equal(found.place.source, 0, 'the error leads to its source in the model file')
  return found
}

function suite(title: string, cases: Readonly<Record<string, Case>>): void {
  describe(title, () => {
    for (const [name, wanted] of Object.entries(cases)) {
      it(name, async () => {
        const found = await problem(wanted)
        if (typeof wanted.message === 'string') assert.equal(found.message, wanted.message)
        else assert.match(found.message, wanted.message)
        if (wanted.row !== undefined) assert.equal(found.place.row, wanted.row)
        if (wanted.column !== undefined) assert.equal(found.place.column, wanted.column)
      })
    }
  })
}

const a = { features: { numeric: ['a'] } }
const table = 'a,k\n' + '1,x\n2,y\n'.repeat(15)
const lots = (line: (i: number) => string, count = 40) => Array.from({ length: count }, (_, i) => line(i)).join('\n')

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
  'a gzip bomb': idxCase({ 'x.gz': gzipSync(Buffer.alloc(2 ** 20)).subarray(0, 900) }, /^x\.gz is not a whole gzip file/, { path: 'x.gz' }),
})

const image = { inputs: { image: [4, 6, 3] }, task: ['classification', 'class'] as const }
const imageOptions = { size: [4, 6] }
const photos = (files: Readonly<Record<string, string | Uint8Array>>) => ({
  ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`photos/a/${i}.png`, picture('png')])),
  ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`photos/b/${i}.png`, picture('png')])),
  ...Object.fromEntries(Object.entries(files).map(([name, content]) => [`photos/${name}`, content])),
})
const folderCase = (files: Case['files'], message: string | RegExp, more: Partial<Case> = {}): Case => ({
  kind: 'images',
  path: 'photos',
  options: imageOptions,
  files: photos(files),
  ...image,
  message,
  ...more,
})
const listCase = (path: string, message: string | RegExp, more: Partial<Case> = {}): Case => ({
  kind: 'images',
  path: 't.csv',
  options: { ...imageOptions, column: 'photo' },
  files: {
    't.csv': ['photo,class', ...Array.from({ length: 20 }, (_, i) => `${i === 11 ? path : 'p.png'},${i % 2}`)].join('\n'),
    'p.png': picture('png'),
  },
  ...image,
  message,
  ...more,
})

suite('pictures that are not as they should be', {
  'another size': folderCase({ 'b/x.png': picture('turned').subarray(0) }, /never/, {
    options: { size: [5, 6] },
    inputs: { image: [5, 6, 3] },
    message: 'photos/a/1.png: the picture has 6 × 4 pixels, expected 6 × 5 (width × height); the option resize brings it to that size',
  }),
  damaged: folderCase({ 'b/z.png': picture('png').subarray(0, 90) }, /^photos\/b\/z\.png: the picture is damaged \(/, { row: 17 }),
  'another file under the name of a picture': folderCase(
    { 'b/z.png': 'hello' },
    'photos/b/z.png: expected a PNG, JPEG or WebP picture, found something else',
  ),
  'another format under the name of a picture': folderCase(
    { 'b/z.png': picture('gif') },
    'photos/b/z.png: expected a PNG, JPEG or WebP picture, found something else',
  ),
  'an SVG under the name of a picture': folderCase(
    { 'b/z.png': '<svg xmlns="http://www.w3.org/2000/svg" width="6" height="4"/>' },
    'photos/b/z.png: expected a PNG, JPEG or WebP picture, found something else',
  ),
  'a picture made to fill the memory': folderCase(
    { 'b/z.png': picture('bomb') },
    'photos/b/z.png: the picture has 20000 × 20000 pixels; at most 50 million are read',
  ),
  'another file among them': folderCase({ 'b/notes.txt': 'x' }, 'photos/b/notes.txt: expected pictures (.png, .jpg, .jpeg, .webp)'),
  'no folders of classes': folderCase({}, 'photos: a folder for each class is expected in it, with its pictures; it holds none', {
    files: { 'photos/1.png': picture('png') },
  }),
  'a class without pictures': folderCase(
    { 'c/.keep': '' },
    'photos/c holds no pictures: a class without any is left out by removing its folder',
  ),
  'no such folder': folderCase({}, "there is no file photo; did you mean 'photos'?", { path: 'photo' }),
  'a folder outside': folderCase({}, "'../photos' lies outside the workspace folder", { path: '../photos' }),
  'a path that climbs out': listCase(
    '../../../../etc/passwd',
    "t.csv, row 12 (line 13), column 'photo': '../../../../etc/passwd' lies outside the workspace folder",
    { row: 13, column: 'photo' },
  ),
  'an absolute path': listCase(
    '/etc/passwd',
    "t.csv, row 12 (line 13), column 'photo': '/etc/passwd' is an absolute path: write it relative to the model file",
    { row: 13 },
  ),
  'an address': listCase(
    'https://example.com/x.png',
    "t.csv, row 12 (line 13), column 'photo': 'https://example.com/x.png' is a URL: data is read from files inside the workspace only",
  ),
  'a link to the outside': listCase(
    'l.png',
    "t.csv, row 12 (line 13), column 'photo': 'l.png' is a link to a place outside the workspace folder",
    {
      prepare: folder => symlinkSync('/etc/hosts', join(folder, 'l.png')),
    },
  ),
  'a file that is not there': listCase('q.png', "t.csv, row 12 (line 13), column 'photo': there is no file q.png; did you mean 'p.png'?", {
    row: 13,
  }),
  'no path': listCase('', "t.csv, row 12 (line 13), column 'photo': expected the path of a file, found no value", { row: 13 }),
  'a column that is not there': listCase('p.png', "t.csv has no column 'picture'", {
    options: { ...imageOptions, column: 'picture' },
    column: 'picture',
  }),
})

const clips = (files: Readonly<Record<string, string | Uint8Array>>, message: string | RegExp, more: Partial<Case> = {}): Case => ({
  kind: 'audio',
  path: 'clips',
  options: { rate: 8000, seconds: 0.1, mels: 10, fft: 256, hop: 100 },
  files: {
    ...Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`clips/${'ab'[i % 2]}/${i}.wav`, wavFile(8000, [1, 2, 3])])),
    ...Object.fromEntries(Object.entries(files).map(([name, content]) => [`clips/${name}`, content])),
  },
  inputs: { audio: [9, 10] },
  task: ['classification', 'class'],
  message,
  ...more,
})
const header = (change: (bytes: Buffer) => void) => {
  const file = wavFile(8000, [1, 2, 3, 4])
  change(file)
  return file
}

suite('sounds that are not as they should be', {
  'no WAV file': clips(
    { 'b/x.wav': 'ID3 mp3' },
    "clips/b/x.wav: expected a WAV file, found something that does not begin with 'RIFF … WAVE'",
  ),
  'another rate': clips(
    { 'b/x.wav': wavFile(44100, [1]) },
    'clips/b/x.wav: expected 8000 samples per second, found 44100: resample the file, or change the option rate',
  ),
  'cut off': clips(
    { 'b/x.wav': wavFile(8000, [1, 2, 3, 4]).subarray(0, 48) },
    'clips/b/x.wav: the WAV file is cut off: 8 bytes of samples are announced, found 4',
  ),
  'a header that lies': clips(
    { 'b/x.wav': header(bytes => bytes.writeUInt32LE(2 ** 31, 40)) },
    'clips/b/x.wav: the WAV file is cut off: 2147483648 bytes of samples are announced, found 8',
  ),
  'a compressed format': clips(
    { 'b/x.wav': header(bytes => bytes.writeUInt16LE(85, 20)) },
    'clips/b/x.wav: the WAV file holds 1 channels of format 85 with 16 bits: PCM of 8, 16, 24 or 32 bits or floats are read',
  ),
  'no channels': clips({ 'b/x.wav': header(bytes => bytes.writeUInt16LE(0, 22)) }, /^clips\/b\/x\.wav: the WAV file holds 0 channels/),
  'no samples': clips({ 'b/x.wav': wavFile(8000, [1]).subarray(0, 36) }, 'clips/b/x.wav: the WAV file holds no samples'),
})

const seriesCase = (content: string, message: string | RegExp, more: Partial<Case> = {}): Case => ({
  kind: 'series',
  path: 't.csv',
  options: { order: 'day', columns: ['a'], window: 3, horizon: 1, ...more.options },
  files: { 't.csv': content },
  inputs: { window: [3, 1] },
  message,
  ...('row' in more && { row: more.row }),
  ...('column' in more && { column: more.column }),
})
const day = (i: number) => `${i},${i % 7},${i % 2}`
const withRow = (line: string) => `day,a,k\n${lots(day, 20)}\n${line}\n`

suite('rows in an order that are not as they should be', {
  'an order without a value': seriesCase(
    withRow(',1,0'),
    "t.csv, row 21, column 'day': the order needs a number or an ISO date (2012-01-31), found no value",
    { row: 21 },
  ),
  'an order that is no order': seriesCase(
    withRow('soon,1,0'),
    "t.csv, row 21, column 'day': the order needs a number or an ISO date (2012-01-31), found 'soon'",
    { row: 21 },
  ),
  'the same place twice': seriesCase(
    withRow('7,1,0'),
    "t.csv, row 21, column 'day': the value '7' stands in an earlier row, too, so the order is not clear",
    { row: 21 },
  ),
  'too few rows': seriesCase(`day,a,k\n${lots(day, 3)}`, 't.csv: a window with its horizon takes 4 rows, but the table has 3'),
  'a word in a window': seriesCase(
    withRow('99,warm,0'),
    "t.csv, row 21 in the order of 'day', column 'a': expected a number, found 'warm'",
    { row: 21, column: 'a' },
  ),
  'a gap in a window': seriesCase(
    withRow('99,,0'),
    "t.csv, row 21 in the order of 'day', column 'a': no value, but a window has no gaps: say missingFeatures: 'mean'",
    { row: 21 },
  ),
  'a column that is not there': seriesCase(withRow('99,1,0'), "t.csv has no column 'date'", { options: { order: 'date' } }),
})

suite('texts that are not as they should be', {
  'a column that is not there': {
    kind: 'text',
    path: 't.csv',
    options: { column: 'review' },
    files: { 't.csv': table },
    inputs: { tokens: [64] },
    message: "t.csv has no column 'review'",
    column: 'review',
  },
  'no tokens at all': {
    kind: 'text',
    path: 't.csv',
    options: { column: 'a' },
    files: { 't.csv': `a,k\n${lots(i => `" ",${i % 2}`)}` },
    inputs: { tokens: [64] },
    message: "t.csv, column 'a': the texts of the training split hold no tokens",
  },
  'a pattern that is none': {
    kind: 'text',
    path: 't.csv',
    options: { column: 'k', pattern: '(' },
    files: { 't.csv': table },
    inputs: { tokens: [64] },
    message: /^t\.csv: the pattern of a word is no regular expression that can be used: /,
  },
  'a pattern that matches nothing': {
    kind: 'text',
    path: 't.csv',
    options: { column: 'k', pattern: 'x*' },
    files: { 't.csv': table },
    inputs: { tokens: [64] },
    message: 't.csv: the pattern of a word is no regular expression that can be used: it matches the empty text',
  },
  'another length than the input': {
    kind: 'text',
    path: 't.csv',
    options: { column: 'k', length: 9 },
    files: { 't.csv': table },
    inputs: { tokens: [64] },
    message: "t.csv, array 'tokens': rows have shape [9], the input expects [64]",
  },
  'another name than the array': {
    kind: 'text',
    path: 't.csv',
    options: { column: 'k' },
    files: { 't.csv': table },
    inputs: { token: [64] },
    message: "t.csv has no array 'token'; did you mean 'tokens'?",
  },
})

const npzCase = (content: Uint8Array, message: string | RegExp): Case => ({
  kind: 'npz',
  path: 't.npz',
  files: { 't.npz': content },
  inputs: { x: [1] },
  message,
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
    message: /^t\.csv/,
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
