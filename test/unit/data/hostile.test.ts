import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import { lots, npzCase, suite, table, type Case } from './badCases'
import { idxFile, picture, wavFile } from './files'
import { npy, npzOf } from './folder'

/** What real files are found to hold, beside what the other suites of bad input have. */

const csvCase = (content: string | Uint8Array, message: string | RegExp, more: Partial<Case> = {}): Case => ({
  kind: 'csv',
  path: 't.csv',
  files: { 't.csv': content },
  features: { numeric: ['a'] },
  message,
  ...more,
})
const numbers = (values: (i: number) => string) => `a;k\n${lots(i => `${values(i)};${'xy'[i % 2]}`)}`

suite('a CSV file from elsewhere', {
  'columns that differ in capitals alone': csvCase(
    'a,A,k\n1,2,x\n',
    "t.csv: two columns are named 'a' and 'A' (columns 1 and 2): names must differ in more than capitals",
    { row: 1, column: 'A' },
  ),
  'columns that are one when trimmed': csvCase('a, a,k\n1,2,x\n', "t.csv: two columns are named 'a' (columns 1 and 2)", { row: 1 }),
  'gzipped under another name': csvCase(gzipSync(table), 't.csv: the file is gzipped: let its name end in .gz', { row: 1 }),
  'gzipped twice': csvCase('', 't.csv.gz: it is gzipped twice', { path: 't.csv.gz', files: { 't.csv.gz': gzipSync(gzipSync(table)) } }),
  'gzipped, with something behind it': csvCase('', 't.csv.gz is not a whole gzip file (incorrect header check)', {
    path: 't.csv.gz',
    files: { 't.csv.gz': Buffer.concat([gzipSync(table), Buffer.from('and more')]) },
  }),
  'gzipped, of nothing': csvCase('', 't.csv.gz: the file is empty: a header line with the names of the columns is expected', {
    path: 't.csv.gz',
    files: { 't.csv.gz': gzipSync('') },
  }),
  'an Excel workbook': csvCase(
    zipSync({ 'xl/workbook.xml': Buffer.from('<x/>') }),
    't.csv: the file is a zip archive or an Excel workbook, no text; save it as CSV',
  ),
  'UTF-16 without a mark': csvCase(Buffer.from(table, 'utf16le'), 't.csv: the file is not text', { row: 1 }),
  'a byte order mark and nothing else': csvCase(
    '\ufeff',
    't.csv: the file is empty: a header line with the names of the columns is expected',
  ),
  'a line of blanks at the end': csvCase(`${table}   \n`, 't.csv, line 32: expected 2 fields as in the header line, found 1', { row: 32 }),
  'the end mark of DOS': csvCase(`${table}\x1a`, 't.csv, line 32: expected 2 fields as in the header line, found 1', { row: 32 }),
  'a comma at the end of the header': csvCase('a,k,\n1,x,\n', 't.csv: column 3 has no name in the header line'),
  'one row': csvCase('a,k\n1,x\n', /^t\.csv: the (validation|test) split is empty: 1 row, /),
  'a number in hexadecimal': csvCase(
    numbers(i => `0x${i}`),
    "t.csv, row 1 (line 2), column 'a': expected a number, found '0x0'",
    { row: 2 },
  ),
  'numbers with points for thousands and a decimal comma': csvCase(
    numbers(i => `1.00${i % 10},5`),
    "t.csv, row 1 (line 2), column 'a': expected a number, found '1.000,5'; numbers are written with a decimal point",
  ),
  'numbers with a unit': csvCase(
    numbers(i => `${i} kg`),
    "t.csv, row 1 (line 2), column 'a': expected a number, found '0 kg'",
  ),
  'a minus that is a dash': csvCase(
    numbers(() => '\u22125'),
    "t.csv, row 1 (line 2), column 'a': expected a number, found '\u22125'",
  ),
  'a number behind a blank that is none': csvCase(
    numbers(() => '\u00a05'),
    "t.csv, row 1 (line 2), column 'a': expected a number, found '\u00a05'",
  ),
  'numbers too large to be scaled': csvCase(
    numbers(i => `${i}e200`),
    "t.csv, column 'a': the values are too large to be standardised",
    { column: 'a' },
  ),
  'a number in the test part that is too large for its scale': csvCase(
    `a,part,k\n${lots(i => `${i === 39 ? '1e60' : i},${['train', 'train', 'validation', 'test'][i % 4]},${'xy'[(i >> 2) % 2]}`)}`,
    "t.csv, row 40 (line 41), column 'a': 1e+60 is too far from the values of the training split to be computed with",
    { split: { column: 'part' }, row: 41, column: 'a' },
  ),
  'fewer groups than parts': csvCase(
    `a,g,k\n${lots(i => `${i},${i % 2},${'xy'[(i >> 2) % 2]}`)}`,
    /^t\.csv: the (validation|test) split is empty: 40 rows in 2 groups by 'g', shares 0\.7 : 0\.15 : 0\.15$/,
    { split: { group: 'g' } },
  ),
  'fewer rows than folds': csvCase(`a,k\n${lots(i => `${i},${'xy'[i % 2]}`, 4)}`, 't.csv: the test split is empty: 4 rows, fold 7 of 7', {
    split: { fold: { index: 6, of: 7 } },
  }),
  'no label at all': csvCase(`a,k\n${lots(i => `${i},`)}`, "t.csv: no row has a label in 'k' (task 'k')", { column: 'k' }),
  'a date among dates that is none': csvCase(
    `a,k\n${lots(i => `2024-01-${i === 9 ? '32' : '10'},${'xy'[i % 2]}`)}`,
    "t.csv, row 10 (line 11), column 'a': expected a date such as 2024-05-17 or 2024-05-17 08:30, found '2024-01-32'",
    { features: { columns: [{ column: 'a', transform: 'date', options: { parts: ['year'], cyclic: true } }] }, row: 11, column: 'a' },
  ),
  'a folder in its place': csvCase('', 'sub is a folder: name a file', { path: 'sub', prepare: folder => mkdirSync(join(folder, 'sub')) }),
  'a pipe in its place': csvCase('', 'pipe.csv is not a plain file', {
    path: 'pipe.csv',
    prepare: folder => void execFileSync('mkfifo', [join(folder, 'pipe.csv')]),
  }),
  'a link to itself': csvCase('', 'l.csv is a link that leads nowhere', {
    path: 'l.csv',
    prepare: folder => symlinkSync('l.csv', join(folder, 'l.csv')),
  }),
  'a link to nothing': csvCase('', 'l.csv is a link that leads nowhere', {
    path: 'l.csv',
    prepare: folder => symlinkSync('gone.csv', join(folder, 'l.csv')),
  }),
  'a folder on its way that is a link to the outside': csvCase('', "'etc/passwd' is a link to a place outside the workspace folder", {
    path: 'etc/passwd',
    prepare: folder => symlinkSync('/etc', join(folder, 'etc')),
  }),
  'a file in the place of a folder': csvCase(table, 'there is no file t.csv/x.csv', { path: 't.csv/x.csv' }),
})

