import type { SplitName } from '../../ir/dataReport'
import type { LabelColumn } from '../../relatedness/labels'
import type { Matrix } from '../../relatedness/ridge'
import type { Dataset, LabelEncoding, Split } from '../dataset'
import { decode } from '../labels'
import type { Block } from './blocks'

/** One split, seen as the network sees it. */
export interface ScannedSplit {
  readonly name: SplitName
  /** All rows of the split, and the positions of those that were read. */
  readonly rows: number
  readonly positions: Int32Array
  /** Over the rows that were read. */
  readonly labels: readonly LabelColumn[]
  /** A number of 53 bits of inputs and labels together: two rows with the same are taken for equal. */
  readonly hashes: Float64Array
  /** For each block whether all rows that were read have the same values in it. */
  readonly constant: readonly boolean[]
  /** Fewer rows, with all of their values. */
  readonly sample: Sample
}

export interface Sample {
  readonly positions: Int32Array
  /** Values of a block, [rows, width] */
  readonly blocks: readonly Matrix[]
  readonly labels: readonly LabelColumn[]
}

export interface ScanBounds {
  /** Values of inputs that are read of one split. */
  readonly values: number
  /** Rows of a sample, and values of its inputs. */
  readonly sampleRows: number
  readonly sampleValues: number
}

export const scanBounds: ScanBounds = { values: 2e8, sampleRows: 8000, sampleValues: 2 ** 24 }

const batchRows = 256

/** Reads a split once, from its first row to its last, or every so many rows where it is larger than the bounds. */
export function scanSplit(name: SplitName, split: Split, dataset: Dataset, blocks: readonly Block[], bounds = scanBounds): ScannedSplit {
  const { labels: encodings } = dataset.preprocessing
  const width = blocks.reduce((sum, block) => sum + block.width, 0)
  const positions = spread(split.rows, Math.max(1, Math.floor(bounds.values / Math.max(1, width))))
  const kept = spread(positions.length, Math.min(bounds.sampleRows, Math.max(1, Math.floor(bounds.sampleValues / Math.max(1, width)))))
  const labels = columnsFor(encodings, positions.length)
  const sample = columnsFor(encodings, kept.length)
  const matrices = blocks.map(block => ({ values: new Float32Array(kept.length * block.width), rows: kept.length, width: block.width }))
  const first: (Float32Array | undefined)[] = []
  const constant = blocks.map(() => positions.length > 0)
  const hashes = new Float64Array(positions.length)
  let [next, size] = [0, 0]
  for (let from = 0; from < positions.length; from += size) {
    const rows = positions.subarray(from, from + batchRows)
    size = rows.length
    const { inputs, targets, masks } = split.batch(rows, batchRows)
    for (let i = 0; i < size; i++) {
      let hash = start
      const keep = kept[next] === from + i
      blocks.forEach(({ node, offset, width }, b) => {
        const all = inputs[node]!
        const at = i * (all.length / batchRows) + offset
        const values = all.subarray(at, at + width)
        const before = (first[b] ??= values.slice())
        hash = mixed(hash, values)
        if (constant[b]) constant[b] = values.every((value, j) => value === before[j])
        if (keep) matrices[b]!.values.set(values, next * width)
      })
      labels.forEach(({ task, values }, t) => {
        const encoding = encodings[task]!
        const target = targets[task]![i]!
        const value = masks[task]![i]! > 0 ? valueOf(encoding, target) : NaN
        values[from + i] = value
        if (keep) sample[t]!.values[next] = value
        hash = mixed(hash, [value])
      })
      hashes[from + i] = (hash[0] >>> 0) * 2 ** 21 + (hash[1] >>> 11)
      if (keep) next++
    }
  }
  return {
    name,
    rows: split.rows,
    positions,
    labels,
    hashes,
    constant,
    sample: { positions: kept.map(k => positions[k]!), blocks: matrices, labels: sample },
  }
}

/** At most so many of n positions, at equal distances. */
export function spread(n: number, most: number): Int32Array {
  const count = Math.min(n, most)
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * n) / count))
}

export const classNames = (encoding: LabelEncoding): readonly string[] | null =>
  encoding.kind === 'number' ? null : encoding.kind === 'class' ? encoding.classes : [encoding.negative, encoding.positive]

const columnsFor = (encodings: Readonly<Record<string, LabelEncoding>>, rows: number): LabelColumn[] =>
  Object.entries(encodings).map(([task, encoding]) => ({ task, classes: classNames(encoding), values: new Float64Array(rows) }))

/** Class index, or the number in its own unit. */
function valueOf(encoding: LabelEncoding, target: number): number {
  if (encoding.kind !== 'number') return target
  return (decode(encoding, Float32Array.of(target)) as { readonly value: number }).value
}

type Hash = readonly [number, number]
const start: Hash = [0x811c9dc5, 0x9747b28c]
const bits = new DataView(new ArrayBuffer(4))

/** Two hashes of 32 bits with different multipliers (FNV-1a over the words of the numbers, mixed as in MurmurHash3). */
function mixed([a, b]: Hash, values: ArrayLike<number>): Hash {
  for (let i = 0; i < values.length; i++) {
    bits.setFloat32(0, values[i]!)
    const word = bits.getUint32(0)
    a = Math.imul(a ^ word, 0x01000193)
    a ^= a >>> 15
    b = Math.imul(b ^ word, 0x85ebca6b)
    b = (b << 13) | (b >>> 19)
  }
  return [a, b]
}
