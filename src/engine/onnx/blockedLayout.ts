import { Random } from '../../base/random'
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
    const [plain, fast] = [kernelGradient(runtime, block, 0), kernelGradient(runtime, block, block)]
    const scale = Math.max(...plain.map(Math.abs))
    return plain.every((value, i) => Math.abs(value - fast[i]!) <= 1e-5 * scale) ? block : 0
  } catch {
    return 0
  }
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

/** A small weight gradient with a filter count that needs padding. */
function kernelGradient(runtime: Runtime, size: number, block: number): Float32Array {
  const [batch, channels, filters] = [2 * size, 5, size + 4]
  const program = new Program()
  const x = program.input('x', [batch, channels, 7, 6])
  const g = program.input('g', [batch, filters, 5, 4])
  const shape = [filters, channels, 3, 3]
  const gradient = program.emit('conv2dKernelGradient', [x, g], { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], shape })
  const random = Random.seeded(1, 'probe')
  const values = (n: number) => Float32Array.from({ length: n }, () => random.uniform() - 0.5)
  const feeds = { x: runtime.tensor(values(batch * channels * 42), x.shape), g: runtime.tensor(values(batch * filters * 20), g.shape) }
  const out = new Float32Array(filters * channels * 9)
  const session = runtime.session(encodeProgram(program, new Map([['out', gradient]]), block).model, 1)
  session.run(feeds, { out: runtime.tensor(out, shape) })
  session.dispose()
  return out
}
