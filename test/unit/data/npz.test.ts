import assert from 'node:assert/strict'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { zipSync } from 'fflate'
import { open } from '../../../src/data/open'
import { profiles } from '../../../src/data/profile'
import { parseNpy } from '../../../src/data/sources/npy'
import type { ArraysProfile } from '../../../src/ir/profile'
import { folderWith, npy, npzOf, problemOf } from './folder'
import { modelOf } from './model'

const bytes = (...values: number[]) => Uint8Array.from(values)

/** Values [0, 1, -2] or [0, 1, 2] in a dtype, written by DataView, which is not what reads the common case. */
function written(descr: string): Uint8Array {
  const kind = descr.slice(1)
  const size = Number(kind.slice(1))
  const view = new DataView(new ArrayBuffer(3 * size))
  const little = descr[0] !== '>'
  ;[0, 1, kind.startsWith('u') || kind === 'b1' ? 2 : -2].forEach((value, i) => {
    if (kind === 'f8') view.setFloat64(i * size, value, little)
    else if (kind === 'f4') view.setFloat32(i * size, value, little)
    else if (kind === 'f2') view.setUint16(i * size, [0x0000, 0x3c00, 0xc000][i]!, little)
    else if (size === 8) view.setBigInt64(i * size, BigInt(value), little)
    else if (size === 4) view.setInt32(i * size, value, little)
    else if (size === 2) view.setInt16(i * size, value, little)
    else view.setInt8(i, value)
  })
  return new Uint8Array(view.buffer)
}

