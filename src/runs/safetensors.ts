import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { writeAll, writeAtomically } from './atomic'

/**
 * The safetensors format (huggingface/safetensors): 8 bytes with the header's length, little-endian; a JSON header
 * `{ "__metadata__": { text: text }, name: { dtype, shape, data_offsets: [begin, end] } }`, padded with blanks to a multiple
 * of 8; then the tensors' bytes, row-major and little-endian, without gaps.
 */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

export interface StoredTensor {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

export class TensorFileError extends Error {}

interface TensorHeader {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

const longestHeader = 100_000_000

/** Writes to a temporary name, syncs and renames: a reader never sees a part of it. */
export function writeTensorFile(path: string, { metadata, tensors }: TensorFile): void {
  const header: Record<string, TensorHeader | Readonly<Record<string, string>>> = { __metadata__: metadata }
  let offset = 0
  for (const [name, { shape, values }] of tensors) {
    if (shape.reduce((n, d) => n * d, 1) !== values.length)
      throw new TensorFileError(`tensor ${name} has ${values.length} values, not [${shape.join(', ')}]`)
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, (offset += values.byteLength)] }
  }
  const json = Buffer.from(JSON.stringify(header))
  const length = Math.ceil(json.length / 8) * 8
  const start = Buffer.alloc(8 + length, ' ')
  start.writeBigUInt64LE(BigInt(length), 0)
  json.copy(start, 8)
  writeAtomically(path, file => {
    writeAll(file, start)
    for (const { values } of tensors.values()) writeAll(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  })
}

/** @throws TensorFileError where the file is not a whole safetensors file of float32 values */
export function readTensorFile(path: string): TensorFile {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    if (size < 8) throw new TensorFileError(`${path} is no safetensors file: it has ${size} bytes`)
    const length = Number(readExactly(file, 0, 8, path).readBigUInt64LE())
    if (length > longestHeader || 8 + length > size) throw new TensorFileError(`${path} is no safetensors file: its header does not fit`)
    const header = parseHeader(readExactly(file, 8, length, path).toString('utf8'), path)
    const tensors = new Map<string, StoredTensor>()
    for (const [
      name,
      {
        dtype,
        shape,
        data_offsets: [begin, end],
      },
    ] of header.tensors) {
      const bytes = shape.reduce((n, d) => n * d, 1) * 4
      if (dtype !== 'F32') throw new TensorFileError(`${path}: tensor ${name} is ${dtype}; only F32 is read`)
      if (end - begin !== bytes || begin < 0 || 8 + length + end > size)
        throw new TensorFileError(`${path}: tensor ${name} does not fit its place`)
      const values = new Float32Array(bytes / 4)
      readExactly(file, 8 + length + begin, bytes, path).copy(new Uint8Array(values.buffer))
      tensors.set(name, { shape, values })
    }
    return { metadata: header.metadata, tensors }
  } finally {
    closeSync(file)
  }
}

function parseHeader(text: string, path: string): { metadata: Record<string, string>; tensors: [string, TensorHeader][] } {
  let header: Record<string, unknown>
  try {
    header = JSON.parse(text) as typeof header
  } catch {
    throw new TensorFileError(`${path} is no safetensors file: its header is not JSON`)
  }
  const { __metadata__: metadata = {}, ...tensors } = header
  return { metadata: metadata as Record<string, string>, tensors: Object.entries(tensors) as [string, TensorHeader][] }
}

function readExactly(file: number, position: number, bytes: number, path: string): Buffer {
  const buffer = Buffer.alloc(bytes)
  for (let done = 0; done < bytes;) {
    const read = readSync(file, buffer, done, Math.min(bytes - done, 1 << 30), position + done)
    if (read === 0) throw new TensorFileError(`${path} ends too early`)
    done += read
  }
  return buffer
}
