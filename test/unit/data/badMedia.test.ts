import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { lots, suite, table, type Case } from './badCases'
import { picture, wavFile } from './files'

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
    "t.csv, row 21, column 'day': the value '7' stands in row 8, too, so the order is not clear",
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