const rows = Array.from({ length: 40 }, (_, i) => ({ a: i, k: 'xy'[i % 2] }))
const lines = rows.map(row => `${JSON.stringify(row)}\n`).join('')
const jsonCase = (content: string | Uint8Array, message: string | RegExp, path = 't.json'): Case => ({
  kind: 'json',
  path,
  files: { [path]: content },
  features: { numeric: ['a'] },
  message,
})
/** Complete lines, and the end of the archive missing: nothing in the text tells that it is not all. */
const cutOff = () => {
  const whole = gzipSync(lines, { level: 0 })
  return whole.subarray(0, 10 + 5 + lines.indexOf('\n') + 1)
}

suite('a JSON file from elsewhere', {
  'a byte order mark': jsonCase(
    `\ufeff${JSON.stringify(rows)}`,
    't.json: the file begins with a byte order mark; save it as UTF-8 without one',
  ),
  'UTF-16': jsonCase(Buffer.from(`\ufeff${lines}`, 'utf16le'), 't.json: the file is UTF-16; save it as UTF-8'),
  'another encoding': jsonCase(
    Buffer.from(`${lines}{"a": 1, "k": "caf\xe9"}`, 'latin1'),
    /^t\.json can't be read as JSON: .*invalid UTF-8 encoding/,
  ),
  'keys that differ in capitals alone': jsonCase(
    '[{"a": 1, "k": "x", "A": 2}]',
    "t.json: two columns are named 'a' and 'A' (columns 1 and 3): names must differ in more than capitals",
  ),
  'one object around the rows': jsonCase(JSON.stringify({ rows }), /^t\.json has no column 'a'/),
  'null among the rows': jsonCase(
    JSON.stringify([...rows, null]),
    't.json, row 41: expected an object with one value per column, found null',
  ),
  'two lists': jsonCase(
    JSON.stringify(rows) + JSON.stringify(rows),
    't.json, row 1: expected an object with one value per column, found a list',
  ),
  'a comment': jsonCase(`// rows\n${JSON.stringify(rows)}`, /^t\.json can't be read as JSON: /),
  'a hundred thousand lists in each other': jsonCase('['.repeat(100_000), /^t\.json can't be read as JSON: /),
  'a gzip file cut off behind a line': jsonCase(cutOff(), 't.json.gz is not a whole gzip file (unexpected end of file)', 't.json.gz'),
  'a gzip file with a wrong checksum': jsonCase(
    gzipSync(lines).map((byte, i, all) => (i === all.length - 6 ? byte ^ 255 : byte)),
    't.json.gz is not a whole gzip file (incorrect data check)',
    't.json.gz',
  ),
})

const a = { features: { numeric: ['a'] } }
const sqlCase = (query: string, message: string | RegExp): Case => ({
  kind: 'sql',
  path: 'query',
  options: { query, files: { t: 't.csv' } },
  files: { 't.csv': table },
  ...a,
  message,
})
const nothingElse = 'query: it may read the files named under `files` (t) and nothing else, nor write any'

suite('a query that would do more than it may', {
  'a variable of the environment': sqlCase("SELECT getenv('HOME') AS a, k FROM t", /^query: Catalog Error: .*getenv/),
  secrets: sqlCase('SELECT * FROM duckdb_secrets()', nothingElse),
  'bytes of a file outside': sqlCase("SELECT * FROM read_blob('/etc/passwd')", nothingElse),
  'a look into a file outside': sqlCase("SELECT * FROM sniff_csv('/etc/passwd')", nothingElse),
  'a path as a table': sqlCase("SELECT * FROM '/etc/passwd'", /^query: Catalog Error|^query: it may read/),
  'a statement within a function': sqlCase("SELECT * FROM query('COPY t TO ''x.csv''')", /^query: /),
  'an INSERT': sqlCase("INSERT INTO t VALUES (1, 'x')", /^query: /),
  'a parenthesis that closes the one around': sqlCase('SELECT * FROM t) UNION ALL (SELECT * FROM t', /^query: Parser Error: /),
  'a sum that overflows': sqlCase('SELECT 9223372036854775807 + CAST(a AS BIGINT) AS a, k FROM t', /^query: Out of Range Error: Overflow/),
  'a parameter': sqlCase('SELECT ? AS a, k FROM t', /^query: Invalid Input Error: Expected 1 parameters/),
})

const x = npy(
  '|u1',
  [20, 1],
  Uint8Array.from({ length: 20 }, (_, i) => i),
)
const k = npy(
  '|u1',
  [20],
  Uint8Array.from({ length: 20 }, (_, i) => i % 2),
)
/** A stored member, one byte of which was changed. */
const damaged = () => {
  const archive = Buffer.from(zipSync({ 'x.npy': x, 'k.npy': k }, { level: 0 }))
  archive[archive.indexOf(x) + x.length - 3]! ^= 255
  return archive
}

suite('arrays from elsewhere', {
  'a damaged member': npzCase(damaged(), "t.npz is no .npz file (a zip archive of .npy arrays): its member 'x.npy' is damaged"),
  'no archive': npzCase(Buffer.from('hello'), 't.npz is no .npz file (a zip archive of .npy arrays): invalid zip data'),
  'complex numbers': npzCase(npzOf({ x: npy('<c8', [20, 1], new Uint8Array(160)), k }), /^t\.npz, array 'x': its dtype is '<c8'/),
  dates: npzCase(npzOf({ x: npy('<M8[s]', [20, 1], new Uint8Array(160)), k }), /^t\.npz, array 'x': its dtype is '<M8\[s\]'/),
  'a negative size': npzCase(npzOf({ x: npy('|u1', [-20, 1], new Uint8Array(20)), k }), "t.npz, array 'x': its shape is damaged: (-20, 1)"),
  'a text among them': npzCase(
    zipSync({ 'x.npy': x, 'k.npy': k, 'readme.txt': Buffer.from('hi') }),
    "t.npz, array 'readme.txt': it is no NumPy array (.npy)",
  ),
  'NaN in an IDX file': {
    kind: 'idx',
    path: 'x',
    options: { labels: 'k' },
    files: { x: idxFile(13, [20, 1], new Uint8Array(80).fill(255)), k: idxFile(8, [20], new Uint8Array(20)) },
    inputs: { data: [1] },
    task: ['classification', 'labels'],
    message: "x, row 1, array 'data': expected a finite number, found NaN",
    row: 1,
  },
})

const mediaCase = (files: Case['files'], message: string | RegExp, prepare?: Case['prepare']): Case => ({
  kind: 'images',
  path: 'p',
  options: { size: [4, 6] },
  files: {
    ...Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`p/${'ab'[i % 2]}/${i}.png`, picture('png')])),
    ...files,
  },
  inputs: { image: [4, 6, 3] },
  task: ['classification', 'class'],
  ...(prepare && { prepare }),
  message,
})

