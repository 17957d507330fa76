import { boolean, oneOf, positiveInteger, text as textOption } from '../../base/options'
import type { SourceDefinition } from '../source'
import { anyTableOptions, tableOf } from './anyTable'

export const text: SourceDefinition = {
  kind: 'text',
  doc: 'A table with a column of texts as the array `tokens` [length] of whole numbers: 0 fills up short texts, 1 stands for tokens that are not in the vocabulary, which is fitted on the training split. The other columns are features and labels.',
  example: "text('reviews.csv', { column: 'review', length: 64, vocabulary: 5000 })",
  options: {
    column: textOption('The column with the texts.', { required: true }),
    tokens: oneOf(
      ['words', 'characters', 'bytePairs'],
      'What a token is: a match of `pattern`, a character, or a piece of a word out of a byte-pair vocabulary (Sennrich et al. 2016).',
      { default: 'words' },
    ),
    pattern: textOption("Regular expression of one word; with `tokens: 'words'` or 'bytePairs'.", {
      default: "[\\p{L}\\p{N}']+|[^\\s\\p{L}\\p{N}]",
    }),
    lowercase: boolean('Whether capitals count as small letters.', { default: true }),
    length: positiveInteger('Tokens per text: longer texts are cut, shorter ones filled up with 0.', { default: 64 }),
    vocabulary: positiveInteger('Most tokens of the vocabulary, 0 and 1 among them: the most frequent ones of the training split.', {
      default: 5000,
    }),
    ...anyTableOptions,
  },
  form: 'both',
  sharesRows: true,
  array: ({ length }) => ({ name: 'tokens', shape: [length as number], dtype: 'int32' }),
  table: tableOf,
}
