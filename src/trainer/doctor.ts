import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import { Random } from '../base/random'
import { EngineError, type CompiledModel, type Engine } from '../engine/engine'
import { openGpuEngine } from '../engine/onnx/gpu/gpuEngine'
import { providerOf, providers } from '../engine/onnx/gpu/providers'
import { openEngine } from '../engine/openEngine'
import type { Batch } from '../ir/batch'
import type { DoctorMessage, DoctorRequest } from '../runs/engineReport'
import { checkBatch, checkModel } from './checkModel'

// Loads an engine and computes with it, in a process of the kind that trains, and tells what it found line by line: should the
// process die, what was said before stands.

const say = (message: DoctorMessage): void => void process.stdout.write(`${JSON.stringify(message)}\n`)

class CheckFailure extends Error {}

/** @returns whether it went well */
async function check(name: string, run: () => string | Promise<string>): Promise<boolean> {
  say({ type: 'begin', name })
  try {
    say({ type: 'check', check: { name, ok: true, detail: await run() } })
    return true
  } catch (error) {
    if (!(error instanceof CheckFailure || error instanceof EngineError)) console.error(error)
    say({ type: 'check', check: { name, ok: false, detail: error instanceof Error ? error.message : String(error) } })
    return false
  }
}

async function main({ engine: choice, provider, tensorflow }: DoctorRequest): Promise<void> {
  const began = performance.now()
  say({ type: 'process', process: facts() })
  const opened: { engine?: Engine; model?: CompiledModel } = {}
  const loads = await check('loading the libraries', async () => {
    const gpu = provider === undefined ? undefined : providerOf(provider)
    const engine = gpu ? await openGpuEngine(gpu) : (await openEngine({ choice, ...(tensorflow !== undefined && { tensorflow }) })).engine
    const { version, device, threads, notes = [] } = engine
    opened.engine = engine
    say({ type: 'engine', version, device, threads, notes })
    return `in ${Math.round(performance.now() - began)} ms`
  })
  if (loads) await computes(opened.engine!)
  say({ type: 'end', memory: process.memoryUsage().rss })
}

async function computes(engine: Engine): Promise<void> {
  const random = Random.seeded(1, 'check')
  const batch = checkBatch(() => random.uniform())
  let model: CompiledModel | undefined
  const trains = await check('one training step', async () => {
    const began = performance.now()
    model = await engine.compile({
      graph: checkModel,
      batchSize: batch.rows,
      evaluationBatchSize: batch.rows,
      optimizer: checkModel.training.optimizer,
      perTaskGradients: false,
      seed: 1,
    })
    const compiled = performance.now()
    const { losses, finite } = model.step(batch, 0.05, () => ({ shared: Float64Array.of(1, 1) }))
    const stepped = performance.now()
    if (!finite || !losses.every(Number.isFinite)) throw new CheckFailure(`the losses are ${losses.join(', ')}`)
    const text = Array.from(losses, loss => loss.toFixed(4)).join(' and ')
    return `losses ${text}; compiled in ${Math.round(compiled - began)} ms, computed in ${(stepped - compiled).toFixed(1)} ms`
  })
  if (!trains) return
  await check('gradients against finite differences', () => compareGradients(model!, batch))
  await check('per-task gradients', () => compareGram(model!, batch))
  model!.dispose()
}

/** The gradient is what a step of rate 1 subtracts from the weights. */
function compareGradients(model: CompiledModel, batch: Batch): string {
  const before = model.readParameters()
  model.step(batch, 1, () => ({ shared: Float64Array.of(1, 1) }))
  const after = model.readParameters()
  let [worst, where, compared] = [0, '', 0]
  for (const [name, values] of before) {
    const gradient = values.map((value, i) => value - after.get(name)![i]!)
    const scale = Math.max(...gradient.map(Math.abs), 1e-3)
    for (let k = 0; k < 5; k++) {
      const at = Math.floor(((k + 0.37) * values.length) / 5)
      const error = Math.abs(gradient[at]! - difference(model, batch, before, name, at)) / scale
      compared++
      if (!(error <= worst)) [worst, where] = [error, `${name}[${at}]`]
    }
  }
  const text = `largest relative difference ${worst.toExponential(1)} in ${compared} weights`
  // Differences of float32 losses hold two to three digits.
  if (!(worst < 0.01)) throw new CheckFailure(`${text}, at ${where}`)
  return text
}

/** Central difference of the sum of the tasks' mean losses. */
function difference(model: CompiledModel, batch: Batch, weights: ReadonlyMap<string, Float32Array>, name: string, at: number): number {
  const shift = 0.01
  const [low, high] = [-shift, shift].map(by => {
    const moved = weights.get(name)!.slice()
    moved[at]! += by
    model.writeParameters(new Map(weights).set(name, moved))
    const { losses } = model.evaluate(batch)
    return Object.entries(losses).reduce((sum, [task, values]) => sum + mean(values, batch.masks[task]!), 0)
  })
  return (high! - low!) / (2 * shift)
}

const mean = (values: Float32Array, mask: Float32Array): number =>
  values.reduce((sum, value) => sum + value, 0) / mask.reduce((sum, value) => sum + value, 0)

/** J Jᵀ is symmetric, positive semidefinite, and sums to the squared length of the summed gradient of the trunk. */
async function compareGram(model: CompiledModel, batch: Batch): Promise<string> {
  const before = model.readParameters()
  const { blocks } = await model.measureGram(batch)
  model.step(batch, 1, () => ({ shared: Float64Array.of(1, 1) }))
  const after = model.readParameters()
  const shared = model.parameters.filter(({ tasks }) => tasks.length > 1)
  const squared = shared.reduce(
    (sum, { name }) => sum + before.get(name)!.reduce((s, value, i) => s + (value - after.get(name)![i]!) ** 2, 0),
    0,
  )
  const total = blocks.reduce((sum, value) => sum + value, 0)
  const error = Math.abs(total - squared) / Math.max(squared, 1e-6)
  const text = `Gram blocks agree with the summed gradient to ${error.toExponential(1)}`
  if (!(error < 1e-3)) throw new CheckFailure(`${text}: ${total} and ${squared}`)
  return text
}

function facts() {
  return {
    program: process.execPath,
    node: process.versions.node,
    electron: process.versions.electron ?? null,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    memory: totalmem(),
    freeMemory: freemem(),
    providers: providers.filter(provider => provider.isPresent()).map(({ name, title }) => ({ name, title })),
  }
}

void main(JSON.parse(process.argv[2]!) as DoctorRequest).then(
  () => process.stdout.write('', () => process.exit(0)),
  (error: unknown) => {
    console.error(error instanceof Error ? error.stack : error)
    process.exit(1)
  },
)