suite('a folder of pictures that would lose some', {
  'a link among the pictures': mediaCase(
    {},
    'p/a/l.png is a link: pictures themselves are expected in the folders of their classes',
    folder => symlinkSync('0.png', join(folder, 'p/a/l.png')),
  ),
  'a class that is a link': mediaCase({}, 'p/c is a link: pictures themselves are expected in the folders of their classes', folder =>
    symlinkSync('a', join(folder, 'p/c')),
  ),
  'folders below a class': mediaCase(
    { 'p/a/more/1.png': picture('png') },
    'p/a/more is a folder: pictures themselves are expected in the folders of their classes',
  ),
  'a picture beside the classes': mediaCase(
    { 'p/1.png': picture('png') },
    'p/1.png is in no folder of a class: pictures themselves are expected in the folders of their classes',
  ),
  'an empty picture': mediaCase({ 'p/b/z.png': '' }, 'p/b/z.png: b/z.png is empty'),
})

const wavCase = (file: Buffer, message: string): Case => ({
  kind: 'audio',
  path: 'w',
  options: { rate: 8000, seconds: 0.1, mels: 10, fft: 256, hop: 100 },
  files: {
    ...Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`w/${'ab'[i % 2]}/${i}.wav`, wavFile(8000, [1, 2, 3])])),
    'w/b/x.wav': file,
  },
  inputs: { audio: [9, 10] },
  task: ['classification', 'class'],
  message: `w/b/x.wav: ${message}`,
})
const floats = () => {
  const file = wavFile(8000, [0, 0, 0, 0])
  file.writeUInt16LE(3, 20)
  file.writeUInt16LE(32, 34)
  file.writeFloatLE(NaN, 48)
  return file
}

