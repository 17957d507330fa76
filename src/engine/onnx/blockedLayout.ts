import { Random } from '../../base/random'
import type { Tensor } from '../../tensor/builder'
import { size as elements } from '../../tensor/primitive'
import { differentiate } from '../../tensor/differentiate'
import { Program } from '../../tensor/program'
import type { ImageLayout } from '../engine'
import { encodeProgram } from './encodeProgram'
import { blocked, OnnxGraph } from './onnxGraph'
import type { Runtime } from './runtime'

/**
 * ONNX Runtime's CPU provider has convolutions over a blocked channel layout [n, c/block, h, w, block] (domain
 * com.microsoft.nchwc), which it uses by itself only for constant weights. A graph may call them with weights that are fed,
 * but they are an inner interface: the block's size depends on the processor, and channels that are no multiple of it are
 * written out of bounds without an error. So every use is guarded (lowering/conv.ts, blocked/convolutions.ts), and none is made unless this probe
 * finds the size and equal results.
 * @returns channels per block, 8 or 16; 0 where the layout is not to be used
 */
export function probeBlockedLayout(runtime: Runtime): number {
  try {
    const block = blockSize(runtime)
    if (block === 0) return 0
    const agrees = (program: ProbeProgram, imageLayout: ImageLayout) => {
      const [plain, fast] = [compute(runtime, program, 0, 'plain'), compute(runtime, program, block, imageLayout)]
      return plain.every((values, k) => equal(values, fast[k]!))
    }
    return agrees(convolution(block), 'plain') && agrees(residualNetwork(block), 'blocked') ? block : 0
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
function convolution(size: number): ProbeProgram {
  const [batch, channels, filters] = [2 * size, 5, size + 4]
  const program = new Program()
  const leaves = { x: [batch, channels, 7, 6], kernel: [filters, channels, 3, 3], bias: [filters], g: [batch, filters, 5, 4] }
  const [x, kernel, bias, g] = inputsOf(program, leaves)
  const outputs = new Map([
    ['y', program.emit('conv2d', [x!, kernel!, bias!], unpadded)],
    ['gradient', program.emit('conv2dKernelGradient', [x!, g!], { ...unpadded, shape: kernel!.shape })],
  ])
  return { program, outputs, leaves }
}

/** Each form that an image in blocks takes in a residual network with batch norm, forward and backward. */
function residualNetwork(size: number): ProbeProgram {
  const program = new Program()
  const wide = 2 * size
  const leaves = {
    x: [2 * size, size, 6, 8],
    first: [wide, size, 3, 3],
    second: [wide, wide, 3, 3],
    skip: [wide, wide, 1, 1],
    scale: [wide],
    cotangent: [2 * size, wide, 1, 1],
  }
  const [x, first, second, skip, scale, cotangent] = inputsOf(program, leaves) as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
  const same = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1] } as const
  const halved = { strides: [2, 2], pads: [0, 0, 1, 1], dilations: [1, 1] } as const
  const perChannel = (values: Tensor) => program.reshape(values, [1, wide, 1, 1])
  const h = program.conv2d(x, first, undefined, same)
  const mean = (image: Tensor) => perChannel(program.mean(program.mean(image, [2, 3]), [0]))
  const centred = program.subtract(h, mean(h))
  const normal = program.divide(centred, program.sqrt(mean(program.square(centred))))
  const y = program.tanh(program.multiply(normal, perChannel(scale)))
  const sum = program.add(
    program.conv2d(y, second, undefined, halved),
    program.conv2d(y, skip, undefined, { ...halved, pads: [0, 0, 0, 0] }),
  )
  const output = program.sum(program.multiply(program.softplus(sum), sum), [2, 3], true)
  const gradients = differentiate(program, [{ output, cotangent }], [x, first, second, skip, scale])
  return { program, outputs: new Map([output, ...gradients].map((tensor, i) => [`${i}`, tensor!])), leaves }
}

interface ProbeProgram {
  readonly program: Program
  readonly outputs: ReadonlyMap<string, Tensor>
  readonly leaves: Readonly<Record<string, readonly number[]>>
}

const unpadded = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1] }

const inputsOf = (program: Program, leaves: ProbeProgram['leaves']) =>
  Object.entries(leaves).map(([name, shape]) => program.input(name, shape))

function compute(runtime: Runtime, { program, outputs, leaves }: ProbeProgram, block: number, imageLayout: ImageLayout): Float32Array[] {
  const random = Random.seeded(1, 'probe')
  const draw = (shape: readonly number[]) => Float32Array.from({ length: elements(shape) }, () => random.uniform() - 0.5)
  const feeds = Object.fromEntries(Object.entries(leaves).map(([name, shape]) => [name, runtime.tensor(draw(shape), shape)]))
  const fetches = Object.fromEntries(
    [...outputs].map(([name, { shape }]) => [name, runtime.tensor(new Float32Array(elements(shape)), shape)]),
  )
  const session = runtime.session(encodeProgram(program, outputs, { block, imageLayout }).model, 1)
  session.run(feeds, fetches)
  session.dispose()
  return Object.values(fetches).map(tensor => tensor.data)
}
