import { oneOf, positiveInteger, text, type OptionSpec } from '../../base/options'
import type { SourceDefinition } from '../source'
import { anyTableOptions, tableOf } from './anyTable'
import { folderTable } from './folderTable'

const sizeOption: OptionSpec<readonly [number, number]> = {
  type: 'readonly [height: number, width: number]',
  doc: 'Height and width of the images in pixels.',
  required: true,
  check: value =>
    Array.isArray(value) && value.length === 2 && value.every(side => Number.isInteger(side) && side > 0 && side <= 4096)
      ? undefined
      : 'height and width in pixels, such as [32, 32]',
}

const endings = ['png', 'jpg', 'jpeg', 'webp']

export const images: SourceDefinition = {
  kind: 'images',
  doc: 'Pictures (PNG, JPEG, WebP) as the array `image` [height, width, channels] of bytes. Either a folder with a folder for each class, whose names are the column `class`; or a table with a column of paths relative to the table’s file.',
  example: "images('photos', { size: [32, 32], resize: 'cover' })",
  options: {
    size: sizeOption,
    channels: {
      ...positiveInteger('1 for grey, 3 for red, green and blue.', { default: 3 }),
      type: '1 | 3',
      check: v => (v === 1 || v === 3 ? undefined : '1 or 3'),
    },
    resize: oneOf(
      ['stretch', 'cover', 'contain'],
      'How a picture of another size is brought to it: stretched, cut to fill it, or with black borders. Without it, a picture of another size is an error.',
    ),
    column: text('For a table: the column with the paths.'),
    ...anyTableOptions,
  },
  form: 'both',
  sharesRows: true,
  names: 'file or folder',
  endings,
  array: ({ size, channels }) => ({ name: 'image', shape: [...(size as readonly number[]), channels as number], dtype: 'uint8' }),
  table: file => (file.isFolder ? folderTable(file, endings, 'pictures') : tableOf(file)),
}
