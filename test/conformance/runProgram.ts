import assert from 'node:assert/strict'
import { encodeProgram } from '../../src/engine/onnx/encodeProgram'
import { probeBlockedLayout } from '../../src/engine/onnx/blockedLayout'
import { loadRuntime } from '../../src/engine/onnx/runtime'
import { numbersOf, ProgramRun } from '../../src/engine/tfjs/programRun'
import { loadRuntime as loadTensorFlow } from '../../src/engine/tfjs/runtime'
import type { Tensor } from '../../src/tensor/builder'
import { size } from '../../src/tensor/primitive'
import type { Program } from '../../src/tensor/program'

let probed: number | undefined

/** Computes outputs of a Program in ONNX Runtime. @param plain without the blocked channel layout, even where the runtime has it */
export async function runProgram(
  program: Program,
  feeds: ReadonlyMap<string, ArrayLike<number>>,
  outputs: readonly Tensor[],
  plain = false,
): Promise<Float32Array[]> {
  const runtime = await loadRuntime()
  const named = new Map(outputs.map((tensor, i) => [`output/${i}`, tensor]))
  const { model, inputs } = encodeProgram(program, named, { block: plain ? 0 : (probed ??= probeBlockedLayout(runtime)) })
  const shapes = new Map(program.operations.filter(o => o.kind === 'input').map(o => [o.attributes.name as string, o.output.shape]))
  const session = runtime.session(model, 1)
  const fed = Object.fromEntries([...inputs].map(name => [name, runtime.tensor(Float32Array.from(feeds.get(name)!), shapes.get(name)!)]))
  const values = outputs.map(tensor => new Float32Array(size(tensor.shape)).fill(NaN))
  session.run(fed, Object.fromEntries(outputs.map((tensor, i) => [`output/${i}`, runtime.tensor(values[i]!, tensor.shape)])))
  session.dispose()
  return values
}

/** Computes outputs of a Program in TensorFlow.js: in its native library where it is installed, else in WebAssembly. */
export async function runOnTensorFlow(
  program: Program,
  feeds: ReadonlyMap<string, ArrayLike<number>>,
  outputs: readonly Tensor[],
): Promise<Float32Array[]> {
  const runtime = await loadTensorFlow()
  const before = runtime.tf.memory().numTensors
  const run = new ProgramRun(runtime, program, new Map(outputs.map((tensor, i) => [`output/${i}`, tensor])))
  const shapes = new Map(program.operations.filter(o => o.kind === 'input').map(o => [o.attributes.name as string, o.output.shape]))
  const fed = new Map([...run.inputs].map(name => [name, runtime.tf.tensor(Float32Array.from(feeds.get(name)!), [...shapes.get(name)!])]))
  const results = [...run.run(fed).values()]
  results.forEach((value, i) => assert.deepEqual(value.shape, outputs[i]!.shape))
  const values = results.map(numbersOf)
  for (const value of [...results, ...fed.values()]) value.dispose()
  run.dispose()
  assert.equal(runtime.tf.memory().numTensors, before, 'every tensor is freed')
  return values
}

/** How each engine computes outputs of a Program. */
export const engines: Readonly<Record<string, typeof runOnTensorFlow>> = {
  'ONNX Runtime': (program, feeds, outputs) => runProgram(program, feeds, outputs),
  'TensorFlow.js': runOnTensorFlow,
}

/** Largest difference relative to the largest value expected (at least 1e-3, so that zeros compare sensibly). */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity
  let [difference, scale] = [0, 1e-3]
  for (let i = 0; i < expected.length; i++) {
    const d = Math.abs(actual[i]! - expected[i]!)
    difference = Number.isNaN(d) ? Infinity : Math.max(difference, d)
    scale = Math.max(scale, Math.abs(expected[i]!))
  }
  return difference / scale
}