suite('sounds from elsewhere', {
  'no samples': wavCase(wavFile(8000, []), 'the WAV file holds no samples'),
  'more channels than samples': wavCase(wavFile(8000, [1, 2], 300), 'the WAV file holds no samples'),
  'a sample that is no number': wavCase(floats(), 'sample 2 of the WAV file is no finite number'),
  'no rate': wavCase(wavFile(0, [1]), 'expected 8000 samples per second, found 0: resample the file, or change the option rate'),
})

const seriesCase = (order: (i: number) => string, message: string, row: number): Case => ({
  kind: 'series',
  path: 't.csv',
  options: { order: 'day', columns: ['a'], window: 3, horizon: 1 },
  files: { 't.csv': `day,a,k\n${lots(i => `${order(i)},${i % 7},${i % 2}`, 30)}` },
  inputs: { window: [3, 1] },
  message: `t.csv, row ${row}, column 'day': ${message}`,
  row,
})
const day = (i: number) => `2024-01-${String(i + 1).padStart(2, '0')}`

suite('an order that is none', {
  'a day that no calendar has': seriesCase(
    i => (i === 4 ? '2024-02-30' : day(i)),
    "the order needs a number or an ISO date (2012-01-31), found '2024-02-30'",
    5,
  ),
  infinity: seriesCase(i => (i === 4 ? 'inf' : `${i}`), "the order needs a number or an ISO date (2012-01-31), found 'inf'", 5),
  'dates of another form': seriesCase(
    i => `${i + 1}.01.2024`,
    "the order needs a number or an ISO date (2012-01-31), found '1.01.2024'",
    1,
  ),
  'numbers and dates': seriesCase(
    i => (i === 4 ? '20240105' : day(i)),
    "the order needs numbers or dates alone, found '20240105' after '2024-01-01'",
    5,
  ),
  'one number in two ways': seriesCase(
    i => (i === 9 ? '3.0' : `${i}`),
    "the value '3.0' stands in row 4, too, so the order is not clear",
    10,
  ),
  'one moment in two zones': seriesCase(
    i => (i === 9 ? '2024-01-01T05:30:00+02:30' : `${day(Math.floor(i / 24))}T${String(i % 24).padStart(2, '0')}:00:00Z`),
    "the value '2024-01-01T05:30:00+02:30' stands in row 4, too, so the order is not clear",
    10,
  ),
})
