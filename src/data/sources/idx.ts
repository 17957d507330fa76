import { text } from '../../base/options'
import type { NamedArray, NumberArray, SourceDefinition, SourceFile } from '../source'

export const idx: SourceDefinition = {
  kind: 'idx',
  doc: 'An array in an IDX file, the format of MNIST; the first axis counts the rows. It is named `data`; the file named under `labels` gives the array `labels`.',
  example: "idx('train-images-idx3-ubyte.gz', { labels: 'train-labels-idx1-ubyte.gz' })",
  options: { labels: text('IDX file with the label of each row, next to the first.') },
  form: 'arrays',
  files: ({ labels }) => (typeof labels === 'string' ? [labels] : []),

  async arrays(file) {
    const data: NamedArray = { name: 'data', ...(await read(file)) }
    if (file.options.labels === undefined) return [data]
    const other = await file.beside(file.options.labels as string)
    const labels: NamedArray = { name: 'labels', ...(await read(other)) }
    if (labels.shape[0] !== data.shape[0])
      throw other.fail(` has ${labels.shape[0]} rows but ${file.name} has ${data.shape[0]}: each row has one label`)
    return [data, labels]
  },
}

const types: Readonly<
  Record<
    number,
    {
      readonly dtype: string
      readonly bytes: number
      readonly make: (n: number) => NumberArray
      readonly read: (v: DataView, i: number) => number
    }
  >
> = {
  0x08: { dtype: 'uint8', bytes: 1, make: n => new Uint8Array(n), read: (v, i) => v.getUint8(i) },
  0x09: { dtype: 'int8', bytes: 1, make: n => new Int8Array(n), read: (v, i) => v.getInt8(i) },
  0x0b: { dtype: 'int16', bytes: 2, make: n => new Int16Array(n), read: (v, i) => v.getInt16(i) },
  0x0c: { dtype: 'int32', bytes: 4, make: n => new Int32Array(n), read: (v, i) => v.getInt32(i) },
  0x0d: { dtype: 'float32', bytes: 4, make: n => new Float32Array(n), read: (v, i) => v.getFloat32(i) },
  0x0e: { dtype: 'float64', bytes: 8, make: n => new Float64Array(n), read: (v, i) => v.getFloat64(i) },
}

/** LeCun's format: two zero bytes, type, number of axes, sizes, values; all big-endian. Headers are not trusted. */
async function read(file: SourceFile): Promise<Omit<NamedArray, 'name'>> {
  const bytes = await file.bytes()
  const type = types[bytes[2]!]
  const axes = bytes[3]!
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || type === undefined)
    throw file.fail(' is no IDX file: its first bytes are not 0, 0 and the code of a number type')
  if (axes === 0) throw file.fail(' holds a single value: the first axis must count the rows')
  const start = 4 + 4 * axes
  if (bytes.length < start) throw file.fail(`: its header is cut off: ${axes} axes are announced`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis))
  const length = shape.reduce((n, d) => n * d, 1)
  const found = bytes.length - start
  if (!Number.isSafeInteger(length * type.bytes) || length * type.bytes !== found) {
    const difference = length * type.bytes > found ? 'is cut off' : 'is longer than its header says'
    throw file.fail(` ${difference}: shape [${shape.join(', ')}] of ${type.dtype} takes ${length * type.bytes} bytes, found ${found}`)
  }
  if (shape[0] === 0) throw file.fail(' holds no rows')
  if (type.dtype === 'uint8') return { shape, dtype: 'uint8', values: bytes.slice(start) }
  const values = type.make(length)
  for (let i = 0; i < length; i++) values[i] = type.read(view, start + i * type.bytes)
  return { shape, dtype: type.dtype, values }
}
