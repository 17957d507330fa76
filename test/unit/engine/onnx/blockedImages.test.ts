import assert from 'node:assert/strict'
import { Random } from '../../../../src/base/random'
import { probeBlockedLayout } from '../../../../src/engine/onnx/blockedLayout'
import { encodeProgram } from '../../../../src/engine/onnx/encodeProgram'
import { loadRuntime, type Runtime } from '../../../../src/engine/onnx/runtime'
import type { Tensor } from '../../../../src/tensor/builder'
import { differentiate } from '../../../../src/tensor/differentiate'
import { size } from '../../../../src/tensor/primitive'
import { Program } from '../../../../src/tensor/program'
import { relativeError } from '../../../conformance/runProgram'

let runtime: Runtime
let block: number

/** Values of all outputs in one layout. @param offset is added to the input 'x' */
function values(program: Program, outputs: readonly Tensor[], imageLayout: 'plain' | 'blocked', offset = 0): Float32Array[] {
  const random = Random.seeded(5, 'blocked')
  const named = new Map(outputs.map((tensor, i) => [`${i}`, tensor]))
  const { model, inputs } = encodeProgram(program, named, { block: imageLayout === 'plain' ? 0 : block, imageLayout })
  const feeds = Object.fromEntries(
    program.operations
      .filter(({ kind }) => kind === 'input')
      .map(({ attributes, output: { shape } }) => {
        const name = attributes.name as string
        const draw = () => random.normal() + (name === 'x' ? offset : 0)
        return [name, runtime.tensor(Float32Array.from({ length: size(shape) }, draw), shape)] as const
      })
      .filter(([name]) => inputs.has(name)),
  )
  const fetches = Object.fromEntries(
    [...named].map(([name, { shape }]) => [name, runtime.tensor(new Float32Array(size(shape)).fill(NaN), shape)]),
  )
  const session = runtime.session(model, 1)
  session.run(feeds, fetches)
  session.dispose()
  return Object.values(fetches).map(({ data }) => data)
}

const encoded = (program: Program, outputs: readonly Tensor[], imageLayout: 'plain' | 'blocked') =>
  Buffer.from(encodeProgram(program, new Map(outputs.map((tensor, i) => [`${i}`, tensor])), { block, imageLayout }).model)

function assertAgree(program: Program, outputs: readonly Tensor[], tolerance = 5e-5): void {
  const [plain, blocked] = [values(program, outputs, 'plain'), values(program, outputs, 'blocked')]
  plain.forEach((expected, i) => {
    const error = relativeError(blocked[i]!, expected)
    assert.ok(error <= tolerance, `output ${i} differs by ${error}`)
  })
}

type Quad = readonly [number, number, number, number]

/** A convolution between two smooth functions, with the gradients of its input, kernel and bias. */
function convolution(
  batch: number,
  channels: number,
  filters: number,
  image: readonly [number, number],
  kernel: number,
  strides: number,
  pads: Quad,
  dilation = 1,
  bias = true,
) {
  const p = new Program()
  const x = p.input('x', [batch, channels, ...image])
  const [w, b] = [p.input('w', [filters, channels, kernel, kernel]), p.input('b', [filters])]
  const geometry = { strides: [strides, strides], pads, dilations: [dilation, dilation] } as const
  const y = p.tanh(p.conv2d(p.tanh(x), w, bias ? b : undefined, geometry))
  const gradients = differentiate(p, [{ output: y, cotangent: p.input('g', y.shape) }], bias ? [x, w, b] : [x, w])
  return { program: p, outputs: [y, ...gradients.map(g => g!)] }
}

