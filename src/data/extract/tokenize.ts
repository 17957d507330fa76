/** What a vocabulary is made of and applied by; plain data. */
export interface Vocabulary {
  readonly tokens: 'words' | 'characters' | 'bytePairs'
  readonly pattern: string
  readonly lowercase: boolean
  readonly length: number
  /** Token of id 2, 3, …; 0 fills up, 1 is unknown. */
  readonly entries: readonly string[]
  /** For byte pairs: merges in the order in which they were learnt. */
  readonly merges: readonly (readonly [string, string])[]
}

/** Ids below are taken: 0 fills up, 1 is unknown. */
export const firstId = 2

type Settings = Pick<Vocabulary, 'tokens' | 'pattern' | 'lowercase'>

/** Texts are normalised (NFC), so that one character is one, however it was typed. */
function piecesOf(text: string, { tokens, pattern, lowercase }: Settings): string[] {
  const normal = lowercase ? text.normalize('NFC').toLowerCase() : text.normalize('NFC')
  return tokens === 'characters' ? [...normal] : (normal.match(new RegExp(pattern, 'gu')) ?? [])
}

/**
 * @param texts with how often each occurs
 * @param size most ids, 0 and 1 among them
 */
export function fitVocabulary(
  texts: Iterable<readonly [text: string, count: number]>,
  size: number,
  length: number,
  settings: Settings,
): Vocabulary {
  const counts = new Map<string, number>()
  for (const [text, count] of texts) for (const piece of piecesOf(text, settings)) counts.set(piece, (counts.get(piece) ?? 0) + count)
  const room = Math.max(0, size - firstId)
  if (settings.tokens === 'bytePairs') return { ...settings, length, ...bytePairs(counts, room) }
  return { ...settings, length, entries: mostFrequent(counts, room), merges: [] }
}

/** The most frequent first; of two as frequent, the first by code point. */
const mostFrequent = (counts: ReadonlyMap<string, number>, room: number): string[] =>
  [...counts]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, room)
    .map(([token]) => token)

/**
 * Byte-pair encoding over the characters of words, the last one marked: the most frequent pair of neighbours becomes one
 * symbol, again and again. Sennrich, Haddow & Birch 2016, algorithm 1.
 */
function bytePairs(words: ReadonlyMap<string, number>, room: number): Pick<Vocabulary, 'entries' | 'merges'> {
  const symbols = [...words].map(([word, count]) => ({ parts: partsOf(word), count }))
  const characters = new Map<string, number>()
  for (const { parts, count } of symbols) for (const part of parts) characters.set(part, (characters.get(part) ?? 0) + count)
  const entries = mostFrequent(characters, room)
  const merges: [string, string][] = []
  const pairs = new Map<string, number>()
  const wordsOfPair = new Map<string, Set<number>>()
  const key = (a: string, b: string) => `${a}\u0000${b}`
  const add = (index: number, sign: 1 | -1) => {
    const { parts, count } = symbols[index]!
    for (let i = 0; i + 1 < parts.length; i++) {
      const pair = key(parts[i]!, parts[i + 1]!)
      pairs.set(pair, (pairs.get(pair) ?? 0) + sign * count)
      if (sign === 1) (wordsOfPair.get(pair) ?? wordsOfPair.set(pair, new Set()).get(pair)!).add(index)
    }
  }
  symbols.forEach((_, index) => add(index, 1))
  while (entries.length < room) {
    let best: string | null = null
    let most = 1 // a pair that occurs once is no pattern
    for (const [pair, count] of pairs) if (count > most || (count === most && best !== null && pair < best)) [best, most] = [pair, count]
    if (best === null) break
    const [a, b] = best.split('\u0000') as [string, string]
    merges.push([a, b])
    entries.push(a + b)
    for (const index of wordsOfPair.get(best)!) {
      add(index, -1)
      symbols[index]!.parts = merged(symbols[index]!.parts, a, b)
      add(index, 1)
    }
    pairs.delete(best)
  }
  return { entries, merges }
}

const wordEnd = '</w>'

function partsOf(word: string): string[] {
  const parts = [...word]
  parts[parts.length - 1] += wordEnd
  return parts
}

function merged(parts: readonly string[], a: string, b: string): string[] {
  const result: string[] = []
  for (let i = 0; i < parts.length; i++) {
    if (parts[i] === a && parts[i + 1] === b) {
      result.push(a + b)
      i++
    } else result.push(parts[i]!)
  }
  return result
}

/** @returns a function from a text to its ids, as many as `length` at most */
export function tokenizer(vocabulary: Vocabulary): (text: string) => number[] {
  const ids = new Map(vocabulary.entries.map((token, i) => [token, i + firstId]))
  const ranks = new Map(vocabulary.merges.map(([a, b], i) => [`${a}\u0000${b}`, i]))
  const known = new Map<string, readonly string[]>()
  const split = (word: string): readonly string[] => {
    const before = known.get(word)
    if (before) return before
    let parts = partsOf(word)
    for (;;) {
      let best = Infinity
      for (let i = 0; i + 1 < parts.length; i++) best = Math.min(best, ranks.get(`${parts[i]}\u0000${parts[i + 1]}`) ?? Infinity)
      if (best === Infinity) break
      parts = merged(parts, ...vocabulary.merges[best]!)
    }
    known.set(word, parts)
    return parts
  }
  return text => {
    const found: number[] = []
    for (const piece of piecesOf(text, vocabulary)) {
      if (found.length >= vocabulary.length) break
      for (const token of vocabulary.tokens === 'bytePairs' ? split(piece) : [piece]) found.push(ids.get(token) ?? 1)
    }
    return found.slice(0, vocabulary.length)
  }
}
