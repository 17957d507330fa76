import type { Json } from '../../base/json'
import { writeColumn } from '../chunked'
import { DataError } from '../dataset'
import type { Extraction, Extractor } from './extractor'
import { firstId, fitVocabulary, tokenizer, type Vocabulary } from './tokenize'

/** Texts as whole numbers [length]. */
export const tokens: Extractor = {
  columns: ({ column }) => ({ texts: [column as string] }),

  async fit(extraction, train, notes) {
    const { options } = extraction
    const settings = { tokens: options.tokens, pattern: options.pattern, lowercase: options.lowercase } as Pick<
      Vocabulary,
      'tokens' | 'pattern' | 'lowercase'
    >
    checkPattern(extraction, settings.pattern)
    const { codes, dictionary } = await extraction.table.texts(options.column as string)
    const counts = new Map<number, number>()
    for (const row of train) if (codes[row]! >= 0) counts.set(codes[row]!, (counts.get(codes[row]!) ?? 0) + 1)
    const texts = [...counts].map(([code, count]) => [dictionary[code]!, count] as const)
    const vocabulary = fitVocabulary(texts, options.vocabulary as number, options.length as number, settings)
    const tell = `Texts of '${options.column as string}': a vocabulary of ${(vocabulary.entries.length + firstId).toLocaleString('en')} tokens from the training split`
    const ids = tokenizer(vocabulary)
    let [all, unknown, empty] = [0, 0, 0]
    for (const [text, count] of texts) {
      const found = ids(text)
      all += found.length * count
      unknown += found.filter(id => id === 1).length * count
      if (found.length === 0) empty += count
    }
    empty += train.reduce((n, row) => n + (codes[row]! < 0 ? 1 : 0), 0)
    if (all === 0)
      throw new DataError(
        'mtl/data-value',
        `${extraction.name}, column '${options.column as string}': the texts of the training split hold no tokens`,
        { column: options.column as string },
      )
    notes.push(
      `${tell}; ${((100 * unknown) / all).toFixed(1)}% of its tokens are unknown${empty > 0 ? `, ${empty.toLocaleString('en')} texts are empty` : ''}.`,
    )
    return vocabulary as unknown as Json
  },

  async write({ table, options }, state, order, writer) {
    const vocabulary = state as unknown as Vocabulary
    const { codes, dictionary } = await table.texts(options.column as string)
    const ids = tokenizer(vocabulary)
    writeColumn(order, writer, 0, vocabulary.length, rows => {
      const out = new Float32Array(rows.length * vocabulary.length)
      rows.forEach((row, i) => codes[row]! >= 0 && out.set(ids(dictionary[codes[row]!]!), i * vocabulary.length))
      return out
    })
  },
}

function checkPattern({ name }: Extraction, pattern: string): void {
  try {
    if (new RegExp(pattern, 'gu').test('')) throw new SyntaxError('it matches the empty text')
  } catch (error) {
    throw new DataError(
      'mtl/data-source',
      `${name}: the pattern of a word is no regular expression that can be used: ${(error as Error).message}`,
    )
  }
}
