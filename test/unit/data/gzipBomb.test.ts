import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import { open } from '../../../src/data/open'
import { idxFile } from './files'
import { folderWith, problemOf } from './folder'
import { modelOf } from './model'

/** Zeros of 2 GiB and 64 MiB in 2 MB: a gzip file may have many members, and unpacks to all of them. */
function bomb(start: Uint8Array): Buffer {
  const member = gzipSync(Buffer.alloc(2 ** 26))
  return Buffer.concat([gzipSync(start), ...new Array<Buffer>(33).fill(member)])
}

/** @returns the most memory taken by buffers at a time while `work` was done, beyond what was taken before, in MiB */
async function mostMemory(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 5)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  return most / 2 ** 20
}

describe('an archive made to fill the memory', () => {
  it('by gzip is refused by what it unpacks to, without unpacking it into memory', async () => {
    const header = idxFile(8, [33 * 2 ** 26, 1], new Uint8Array())
    const labels = idxFile(8, [20], new Uint8Array(20))
    const folder = folderWith({ 'x.gz': bomb(header), k: labels })
    assert.ok(statSync(join(folder, 'x.gz')).size < 3e6)
    const model = modelOf({
      source: { kind: 'idx', path: 'x.gz', options: { labels: 'k' } },
      inputs: { data: [1] },
      tasks: { k: ['classification', 'labels'] },
    })
    let message = ''
    const memory = await mostMemory(async () => ({ message } = await problemOf(open(model, { folder }))))
    assert.equal(message, 'x.gz unpacks to more than 2 GiB')
    assert.ok(memory < 200, `${Math.round(memory)} MiB`)
  })

  it('of NumPy arrays is refused before the first is unpacked', async () => {
    const member = Buffer.concat([Buffer.from('\x93NUMPY', 'latin1'), Buffer.alloc(1000)])
    const archive = Buffer.from(zipSync({ 'x.npy': member, 'k.npy': member }))
    for (let at = archive.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0; at = archive.indexOf('PK\x01\x02', at + 4, 'latin1'))
      archive.writeUInt32LE(1.5 * 2 ** 30, at + 24)
    const model = modelOf({ source: { kind: 'npz', path: 'b.npz' }, inputs: { x: [1] }, tasks: { k: ['classification', 'k'] } })
    let message = ''
    const memory = await mostMemory(async () => ({ message } = await problemOf(open(model, { folder: folderWith({ 'b.npz': archive }) }))))
    assert.equal(message, 'b.npz is no .npz file (a zip archive of .npy arrays): it unpacks to more than 2 GiB')
    assert.ok(memory < 200, `${Math.round(memory)} MiB`)
  })
})
