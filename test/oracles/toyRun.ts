import type { Json } from '../../src/base/json'
import { Random } from '../../src/base/random'
import { Arena } from '../../src/engine/onnx/arena'
import { updateOf } from '../../src/engine/onnx/optimizers'
import type { MethodDefinition } from '../../src/methods/method'
import { gramOf } from './methodRecords'
import { toyProblem, type Point } from './toyProblem'

export interface ToyRun {
  readonly method: MethodDefinition
  readonly options?: Readonly<Record<string, Json>>
  readonly scale: number
  readonly start: Point
  readonly steps: number
  readonly learningRate?: number
  /** Gets every point, the start among them. */
  visit?(point: Point): void
  /** Steps after which a method is told that an epoch is over. */
  readonly epoch?: number
  /** Gets what the method says of its fallbacks. */
  note?(text: string): void
}

/** Minimises the toy problem by a method of the table and the trainer's own Adam, in its arena. @returns where it ends */
export function runToy({
  method: definition,
  options,
  scale,
  start,
  steps,
  learningRate = 1e-3,
  visit,
  epoch = Infinity,
  note,
}: ToyRun): Point {
  const defaults = Object.entries(definition.options).flatMap(([name, spec]) =>
    spec.default === undefined ? [] : [[name, spec.default as Json]],
  )
  const method = definition.create({
    tasks: ['f1', 'f2'],
    options: { ...(Object.fromEntries(defaults) as Record<string, Json>), ...options },
    random: Random.seeded(1, 'method'),
    learningRate,
  })
  const arena = new Arena(64)
  const [weights, gradient, m, v] = [arena.reserve(4), arena.reserve(4), arena.reserve(4), arena.reserve(4)]
  const [x, g] = [arena.floats(weights, 2), arena.floats(gradient, 2)]
  const update = updateOf('adam', { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 })
  const present = [true, true]
  x.set(start)
  visit?.([x[0]!, x[1]!])
  for (let step = 1; step <= steps; step++) {
    const { losses, gradients } = toyProblem([x[0]!, x[1]!], scale)
    const before = Float64Array.from(losses)
    const rows = gradients.map(row => Float64Array.from(row))
    const { shared, direction, note: said } = method.weights({ present, losses: before, gram: gramOf(gradients), rows })
    if (said !== undefined) note?.(said)
    for (const p of [0, 1]) g[p] = direction ? direction[p]! : shared[0]! * rows[0]![p]! + shared[1]! * rows[1]![p]!
    update(arena.kernels, { weights, gradient, slots: [m, v], n: 4, scale: 1, learningRate, step })
    method.afterStep?.(before, present)
    if (step % epoch === 0) method.epochEnd?.(before)
    if (method.afterUpdate) method.afterUpdate(before, Float64Array.from(toyProblem([x[0]!, x[1]!], scale).losses), present)
    visit?.([x[0]!, x[1]!])
  }
  return [x[0]!, x[1]!]
}
