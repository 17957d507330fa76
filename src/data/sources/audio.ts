import { number, positiveInteger, text, type OptionSpec } from '../../base/options'
import type { SourceDefinition } from '../source'
import { anyTableOptions, tableOf } from './anyTable'
import { folderTable } from './folderTable'

const fftOption: OptionSpec<number> = {
  ...positiveInteger('Samples of one frame; a power of two.', { default: 512 }),
  check: value =>
    Number.isInteger(value) && [64, 128, 256, 512, 1024, 2048, 4096, 8192].includes(value as number)
      ? undefined
      : 'a power of two from 64 to 8192',
}

/** Frames of a clip: one around every `hop` samples, from the first on. */
export const framesOf = (samples: number, hop: number): number => 1 + Math.floor(samples / hop)

const endings = ['wav']

export const audio: SourceDefinition = {
  kind: 'audio',
  doc: 'Sound files (WAV) as the array `audio` [frames, mels]: log-mel spectrograms in decibels, standardised with the training split’s mean and deviation. Either a folder with a folder for each class, whose names are the column `class`; or a table with a column of paths relative to the table’s file.',
  example: "audio('clips', { rate: 16000, seconds: 1, mels: 40 })",
  options: {
    rate: positiveInteger('Samples per second of the files.', { required: true }),
    seconds: number('Length of a clip: longer files are cut, shorter ones filled up with silence.', { required: true, above: 0, max: 600 }),
    mels: positiveInteger('Bands of the spectrogram, evenly spaced on the mel scale from 0 to half the rate.', { default: 64 }),
    fft: fftOption,
    hop: positiveInteger('Samples between two frames.', { default: 256 }),
    column: text('For a table: the column with the paths.'),
    ...anyTableOptions,
  },
  form: 'both',
  sharesRows: true,
  names: 'file or folder',
  endings,
  array: ({ rate, seconds, mels, hop }) => ({
    name: 'audio',
    shape: [framesOf(Math.round((rate as number) * (seconds as number)), hop as number), mels as number],
    dtype: 'float32',
  }),
  table: file => (file.isFolder ? folderTable(file, endings, 'sound files') : tableOf(file)),
}
