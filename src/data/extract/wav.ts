/** Samples of a sound file, mixed down to one channel, −1 to 1. */
export interface Sound {
  readonly rate: number
  readonly samples: Float32Array
}

/**
 * A WAV file (RIFF): whole numbers of 8, 16, 24 or 32 bits or floats of 32 or 64, plain or extensible header.
 * @throws RangeError saying what is wrong with the bytes
 */
export function parseWav(bytes: Uint8Array): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const tag = (at: number) => (at + 4 <= bytes.length ? String.fromCharCode(...bytes.subarray(at, at + 4)) : '')
  if (tag(0) !== 'RIFF' || tag(8) !== 'WAVE')
    throw new RangeError("expected a WAV file, found something that does not begin with 'RIFF … WAVE'")
  let format: { kind: number; channels: number; rate: number; bits: number } | null = null
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = tag(at)
    const start = at + 8
    const announced = view.getUint32(at + 4, true)
    // What is written to a pipe can't know its length.
    const size = name === 'data' && announced === 0xffffffff ? bytes.length - start : announced
    if (name === 'fmt ') {
      if (size < 16 || start + size > bytes.length) throw new RangeError('the header of the WAV file is damaged')
      const kind = view.getUint16(start, true)
      format = {
        kind: kind === 0xfffe && size >= 26 ? view.getUint16(start + 24, true) : kind,
        channels: view.getUint16(start + 2, true),
        rate: view.getUint32(start + 4, true),
        bits: view.getUint16(start + 14, true),
      }
    }
    if (name === 'data') {
      if (format === null) throw new RangeError('the WAV file has no header before its samples')
      if (start + size > bytes.length)
        throw new RangeError(`the WAV file is cut off: ${size} bytes of samples are announced, found ${bytes.length - start}`)
      return { rate: format.rate, samples: samplesOf(new DataView(view.buffer, view.byteOffset + start, size), format) }
    }
    at = start + size + (size % 2)
  }
  throw new RangeError('the WAV file holds no samples')
}

function samplesOf(view: DataView, { kind, channels, bits }: { kind: number; channels: number; bits: number }): Float32Array {
  const read = readers[`${kind} ${bits}`]
  if (!read || channels === 0)
    throw new RangeError(
      `the WAV file holds ${channels} channels of format ${kind} with ${bits} bits: PCM of 8, 16, 24 or 32 bits or floats are read`,
    )
  const frame = (channels * bits) / 8
  const samples = new Float32Array(Math.floor(view.byteLength / frame))
  if (samples.length === 0) throw new RangeError('the WAV file holds no samples')
  for (let i = 0; i < samples.length; i++) {
    let sum = 0
    for (let c = 0; c < channels; c++) sum += read(view, i * frame + (c * bits) / 8)
    if (!Number.isFinite(sum)) throw new RangeError(`sample ${i + 1} of the WAV file is no finite number`)
    samples[i] = sum / channels
  }
  return samples
}

const readers: Readonly<Record<string, (view: DataView, at: number) => number>> = {
  '1 8': (v, i) => (v.getUint8(i) - 128) / 2 ** 7,
  '1 16': (v, i) => v.getInt16(i, true) / 2 ** 15,
  '1 24': (v, i) => (v.getUint8(i) + v.getInt16(i + 1, true) * 256) / 2 ** 23,
  '1 32': (v, i) => v.getInt32(i, true) / 2 ** 31,
  '3 32': (v, i) => v.getFloat32(i, true),
  '3 64': (v, i) => v.getFloat64(i, true),
}
