// Writes multi-fashion.npz from the Debian package dataset-fashion-mnist:
//   node examples/multi-fashion/make-data.mjs [FOLDER]
// The recipe of Sener & Koltun 2018 (section 5.1; after Sabour et al. 2017), on Fashion-MNIST: each image gets a random
// partner; the two are put on a 36×36 canvas, 28×28 each, at the top left (0, 0) and at the bottom right (6, 6); where
// they overlap the brighter pixel stays; the canvas is resized to 28×28 (bilinear, pixel centres aligned, no antialiasing).
// Every image of the source is used at most once, so that no part of a random split has seen one of another part's images.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { zipSync } from 'fflate'

const count = 13_000
const seed = 2018
const [side, canvas, shift] = [28, 36, 6]

const source = process.argv[2] ?? '/usr/share/datasets/fashion-mnist'
/** IDX: a magic number and the sizes of the axes, big-endian, then bytes. */
const idx = (name, header) => gunzipSync(readFileSync(join(source, name))).subarray(header)
const images = idx('train-images-idx3-ubyte.gz', 16)
const labels = idx('train-labels-idx1-ubyte.gz', 8)

/** mulberry32 (Tommy Ettinger): uniform in [0, 1). */
function generator(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const uniform = generator(seed)
const order = Uint32Array.from(labels.keys())
for (let i = order.length - 1; i > 0; i--) {
  const j = Math.floor(uniform() * (i + 1))
  ;[order[i], order[j]] = [order[j], order[i]]
}

/** For each output pixel along one axis: the two canvas pixels it lies between, and the share of the second. */
const taps = Array.from({ length: side }, (_, i) => {
  const at = ((i + 0.5) * canvas) / side - 0.5
  const low = Math.min(Math.max(Math.floor(at), 0), canvas - 2)
  return { low, share: Math.min(Math.max(at - low, 0), 1) }
})

const area = side * side
const image = new Uint8Array(count * area)
const left = new Uint8Array(count)
const right = new Uint8Array(count)
const board = new Uint8Array(canvas * canvas)
for (let n = 0; n < count; n++) {
  const [first, second] = [order[2 * n], order[2 * n + 1]]
  board.fill(0)
  for (const [from, offset] of [
    [first, 0],
    [second, shift],
  ]) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const at = (y + offset) * canvas + x + offset
        board[at] = Math.max(board[at], images[from * area + y * side + x])
      }
    }
  }
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [v, h] = [taps[y], taps[x]]
      const row = at => board[at * canvas + h.low] * (1 - h.share) + board[at * canvas + h.low + 1] * h.share
      image[n * area + y * side + x] = Math.round(row(v.low) * (1 - v.share) + row(v.low + 1) * v.share)
    }
  }
  left[n] = labels[first]
  right[n] = labels[second]
}

/** NumPy's format, version 1.0: the header is padded so that the data begins at a multiple of 64 bytes. */
function npy(values, shape) {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`
  const header = text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11) + '\n'
  const magic = [0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8]
  return Buffer.concat([Buffer.from(magic), Buffer.from(header, 'latin1'), values])
}

const arrays = { 'image.npy': npy(image, [count, side, side]), 'left.npy': npy(left, [count]), 'right.npy': npy(right, [count]) }
const target = join(dirname(fileURLToPath(import.meta.url)), 'multi-fashion.npz')
const archive = zipSync(arrays, { level: 9, mtime: '2018-10-10' })
writeFileSync(target, archive)
console.log(`${target}: ${count} images, ${(archive.length / 1e6).toFixed(2)} MB`)
