import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTensorFile, TensorFileError, writeTensorFile } from '../../../src/runs/safetensors'
import { temporaryFolder } from './temporary'

const tensors = new Map([
  ['dense/kernel', { shape: [2, 3], values: Float32Array.of(1, -2, 3.5, 1e-38, 1 / 3, -0) }],
  ['leer/Größe', { shape: [], values: Float32Array.of(7) }],
  ['empty', { shape: [0, 4], values: new Float32Array(0) }],
])

describe('safetensors', () => {
  const folder = temporaryFolder()
  const path = () => join(folder(), 'weights.safetensors')

  it('gives back what was written, bit by bit', () => {
    writeTensorFile(path(), { metadata: { step: '3', 'what is': 'a "text"\n' }, tensors })
    const read = readTensorFile(path())
    assert.deepEqual(read.metadata, { step: '3', 'what is': 'a "text"\n' })
    assert.deepEqual([...read.tensors], [...tensors])
    assert.ok(Object.is(read.tensors.get('dense/kernel')!.values[5], -0))
  })

  it('has the layout of the format', () => {
    writeTensorFile(path(), { metadata: { step: '3' }, tensors })
    const bytes = readFileSync(path())
    const length = Number(bytes.readBigUInt64LE(0))
    assert.equal(length % 8, 0)
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, unknown>
    assert.deepEqual(header, {
      __metadata__: { step: '3' },
      'dense/kernel': { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
      'leer/Größe': { dtype: 'F32', shape: [], data_offsets: [24, 28] },
      empty: { dtype: 'F32', shape: [0, 4], data_offsets: [28, 28] },
    })
    assert.equal(bytes.length, 8 + length + 28)
    assert.equal(bytes.readFloatLE(8 + length + 8), 3.5)
  })

  it('refuses a file cut short, anywhere', () => {
    writeTensorFile(path(), { metadata: { step: '3' }, tensors })
    const { length } = readFileSync(path())
    for (let size = length - 1; size >= 0; size -= 13) {
      truncateSync(path(), size)
      assert.throws(() => readTensorFile(path()), TensorFileError, `${size} bytes`)
    }
  })

  it('refuses other files', () => {
    writeFileSync(path(), 'this is a text, and not a short one')
    assert.throws(() => readTensorFile(path()), TensorFileError)
  })

  it('keeps the old file where the disk is full', function () {
    if (!existsSync('/dev/full')) this.skip()
    writeTensorFile(path(), { metadata: { step: '1' }, tensors })
    symlinkSync('/dev/full', `${path()}.tmp`)
    assert.throws(() => writeTensorFile(path(), { metadata: { step: '2' }, tensors }), { code: 'ENOSPC' })
    assert.equal(readTensorFile(path()).metadata.step, '1')
    assert.deepEqual(readdirSync(folder()), ['weights.safetensors'])
  })
})