describe('images in blocks', () => {
  before(async function () {
    runtime = await loadRuntime()
    block = probeBlockedLayout(runtime)
    if (block === 0) this.skip()
  })

  const geometries: [string, number, number, Quad, number?][] = [
    ['3×3, same', 3, 1, [1, 1, 1, 1]],
    ['3×3, valid', 3, 1, [0, 0, 0, 0]],
    ['3×3, more padding than the kernel reaches', 3, 1, [3, 3, 3, 3]],
    ['5×5, one-sided', 5, 1, [0, 4, 4, 0]],
    ['2×2, as even kernels pad', 2, 1, [0, 0, 1, 1]],
    ['3×3, dilated', 3, 1, [2, 2, 2, 2], 2],
    ['1×1', 1, 1, [0, 0, 0, 0]],
    ['3×3 by twos, as TensorFlow pads', 3, 2, [0, 0, 1, 1]],
    ['3×3 by twos, as PyTorch pads', 3, 2, [1, 1, 1, 1]],
    ['3×3 by twos, valid', 3, 2, [0, 0, 0, 0]],
    ['5×5 by twos', 5, 2, [1, 1, 2, 2]],
    ['2×2 by twos', 2, 2, [0, 0, 0, 0]],
    ['3×3 by threes', 3, 3, [0, 0, 0, 0]],
    ['1×1 by twos', 1, 2, [0, 0, 0, 0]],
    ['1×1 by threes', 1, 3, [0, 0, 0, 0]],
    ['3×3 by twos, dilated', 3, 2, [2, 2, 2, 2], 2],
  ]
  for (const [name, kernel, strides, pads, dilation] of geometries) {
    it(`gives the plain form’s values: ${name}`, () => {
      for (const image of [
        [12, 12],
        [9, 8],
      ] as const) {
        for (const [batch, channels, filters] of [
          [block, block, 2 * block],
          [block, 2 * block, block],
          [block, 3, block],
          [4 * block, block, block],
          [2 * block, block, 2 * block],
        ] as const) {
          const { program, outputs } = convolution(batch, channels, filters, image, kernel, strides, pads, dilation)
          assert.ok(!encoded(program, outputs, 'blocked').equals(encoded(program, outputs, 'plain')))
          assertAgree(program, outputs)
        }
      }
    })
  }

  it('leaves to the plain form what is no whole block, and writes nothing out of bounds', () => {
    for (const [batch, channels, filters] of [
      [block, block + 1, block - 1],
      [block, 1, 4],
      [block, block, block + 4],
      [3, block, block],
      [1, 2 * block, block],
    ] as const) {
      const { program, outputs } = convolution(batch, channels, filters, [7, 7], 3, 1, [1, 1, 1, 1])
      assertAgree(program, outputs)
      if (filters % block !== 0) assert.ok(encoded(program, outputs, 'blocked').equals(encoded(program, outputs, 'plain')))
    }
  })

  /** Batch norm over rows of which the last do not count, a residual sum and a rectifier, with every gradient. */
  function residual() {
    const batch = block
    const p = new Program()
    const shape = [batch, block, 6, 6]
    const [x, skip] = [p.input('x', [batch, block, 8, 8]), p.input('skip', shape)]
    const kernel = p.input('kernel', [block, block, 3, 3])
    const [scale, shift] = ['scale', 'shift'].map(name => p.input(name, [block])) as [Tensor, Tensor]
    const rows = p.constant(Float32Array.from({ length: batch }, (_, i) => Number(i < batch - 2)))
    const count = (batch - 2) * 36
    const perChannel = (values: Tensor) => p.reshape(values, [1, block, 1, 1])
    const sums = (image: Tensor) => p.reshape(p.matmul(p.reshape(rows, [1, batch]), p.sum(image, [2, 3])), [block])
    const h = p.conv2d(x, kernel, undefined, { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1] })
    const mean = p.divide(sums(h), p.constant(count))
    const centred = p.subtract(h, perChannel(mean))
    const variance = p.divide(sums(p.square(centred)), p.constant(count))
    const factor = p.divide(scale, p.sqrt(p.add(variance, p.constant(1e-5))))
    const z = p.add(p.multiply(centred, perChannel(factor)), perChannel(shift))
    const y = p.softplus(p.add(z, skip))
    const output = p.mean(p.relu(p.add(y, skip)), [2, 3])
    const gradients = differentiate(p, [{ output, cotangent: p.input('g', output.shape) }], [x, skip, kernel, scale, shift])
    return { program: p, outputs: [mean, variance, output, ...gradients.map(g => g!)] }
  }

  it('gives the plain form’s values through batch norm, residual sums and pooling', () => {
    const { program, outputs } = residual()
    assertAgree(program, outputs)
  })

  it('gives the plain form’s values where images of one pixel scale whole channels', () => {
    const p = new Program()
    const geometry = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1] } as const
    const [x, kernel, bias] = [p.input('x', [block, block, 5, 5]), p.input('kernel', [block, block, 3, 3]), p.input('bias', [block])]
    const squeeze = p.input('squeeze', [2 * block, block, 1, 1])
    const excite = p.input('excite', [block, 2 * block, 1, 1])
    const last = p.input('last', [block, block, 3, 3])
    const h = p.conv2d(x, kernel, bias, geometry)
    const pooled = p.reshape(p.mean(h, [2, 3]), [block, block, 1, 1])
    const gate = p.sigmoid(p.conv2d(p.tanh(p.conv2d(pooled, squeeze, undefined, geometry)), excite, bias, geometry))
    const single = p.conv2d(p.divide(p.multiply(h, gate), p.add(gate, p.constant(1))), last, bias, geometry)
    const output = p.tanh(p.reshape(p.subtract(single, p.multiply(single, gate)), [block, block]))
    const inputs = [x, kernel, bias, squeeze, excite, last]
    const gradients = differentiate(p, [{ output, cotangent: p.input('g', output.shape) }], inputs)
    assertAgree(p, [output, ...gradients.map(g => g!)], 2e-4)
  })

  it('keeps the variance exact where the mean is far from 0', () => {
    const { program, outputs } = residual()
    const [plain, blocked] = (['plain', 'blocked'] as const).map(layout => values(program, outputs, layout, 1000)) as [
      Float32Array[],
      Float32Array[],
    ]
    const ratio = plain[0]!.map((mean, c) => Math.abs(mean) / Math.sqrt(plain[1]![c]!))
    assert.ok(Math.max(...ratio) > 100, `${Math.max(...ratio)}`)
    assert.ok(relativeError(blocked[1]!, plain[1]!) < 2e-3, `${relativeError(blocked[1]!, plain[1]!)}`)
  })
})
