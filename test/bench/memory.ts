import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { GradientPasses } from '../../src/engine/gradientPasses'
import { openOnnxEngine } from '../../src/engine/onnx/onnxEngine'
import { rounded, type Target } from './figures'
import { stepper } from './stepper'
import { largeTrunk, makeBatch } from './workloads'

/** Peak memory of a process that trains the large trunk, beside that of equal weighting. */
export interface Memory extends Target {
  readonly memory: string
  /** Of a method on Gram matrices: in how many passes; null for equal weighting. */
  readonly passes: GradientPasses | null
  readonly tasks: number
  /** Of the trunk. */
  readonly parameters: number
  readonly batch: number
  readonly peak_mib: number
}

const rows = 256
const steps = 3

/** What is asked of a process of its own: equal weighting, PCGrad as the engine chooses, or with all gradients kept. */
const cases = ['equal', 'pcGrad', 'pcGrad, gradients kept'] as const
type Case = (typeof cases)[number]

/** @param bundle this benchmark's own, which a process of its own loads for each case */
export async function* memory(bundle: string): AsyncGenerator<Memory> {
  let equal: number | undefined
  for (const name of cases) {
    const code = 'require(process.argv[1]).reportMemory(process.argv[2])'
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', code, bundle, name])
    const { peak_mib, passes, parameters } = JSON.parse(stdout) as Pick<Memory, 'peak_mib' | 'passes' | 'parameters'>
    equal ??= peak_mib
    const target = name === 'pcGrad' ? 2 : null
    const tasks = largeTrunk.tasks.length
    yield { memory: name, passes, tasks, parameters, batch: rows, peak_mib, ratio: rounded(peak_mib / equal, 2), target }
  }
}

/** Trains a few steps and prints this process's peak memory. */
export async function reportMemory(name: Case): Promise<void> {
  const graph = largeTrunk
  const engine = await openOnnxEngine()
  const sizes = { batchSize: rows, evaluationBatchSize: rows }
  const perTaskGradients = name !== 'equal'
  const kept = name === 'pcGrad, gradients kept' && { gradientPasses: 1 as const }
  const { optimizer } = graph.training
  const model = await engine.compile({ graph, ...sizes, optimizer, perTaskGradients, gramOnly: perTaskGradients, ...kept, seed: 1 })
  const step = stepper(model, makeBatch(graph, rows), graph.tasks.length)
  for (let i = 0; i < steps; i++) step()
  const peak_mib = Math.round(process.resourceUsage().maxRSS / 1024)
  const trunk = model.parameters.filter(({ tasks }) => tasks.length > 1)
  const parameters = trunk.reduce((n, { shape }) => n + shape.reduce((n, d) => n * d, 1), 0)
  console.log(JSON.stringify({ peak_mib, passes: model.gradientPasses ?? null, parameters }))
}
