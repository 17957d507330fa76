// Writes garments.csv and pictures/*.png from the Debian package dataset-fashion-mnist:
//   node examples/multi-input/make-data.mjs [FOLDER]
// The pictures and kinds are those of Fashion-MNIST (Xiao et al. 2017); the other columns are made up:
//   price = base(kind) · factor(material) · exp(−age / 30) · exp(N(0, 0.08)), age in months from 0 to 36.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import sharp from 'sharp'

const count = 1_500
const seed = 2017
const side = 28
const kinds = ['t-shirt', 'trousers', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'boot']
const base = [18, 45, 40, 60, 110, 35, 30, 70, 55, 95]
const materials = { synthetic: 0.8, cotton: 1, wool: 1.3, leather: 1.6 }

const source = process.argv[2] ?? '/usr/share/datasets/fashion-mnist'
/** IDX: a magic number and the sizes of the axes, big-endian, then bytes. */
const idx = (name, header) => gunzipSync(readFileSync(join(source, name))).subarray(header)
const images = idx('t10k-images-idx3-ubyte.gz', 16)
const labels = idx('t10k-labels-idx1-ubyte.gz', 8)

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
/** Box & Muller 1958. */
const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())

const folder = dirname(fileURLToPath(import.meta.url))
rmSync(join(folder, 'pictures'), { recursive: true, force: true })
mkdirSync(join(folder, 'pictures'))
const lines = ['picture,material,age_months,kind,price']
for (let i = 0; i < count; i++) {
  const material = Object.keys(materials)[Math.floor(uniform() * 4)]
  const age = Math.floor(uniform() * 37)
  const price = base[labels[i]] * materials[material] * Math.exp(-age / 30) * Math.exp(0.08 * normal())
  const picture = `pictures/${String(i).padStart(4, '0')}.png`
  lines.push([picture, material, age, kinds[labels[i]], price.toFixed(2)].join(','))
  const pixels = images.subarray(i * side * side, (i + 1) * side * side)
  await sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
    .png({ compressionLevel: 9 })
    .toFile(join(folder, picture))
}
writeFileSync(join(folder, 'garments.csv'), lines.join('\n') + '\n')
console.log(`${folder}: ${count} garments`)
