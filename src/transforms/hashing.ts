import { positiveInteger } from '../base/options'
import { categoryTransform } from './transform'

/** The hashing trick (Weinberger et al. 2009): a text adds +1 or -1 to one of a fixed number of outputs; no dictionary is kept. */
export const hashing = categoryTransform<{ readonly buckets: number }>({
  kind: 'hashing',
  doc: 'A column of names of which there are many, as a fixed number of outputs: a hash of the name tells which one becomes +1 or -1.',
  example: 'columns: { city: hashing(32) }',
  options: { buckets: positiveInteger('Number of outputs. Names that fall together can’t be told apart.', { required: true }) },
  positional: ['buckets'],
  units: ({ buckets }) => (buckets as number | undefined) ?? null,
  fit: ({ options }) => ({ buckets: options.buckets as number }),
  width: ({ buckets }) => buckets,
  encode({ buckets }, { codes, categories }, out, offset, stride) {
    const hashes = categories.map(murmur3)
    for (let i = 0; i < codes.length; i++) {
      if (codes[i]! < 0) continue
      const hash = hashes[codes[i]!]!
      out[offset + i * stride + (Math.abs(hash) % buckets)] = hash >= 0 ? 1 : -1
    }
  },
})

/** MurmurHash3 x86 32 bit (Appleby 2011) of the UTF-8 bytes, seed 0, as a signed number: what scikit-learn's FeatureHasher uses. */
export function murmur3(text: string): number {
  const bytes = utf8(text)
  const mix = (k: number) => Math.imul(((k = Math.imul(k, 0xcc9e2d51)) << 15) | (k >>> 17), 0x1b873593)
  let h = 0
  const whole = bytes.length & ~3
  for (let i = 0; i < whole; i += 4) {
    h ^= mix(bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24))
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
  }
  let tail = 0
  for (let i = bytes.length - 1; i >= whole; i--) tail = (tail << 8) | bytes[i]!
  if (bytes.length > whole) h ^= mix(tail)
  h ^= bytes.length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) | 0
}

/** The sandbox, whose bundle holds this file, has no TextEncoder. */
function utf8(text: string): number[] {
  const bytes: number[] = []
  for (const character of text) {
    const c = character.codePointAt(0)!
    if (c < 0x80) bytes.push(c)
    else if (c < 0x800) bytes.push(0xc0 | (c >> 6), 0x80 | (c & 63))
    else if (c < 0x10000) bytes.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63))
    else bytes.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63))
  }
  return bytes
}
