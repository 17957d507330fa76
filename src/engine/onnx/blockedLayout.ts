import { Random } from '../../base/random'
import type { Tensor } from '../../tensor/builder'
import { size as elements } from '../../tensor/primitive'
import { Program } from '../../tensor/program'
import { encodeProgram } from './encodeProgram'
import { blocked, OnnxGraph } from './onnxGraph'
import type { Runtime } from './runtime'

/**
 * ONNX Runtime's CPU provider has convolutions over a blocked channel layout [n, c/block, h, w, block] (domain
 * com.microsoft.nchwc), which it uses by itself only for constant weights. A graph may call them with weights that are fed,
 * but they are an inner interface: the block's size depends on the processor, and channels that are no multiple of it are
 * written out of bounds without an error. So every use is guarded (lowering/conv.ts), and none is made unless this probe
 * finds the size and equal results.
 * @returns channels per block, 8 or 16; 0 where the layout is not to be used
 */
export function probeBlockedLayout(runtime: Runtime): number {
  try {
    const block = blockSize(runtime)
    if (block === 0) return 0
    const [plain, fast] = [convolution(runtime, block, 0), convolution(runtime, block, block)]
    return plain.every((values, k) => equal(values, fast[k]!)) ? block : 0
  } catch {
    return 0
  }
}

function equal(a: Float32Array, b: Float32Array): boolean {
  const scale = Math.max(...a.map(Math.abs))
  return a.every((value, i) => Math.abs(value - b[i]!) <= 1e-5 * scale)
}

/** Reorders 16 channels of two pixels and looks where they end up. */
function blockSize(runtime: Runtime): number {
  const graph = new OnnxGraph()
  const shape = [1, 16, 1, 2]
  graph.output('y', graph.node('ReorderInput', [graph.input('x', shape)], {}, blocked), shape)
  const y = new Float32Array(32)
  const session = runtime.session(graph.encode(), 1)
  session.run(
    {
      x: runtime.tensor(
        Float32Array.from(y, (_, i) => i),
        shape,
      ),
    },
    { y: runtime.tensor(y, shape) },
  )
  session.dispose()
  const inBlocksOf = (block: number) =>
    y.every((value, i) => value === (Math.floor(i / (2 * block)) * block + (i % block)) * 2 + (Math.floor(i / block) % 2))
  return [8, 16].find(inBlocksOf) ?? 0
}

/** A small convolution with a filter count that needs padding, and its weight gradient. */
function convolution(runtime: Runtime, size: number, block: number): Float32Array[] {
  const [batch, channels, filters] = [2 * size, 5, size + 4]
  const program = new Program()
  const geometry = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1] }
  const leaves = { x: [batch, channels, 7, 6], kernel: [filters, channels, 3, 3], bias: [filters], g: [batch, filters, 5, 4] }
  const [x, kernel, bias, g] = Object.entries(leaves).map(([name, shape]) => program.input(name, shape)) as [Tensor, Tensor, Tensor, Tensor]
  const outputs = new Map([
    ['y', program.emit('conv2d', [x, kernel, bias], geometry)],
    ['gradient', program.emit('conv2dKernelGradient', [x, g], { ...geometry, shape: kernel.shape })],
  ])
  const random = Random.seeded(1, 'probe')
  const draw = (shape: readonly number[]) => Float32Array.from({ length: elements(shape) }, () => random.uniform() - 0.5)
  const feeds = Object.fromEntries(Object.entries(leaves).map(([name, shape]) => [name, runtime.tensor(draw(shape), shape)]))
  const fetches = Object.fromEntries(
    [...outputs].map(([name, { shape }]) => [name, runtime.tensor(new Float32Array(elements(shape)), shape)]),
  )
  const session = runtime.session(encodeProgram(program, outputs, block).model, 1)
  session.run(feeds, fetches)
  session.dispose()
  return Object.values(fetches).map(tensor => tensor.data)
}