describe('.npy arrays', () => {
  const names = {
    b1: 'bool',
    u1: 'uint8',
    i1: 'int8',
    u2: 'uint16',
    i2: 'int16',
    u4: 'uint32',
    i4: 'int32',
    u8: 'uint64',
    i8: 'int64',
    f2: 'float16',
    f4: 'float32',
    f8: 'float64',
  }
  for (const [kind, dtype] of Object.entries(names)) {
    for (const order of kind.endsWith('1') ? ['|'] : ['<', '>']) {
      it(`of dtype ${order}${kind}`, () => {
        const array = parseNpy(npy(order + kind, [3], written(order + kind)))
        const last = dtype === 'bool' ? 1 : kind.startsWith('u') ? 2 : -2
        assert.deepEqual([array.dtype, array.shape, Array.from(array.values!, Number)], [dtype, [3], [0, 1, last]])
      })
    }
  }

  it('of half precision, with its special values', () => {
    const data = new Uint8Array(Uint16Array.of(0x3555, 0x0001, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0x8000).buffer)
    const { values } = parseNpy(npy('<f2', [7], data))
    assert.deepEqual([...values!], [0.333251953125, 2 ** -24, 65504, Infinity, -Infinity, NaN, -0])
  })

  it('of versions 1, 2 and 3', () => {
    for (const version of [1, 2, 3]) assert.deepEqual([...parseNpy(npy('|u1', [2], bytes(4, 5), { version })).values!], [4, 5])
    assert.throws(() => parseNpy(npy('|u1', [1], bytes(4), { version: 4 })), new RangeError('its .npy version is 4: 1 to 3 are expected'))
  })

  it('in Fortran order', () => {
    const { values } = parseNpy(npy('|u1', [2, 3, 2], bytes(0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11), { fortran: true }))
    assert.deepEqual([...values!], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  it('that lie or are cut off', () => {
    const cases: [Uint8Array, string][] = [
      [npy('<f4', [1000, 1000], new Uint8Array(8)), 'it is cut off: shape [1000, 1000] of float32 takes 4000000 bytes, found 8'],
      [
        npy('<f4', [2 ** 31, 2 ** 31], new Uint8Array(8)),
        `it is cut off: shape [${2 ** 31}, ${2 ** 31}] of float32 takes ${2 ** 64} bytes, found 8`,
      ],
      [npy('|u1', [2], bytes(1, 2, 3)), 'it is longer than its header says: shape [2] of uint8 takes 2 bytes, found 3'],
      [
        npy('<c16', [1], new Uint8Array(16)),
        "its dtype is '<c16': one of bool, (u)int8, (u)int16, (u)int32, (u)int64, float16, float32, float64 is expected",
      ],
      [npy('|u1', [2], bytes(1, 2)).subarray(0, 30), 'its header is cut off'],
      [bytes(1, 2, 3), 'it is no NumPy array (.npy)'],
      [npy('|u1', [-2], bytes(1, 2)), 'its shape is damaged: (-2,)'],
    ]
    for (const [array, message] of cases) assert.throws(() => parseNpy(array), new RangeError(message))
    const plain = "'descr': '|u1',"
    const fields = "'descr': [('a', '|u1')],"
    const data = Buffer.from(
      Buffer.from(npy('|u1', [1], bytes(1)))
        .toString('latin1')
        .replace(plain, fields),
      'latin1',
    )
    data[8]! += fields.length - plain.length
    assert.throws(
      () => parseNpy(data),
      new RangeError('it is a structured array (with named fields): save each field as an array of its own'),
    )
  })
})

describe('.npz files', () => {
  const images = npy(
    '|u1',
    [20, 2, 2],
    Uint8Array.from({ length: 80 }, (_, i) => i),
  )
  const left = npy('<i8', [20], new Uint8Array(BigInt64Array.from({ length: 20 }, (_, i) => BigInt(i % 2 ? 7 : -3)).buffer))
  const height = npy('<f4', [20, 1], new Uint8Array(Float32Array.from({ length: 20 }, (_, i) => (i === 3 ? NaN : i)).buffer))
  const source = { kind: 'npz', path: 'a.npz', split: { train: 0.5, validation: 0.25, test: 0.25 } }

  it('have a profile', async () => {
    const texts = npy('<U2', [20], new Uint8Array(160))
    const made = Object.values(
      await profiles([{ ...source, options: {} }], folderWith({ 'a.npz': npzOf({ images, left, height, texts }) })),
    )[0] as ArraysProfile
    assert.deepEqual(made, {
      kind: 'arrays',
      rows: 20,
      arrays: [
        { name: 'images', shape: [2, 2], dtype: 'uint8', values: null },
        { name: 'left', shape: [], dtype: 'int64', values: ['-3', '7'] },
        { name: 'height', shape: [1], dtype: 'float32', values: null },
        { name: 'texts', shape: [], dtype: '<U2', values: null },
      ],
    })
  })

  it('become batches: raw values, class indices, standardised numbers', async () => {
    const folder = folderWith({ 'a.npz': npzOf({ images, left, height }) })
    const model = modelOf({
      source,
      inputs: { images: [2, 2, 1] },
      tasks: { side: ['classification', 'left'], odd: ['binary', 'left'], size: ['regression', 'height'] },
    })
    const data = await open(model, { folder })
    assert.deepEqual(data.preprocessing.labels.side, { kind: 'class', column: 'left', classes: ['-3', '7'] })
    assert.deepEqual(data.preprocessing.features, { images: { kind: 'array', array: 'images', shape: [2, 2, 1] } })
    const size = data.preprocessing.labels.size as { mean: number; deviation: number }
    let seen = 0
    for (const split of [data.train, data.validation, data.test]) {
      const { inputs, targets, masks } = split.batch(
        Array.from({ length: split.rows }, (_, i) => i),
        split.rows,
      )
      for (let i = 0; i < split.rows; i++) {
        const row = inputs.images![4 * i]! / 4
        seen += 2 ** row
        assert.deepEqual(
          [...inputs.images!.subarray(4 * i, 4 * i + 4)],
          [0, 1, 2, 3].map(j => row * 4 + j),
        )
        assert.deepEqual([targets.side![i], targets.odd![i], masks.size![i]], [row % 2, row % 2, row === 3 ? 0 : 1])
        if (row !== 3) assert.ok(Math.abs(targets.size![i]! * size.deviation + size.mean - row) < 1e-5)
      }
    }
    assert.equal(seen, 2 ** 20 - 1)
  })

  const cases: Record<string, [content: Uint8Array, message: string]> = {
    'no archive': [
      Buffer.from('hello, world, this is no archive'),
      'a.npz is no .npz file (a zip archive of .npy arrays): invalid zip data',
    ],
    'an empty archive': [zipSync({}), 'a.npz holds no arrays'],
    'another number of rows': [
      npzOf({ images, left: npy('|u1', [19], new Uint8Array(19)) }),
      "a.npz: array 'left' has 19 rows but 'images' has 20; the first axis must count the rows",
    ],
    'a single value': [
      npzOf({ images, n: npy('|u1', [], bytes(1)) }),
      "a.npz, array 'n': it is a single value; the first axis must count the rows",
    ],
    'a damaged member': [zipSync({ 'images.npy': bytes(1, 2) }), "a.npz, array 'images': it is no NumPy array (.npy)"],
    'a missing array': [npzOf({ imagos: images, left }), "a.npz has no array 'images'; did you mean 'imagos'?"],
    'another size of images': [
      npzOf({ images: npy('|u1', [20, 3, 2], new Uint8Array(120)), left }),
      "a.npz, array 'images': rows have shape [3, 2], the input expects [2, 2, 1]",
    ],
    'a value that is not finite': [
      npzOf({
        images: npy('<f4', [20, 2, 2], new Uint8Array(Float32Array.from({ length: 80 }, (_, i) => (i === 41 ? Infinity : 0)).buffer)),
        left,
      }),
      "a.npz, row 11, array 'images': expected a finite number, found Infinity",
    ],
    'Python objects as labels': [
      npzOf({ images, left: npy('|O', [20], bytes(0x80)) }),
      "a.npz, array 'left': expected numbers, found Python objects (dtype |O)",
    ],
    'fractions as classes': [npzOf({ images, left: height }), "a.npz, array 'left': classes are whole numbers, found float32"],
    'labels of several values': [
      npzOf({ images, left: images }),
      "a.npz, array 'left' (task 'side'): a label has one value per row, found shape [20, 2, 2]",
    ],
  }
  for (const [name, [content, message]] of Object.entries(cases)) {
    it(`are refused: ${name}`, async () => {
      const model = modelOf({ source, inputs: { images: [2, 2, 1] }, tasks: { side: ['classification', 'left'] } })
      assert.equal((await problemOf(open(model, { folder: folderWith({ 'a.npz': content }) }))).message, message)
    })
  }

  it('are refused where they claim to unpack to more than the memory', async () => {
    const archive = npzOf({ images })
    const view = new DataView(archive.buffer, archive.byteOffset)
    for (let i = 0; i < archive.length - 4; i++) if (view.getUint32(i, true) === 0x02014b50) view.setUint32(i + 24, 0xfffffff0, true)
    const model = modelOf({ source, inputs: { images: [2, 2, 1] }, tasks: { side: ['classification', 'left'] } })
    const { message } = await problemOf(open(model, { folder: folderWith({ 'a.npz': archive }) }))
    assert.equal(message, 'a.npz is no .npz file (a zip archive of .npy arrays): it unpacks to more than 2 GiB')
  })

  it('agree with NumPy', async function () {
    const folder = folderWith({})
    const script = `
import numpy as np
a = np.arange(24, dtype='>i4').reshape(4, 3, 2)
np.savez_compressed('${join(folder, 'n.npz')}', c=a, fortran=np.asfortranarray(a), half=a.astype('f2'), flag=a[:, 0, 0] > 6, big=a.astype('u8'))`
    const run = spawnSync('/usr/bin/python3', ['-c', script])
    if (run.status !== 0) {
      console.log('      skipped: python3 with numpy is not there')
      return this.skip()
    }
    const model = modelOf({
      source: { ...source, path: 'n.npz', split: { train: 0.5, validation: 0.25, test: 0.25 } },
      inputs: { c: [3, 2], fortran: [6], half: [3, 2, 1], big: [3, 2] },
      tasks: { flag: ['regression', 'flag'] },
    })
    const data = await open(model, { folder })
    const { inputs } = data.test.batch([0], 1)
    const first = inputs.c![0]!
    for (const name of ['c', 'fortran', 'half', 'big'])
      assert.deepEqual(
        [...inputs[name]!],
        [0, 1, 2, 3, 4, 5].map(i => first + i),
        name,
      )
    writeFileSync(join(folder, 'done'), '')
  })
})
