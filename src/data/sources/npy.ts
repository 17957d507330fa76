import type { NumberArray } from '../source'

/**
 * One array in NumPy's .npy format, versions 1 to 3 (numpy.lib.format, NEP 1). Headers are not trusted: the data must be
 * exactly as long as the header says.
 */
export interface Npy {
  readonly shape: readonly number[]
  /** 'uint8', 'float32', …; as in the header ('<U7', '|O') where the array holds no numbers. */
  readonly dtype: string
  /** Row-major, native byte order; float16 as float32, bool as 0 and 1. Null where the array holds no numbers. */
  readonly values: NumberArray | null
}

interface Kind {
  readonly dtype: string
  readonly bytes: number
  make(length: number): NumberArray
  read(view: DataView, offset: number, little: boolean): number | bigint
}

const kinds: Readonly<Record<string, Kind>> = {
  b1: { dtype: 'bool', bytes: 1, make: n => new Uint8Array(n), read: (v, i) => (v.getUint8(i) === 0 ? 0 : 1) },
  u1: { dtype: 'uint8', bytes: 1, make: n => new Uint8Array(n), read: (v, i) => v.getUint8(i) },
  i1: { dtype: 'int8', bytes: 1, make: n => new Int8Array(n), read: (v, i) => v.getInt8(i) },
  u2: { dtype: 'uint16', bytes: 2, make: n => new Uint16Array(n), read: (v, i, e) => v.getUint16(i, e) },
  i2: { dtype: 'int16', bytes: 2, make: n => new Int16Array(n), read: (v, i, e) => v.getInt16(i, e) },
  u4: { dtype: 'uint32', bytes: 4, make: n => new Uint32Array(n), read: (v, i, e) => v.getUint32(i, e) },
  i4: { dtype: 'int32', bytes: 4, make: n => new Int32Array(n), read: (v, i, e) => v.getInt32(i, e) },
  i8: { dtype: 'int64', bytes: 8, make: n => new BigInt64Array(n), read: (v, i, e) => v.getBigInt64(i, e) },
  u8: { dtype: 'uint64', bytes: 8, make: n => new BigUint64Array(n), read: (v, i, e) => v.getBigUint64(i, e) },
  f2: { dtype: 'float16', bytes: 2, make: n => new Float32Array(n), read: (v, i, e) => half(v.getUint16(i, e)) },
  f4: { dtype: 'float32', bytes: 4, make: n => new Float32Array(n), read: (v, i, e) => v.getFloat32(i, e) },
  f8: { dtype: 'float64', bytes: 8, make: n => new Float64Array(n), read: (v, i, e) => v.getFloat64(i, e) },
}

/** @throws RangeError saying what is wrong with the bytes */
export function parseNpy(bytes: Uint8Array): Npy {
  const { descr, fortran, shape, start } = parseHeader(bytes)
  const match = /^([<>|=])?([a-zA-Z])(\d+)$/.exec(descr)
  if (/^[<>|=]?[OSUaV]\d*$/.test(descr)) return { shape, dtype: descr, values: null }
  const kind = match ? kinds[match[2]! + match[3]!] : undefined
  if (!match || !kind)
    throw new RangeError(
      `its dtype is '${descr}': one of bool, (u)int8, (u)int16, (u)int32, (u)int64, float16, float32, float64 is expected`,
    )
  const length = shape.reduce((n, d) => n * d, 1)
  const found = bytes.length - start
  if (!Number.isSafeInteger(length * kind.bytes) || length * kind.bytes !== found) {
    const difference = length * kind.bytes > found ? 'is cut off' : 'is longer than its header says'
    throw new RangeError(
      `it ${difference}: shape [${shape.join(', ')}] of ${kind.dtype} takes ${length * kind.bytes} bytes, found ${found}`,
    )
  }
  return { shape, dtype: kind.dtype, values: readValues(bytes.subarray(start), kind, match[1] !== '>', fortran ? shape : null, length) }
}

function parseHeader(bytes: Uint8Array): { descr: string; fortran: boolean; shape: number[]; start: number } {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) throw new RangeError('it is no NumPy array (.npy)')
  const version = bytes[6]!
  if (version < 1 || version > 3) throw new RangeError(`its .npy version is ${version}: 1 to 3 are expected`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const from = version === 1 ? 10 : 12
  const start = from + (version === 1 ? view.getUint16(8, true) : bytes.length < 12 ? Infinity : view.getUint32(8, true))
  if (start > bytes.length) throw new RangeError('its header is cut off')
  let header = ''
  for (let i = from; i < start; i++) header += String.fromCharCode(bytes[i]!)
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1]
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1]
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1]
  if (descr === undefined && /'descr':\s*\[/.test(header))
    throw new RangeError('it is a structured array (with named fields): save each field as an array of its own')
  if (descr === undefined || fortran === undefined || shape === undefined) throw new RangeError('its header is damaged')
  const sizes = shape
    .split(',')
    .map(size => size.trim())
    .filter(size => size !== '')
  if (sizes.some(size => !/^\d+L?$/.test(size))) throw new RangeError(`its shape is damaged: (${shape})`)
  return { descr, fortran: fortran === 'True', shape: sizes.map(size => parseInt(size, 10)), start }
}

/** @param fortran the shape, where the first index runs fastest */
function readValues(data: Uint8Array, kind: Kind, little: boolean, fortran: readonly number[] | null, length: number): NumberArray {
  const values = kind.make(length)
  if (little && (fortran === null || fortran.length < 2) && kind.dtype !== 'bool' && kind.dtype !== 'float16') {
    // The common case: the bytes are the array already (all machines this runs on are little-endian).
    new Uint8Array(values.buffer).set(data)
    return values
  }
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  if (fortran === null || fortran.length < 2) {
    for (let i = 0; i < length; i++) values[i] = kind.read(view, i * kind.bytes, little)
    return values
  }
  const strides = fortran.map((_, axis) => fortran.slice(0, axis).reduce((n, d) => n * d, 1))
  const index = fortran.map(() => 0)
  let offset = 0
  for (let i = 0; i < length; i++) {
    values[i] = kind.read(view, offset * kind.bytes, little)
    for (let axis = index.length - 1; axis >= 0; axis--) {
      offset += strides[axis]!
      if (++index[axis]! < fortran[axis]!) break
      offset -= strides[axis]! * fortran[axis]!
      index[axis] = 0
    }
  }
  return values
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
