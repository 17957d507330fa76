import { createRequire } from 'node:module'
import { openOnnxEngine } from '../../../src/engine/onnx/onnxEngine'
import { encodeProgram } from '../../../src/engine/onnx/encodeProgram'
import { Device } from '../../../src/engine/onnx/gpu/deviceSession'
import { deviceForms } from '../../../src/engine/onnx/gpu/forms'
import { openGpuEngine } from '../../../src/engine/onnx/gpu/gpuEngine'
import { writeGram } from '../../../src/engine/onnx/gpu/gramGraph'
import { providerOf } from '../../../src/engine/onnx/gpu/providers'
import { OnnxGraph } from '../../../src/engine/onnx/onnxGraph'
import { Random } from '../../../src/base/random'
import { figuresOf, samplings, trainOnTwoSets } from '../../fixtures/models/twoDataSets'
import { randomBatch } from '../../fixtures/models/whole'
import { primitiveCases } from '../primitiveCases'
import { caseProgram } from './caseProgram'
import { scenarios, setsTraining, train } from './scenarios'

// The side of gpu.test.ts that touches the device, in a process of its own: `deviceSide.ts WHAT [NAME]` answers with JSON.

const provider = providerOf('webgpu')!

const answers: Readonly<Record<string, (name: string) => Promise<unknown>>> = {
  /** Every case of the primitives: its numbers, and why it would not run wholly on the device. */
  async primitives() {
    const device = await Device.open(provider)
    return primitiveCases.map((given, seed) => {
      const { program, output, inputs, feeds } = caseProgram(given, seed)
      const { model } = encodeProgram(program, new Map([['output', output]]), { forms: deviceForms })
      const session = device.session(model, [])
      const fed = inputs.map((x, i) => [`x${i}`, device.tensor(Float32Array.from(feeds.get(`x${i}`)!), x.shape)] as const)
      const values = Array.from(session.run(Object.fromEntries(fed)).output!.data as Float32Array)
      session.dispose()
      return { values, elsewhere: runsElsewhere(model) }
    })
  },
  async train(name) {
    return await train(scenarios[name]!(), [await openGpuEngine(provider)])
  },
  /** A data set of its own per task, by each way to share the steps; `folder` holds the files. */
  async dataSets(folder) {
    const engine = await openGpuEngine(provider)
    const figures: (number | null)[][] = []
    for (const sources of samplings) figures.push(figuresOf((await trainOnTwoSets(engine, folder, setsTraining(sources))).recorder))
    return figures
  },
  /** Half the steps on the processor, half on the device, and the other way round. */
  async handOver(name) {
    const [cpu, gpu] = [await openOnnxEngine({ threads: 1 }), await openGpuEngine(provider)]
    return { toDevice: await train(scenarios[name]!(), [cpu, gpu]), fromDevice: await train(scenarios[name]!(), [gpu, cpu]) }
  },
  /** Whether a step says that a weight is no number. */
  async broken(name) {
    const { graph, rows, optimizer } = scenarios[name]!()
    const engine = await openGpuEngine(provider)
    const request = { graph, batchSize: rows, evaluationBatchSize: rows, optimizer, seed: 1 }
    const finite: boolean[] = []
    for (const perTaskGradients of [false, true]) {
      const model = await engine.compile({ ...request, perTaskGradients })
      const weights = model.readParameters()
      const batch = randomBatch(graph, rows, Random.seeded(1, 'batch'), false)
      const step = () => model.step(batch, 0.01, () => ({ shared: new Float64Array(graph.tasks.length).fill(1) })).finite
      finite.push(step())
      for (const value of [NaN, Infinity]) {
        weights.values().next().value![0] = value
        model.writeParameters(weights)
        finite.push(step())
      }
    }
    return finite
  },
  /** The Gram matrix of more rows than are multiplied at a time. */
  async gram() {
    const [T, n] = [3, 2500]
    const rows = Float32Array.from({ length: T * n }, (_, i) => Math.sin(i))
    const device = await Device.open(provider)
    return [2 ** 24, 2 * T * n, 1].map(most => {
      const graph = new OnnxGraph()
      graph.input('rows', [T, n])
      graph.output('gram', writeGram(graph, 'rows', T, n, most), [T * T])
      return Array.from(device.session(graph, []).run({ rows: device.tensor(rows, [T, n]) }).gram!.data as Float32Array)
    })
  },
}

/** @returns why the runtime would leave a part of the model to the processor; null where it would not */
function runsElsewhere(model: Uint8Array): string | null {
  const { binding } = createRequire(__filename)('onnxruntime-node/dist/binding.js') as typeof import('onnxruntime-node/dist/binding.js')
  const session = new binding.InferenceSession()
  try {
    session.loadModel(model.buffer as ArrayBuffer, model.byteOffset, model.byteLength, {
      executionProviders: [provider.name],
      logSeverityLevel: 4,
      extra: { session: { disable_cpu_ep_fallback: '1' } },
    })
    session.dispose()
    return null
  } catch (error) {
    return (error as Error).message
  }
}

const [what, name = ''] = process.argv.slice(2)
void answers[what!]!(name).then(
  answer => process.stdout.write(`\n${JSON.stringify(answer)}\n`, () => process.exit(0)),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
