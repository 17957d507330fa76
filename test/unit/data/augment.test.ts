import assert from 'node:assert/strict'
import type { Options } from '../../../src/base/options'
import { Random } from '../../../src/base/random'
import { Augmenter } from '../../../src/data/augment'
import { beta } from '../../../src/data/augmentations/mixup'
import { augmentationOf } from '../../../src/data/augmentations/table'
import type { Batch } from '../../../src/ir/batch'
import { modelOf } from './model'

const [height, width, channels] = [6, 5, 3]
const picture = () => Float32Array.from({ length: height * width * channels }, (_, i) => i + 1)

function changed(kind: string, options: Options, seed: number, values = picture(), most: number | null = null): Float32Array {
  augmentationOf(kind)!.image!({ values, height, width, channels, most }, options, Random.seeded(seed), new Float32Array(values.length))
  return values
}
const seeds = Array.from({ length: 200 }, (_, seed) => seed)
const at = (values: Float32Array, y: number, x: number, c = 0) => values[(y * width + x) * channels + c]!

describe('augmentation', () => {
  it('flip mirrors, and by lot', () => {
    const mirrored = changed('flip', { horizontal: true, vertical: false, probability: 1 }, 0)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++) assert.equal(at(mirrored, y, x, c), at(picture(), y, width - 1 - x, c))
    const over = changed('flip', { horizontal: false, vertical: true, probability: 1 }, 0)
    assert.equal(at(over, 0, 2, 1), at(picture(), height - 1, 2, 1))
    const times = seeds.filter(seed => changed('flip', { horizontal: true, vertical: false, probability: 0.5 }, seed)[0] !== 1).length
    assert.ok(times > 70 && times < 130, `${times} of 200`)
  })

  it('crop moves by whole pixels, and every move occurs', () => {
    const moves = new Set<string>()
    for (const seed of seeds) {
      const out = changed('crop', { padding: 1 }, seed)
      const fits = [-1, 0, 1]
        .flatMap(down => [-1, 0, 1].map(right => [down, right] as const))
        .filter(([down, right]) =>
          Array.from({ length: height * width }, (_, i) => [Math.floor(i / width), i % width] as const).every(([y, x]) => {
            const [fromY, fromX] = [y + down, x + right]
            const inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width
            return at(out, y, x, 2) === (inside ? at(picture(), fromY, fromX, 2) : 0)
          }),
        )
      assert.equal(fits.length, 1)
      moves.add(fits[0]!.join())
    }
    assert.equal(moves.size, 9)
  })

  it('rotate keeps the centre, and a half turn is a half turn', () => {
    const size = 5
    const square = () => Float32Array.from({ length: size * size }, (_, i) => i + 1)
    const turned = square()
    // uniform() = 1 gives the largest angle.
    const random = { uniform: () => 1 } as unknown as Random
    augmentationOf('rotate')!.image!(
      { values: turned, height: size, width: size, channels: 1, most: null },
      { degrees: 180 },
      random,
      new Float32Array(size * size),
    )
    square()
      .reverse()
      .forEach((value, i) => assert.ok(Math.abs(turned[i]! - value) < 1e-4))
    for (const seed of seeds.slice(0, 20)) {
      const values = square()
      augmentationOf('rotate')!.image!(
        { values, height: size, width: size, channels: 1, most: null },
        { degrees: 30 },
        Random.seeded(seed),
        new Float32Array(size * size),
      )
      assert.ok(Math.abs(values[12]! - 13) < 1e-4)
      assert.ok(values.some((value, i) => Math.abs(value - i - 1) > 0.01))
    }
  })

  it('colour changes by factors within its reach, and stays within what a pixel may be', () => {
    for (const seed of seeds) {
      const out = changed('colour', { brightness: 0.2, contrast: 0, saturation: 0 }, seed)
      const factor = out[0]! / 1
      assert.ok(factor >= 0.8 && factor <= 1.2)
      out.forEach((value, i) => assert.ok(Math.abs(value - factor * (i + 1)) < 1e-3))
      assert.ok(
        changed('colour', { brightness: 1, contrast: 1, saturation: 1 }, seed, picture(), 60).every(value => value >= 0 && value <= 60),
      )
    }
    const grey = changed('colour', { brightness: 0, contrast: 0, saturation: 1 }, 4)
    const luminance = (v: Float32Array) => 0.299 * v[0]! + 0.587 * v[1]! + 0.114 * v[2]!
    assert.ok(Math.abs(luminance(grey) - luminance(picture())) < 1e-4)
  })

  it('cutout blanks a square', () => {
    const sizes = new Set<number>()
    for (const seed of seeds) {
      const out = changed('cutout', { size: 3 }, seed)
      sizes.add(out.filter(value => value === 0).length / channels)
      out.forEach((value, i) => assert.ok(value === 0 || value === i + 1))
    }
    assert.ok(sizes.has(9) && Math.max(...sizes) === 9 && Math.min(...sizes) >= 4)
  })

  const batch = (): Batch => ({
    rows: 5,
    inputs: { image: Float32Array.from({ length: 6 * 4 }, (_, i) => i), other: Float32Array.from({ length: 6 }, (_, i) => 10 * i) },
    targets: { a: Float32Array.of(0, 1, 2, 0, 1, 0) },
    masks: { a: Float32Array.of(1, 1, 0, 1, 1, 0) },
  })

  it('mixup mixes pairs in all inputs and shares the labels out', () => {
    const mixed = batch()
    augmentationOf('mixup')!.rows!(
      { rows: 5, inputs: Object.values(mixed.inputs), masks: Object.values(mixed.masks) },
      { alpha: 1 },
      Random.seeded(5),
    )
    const { a } = mixed.masks
    assert.ok(Math.abs(a![0]! + a![1]! - 1) < 1e-6)
    assert.equal(a![2], 0)
    assert.deepEqual([a![4], mixed.inputs.other![4]], [1, 40], 'a row without a partner stays as it is')
    const { image, other } = mixed.inputs
    assert.deepEqual(image!.subarray(0, 4), image!.subarray(4, 8))
    for (let i = 0; i < 4; i++) assert.ok(Math.abs(image![i]! - (a![0]! * i + a![1]! * (i + 4))) < 1e-5)
    assert.ok(Math.abs(other![0]! - a![1]! * 10) < 1e-5)
  })

  it('shares are drawn from Beta(α, α)', () => {
    for (const alpha of [0.2, 1, 3]) {
      const random = Random.seeded(9)
      const drawn = Array.from({ length: 20_000 }, () => beta(alpha, random))
      const mean = drawn.reduce((a, b) => a + b) / drawn.length
      const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length
      assert.ok(Math.abs(mean - 0.5) < 0.01 && Math.abs(variance - 1 / (4 * (2 * alpha + 1))) < 0.005, `${alpha}: ${mean}, ${variance}`)
    }
  })

  it('depends on seed and step alone', () => {
    const graph = modelOf({ source: { kind: 'npz', path: 'a.npz' }, inputs: { image: [2, 2, 1] }, tasks: {} })
    const augment: Options[] = [
      { kind: 'crop', options: { padding: 1 } },
      { kind: 'colour', options: { brightness: 0.5, contrast: 0, saturation: 0 } },
    ]
    const nodes = graph.nodes.map(node => ({ ...node, options: { ...node.options, augment } }))
    const after = (seed: number, step: number) => {
      const changed = batch()
      Augmenter.of({ ...graph, nodes }, seed)!.apply(changed, step)
      return [...changed.inputs.image!]
    }
    assert.deepEqual(after(1, 7), after(1, 7))
    assert.notDeepEqual(after(1, 7), after(1, 8))
    assert.notDeepEqual(after(1, 7), after(2, 7))
    assert.deepEqual(after(1, 7).slice(20), [20, 21, 22, 23], 'what fills up a batch stays as it is')
    assert.equal(Augmenter.of(graph, 1), null)
  })
})
