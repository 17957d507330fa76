import { createHash } from 'node:crypto'
import { cpus } from 'node:os'
import { Random } from '../../base/random'
import type { ModelGraph } from '../../ir/graph'
import { size } from '../../tensor/primitive'
import type { ImageLayout } from '../engine'
import { names } from '../modelProgram'
import { encodeProgram, type EncodedProgram } from './encodeProgram'
import type { LayoutCache } from './layoutCache'
import type { ParameterLayout } from './layout'
import { partition, threadsFor } from './partition'
import { rowProgram, type GradientKind, type RowProgram } from './rowSession'
import type { Runtime, RuntimeTensors } from './runtime'

/** Seconds after which no further run begins; each form runs once at least. */
const budget = 1.5
const mostRuns = 8

export interface LayoutChoice {
  readonly runtime: Runtime
  readonly threads: number
  readonly block: number
  readonly cache: LayoutCache | null
}

/**
 * Which layout trains this model faster here: measured once for each program, processor and version of the runtime. What comes
 * out depends on the moment, and sums in another order: a run keeps the layout that it began with.
 * @returns null where both are the same
 */
export function chooseImageLayout(
  { runtime, threads, block, cache }: LayoutChoice,
  graph: ModelGraph,
  layout: ParameterLayout,
  { batchSize, kind }: { readonly batchSize: number; readonly kind: GradientKind },
): ImageLayout | null {
  if (block === 0 || !graph.nodes.some(({ shape }) => shape?.length === 3)) return null
  const whole = rowProgram(graph, layout, batchSize, kind)
  const plan = partition(whole, threads)
  const program = plan.rows === batchSize ? whole : rowProgram(graph, layout, plan.rows, kind)
  const used = plan.rows === batchSize ? threadsFor(program, threads) : 1
  const forms = (['plain', 'blocked'] as const).map(form =>
    encodeProgram(program.model.program, program.outputs, { block, imageLayout: form }),
  ) as [EncodedProgram, EncodedProgram]
  if (Buffer.compare(forms[0].model, forms[1].model) === 0) return null
  const hash = createHash('sha256').update(`${runtime.version}|${cpus()[0]?.model}|${used}|`)
  for (const { model } of forms) hash.update(model)
  const key = hash.digest('hex').slice(0, 32)
  const known = cache?.read(key)
  if (known) return known
  const [plain, blocked] = measure(runtime, program, forms, used)
  const chosen = blocked < plain ? 'blocked' : 'plain'
  cache?.write(key, chosen, { plain, blocked })
  return chosen
}

/** @returns the shortest time of each form, in milliseconds; in turns, so that a busy moment does not fall on one alone */
function measure(runtime: Runtime, program: RowProgram, forms: readonly EncodedProgram[], threads: number): [number, number] {
  const random = Random.seeded(1, 'layout')
  const feeds: RuntimeTensors = {}
  for (const { kind, attributes, output } of program.model.program.operations) {
    if (kind !== 'input') continue
    const name = attributes.name as string
    const value = name === names.realRows ? () => 1 : name.startsWith(names.target('')) ? () => 0 : () => random.uniform() - 0.5
    feeds[name] = runtime.tensor(Float32Array.from({ length: size(output.shape) }, value), output.shape)
  }
  const fetches = Object.fromEntries(
    [...program.outputs].map(([name, { shape }]) => [name, runtime.tensor(new Float32Array(size(shape)), shape)]),
  )
  const sessions = forms.map(({ model, inputs }) => {
    const session = runtime.session(model, threads)
    const own = Object.fromEntries([...inputs].map(name => [name, feeds[name]!]))
    return { session, run: () => session.run(own, fetches), best: Infinity }
  })
  try {
    const end = performance.now() + budget * 1000
    for (let i = 0; i < mostRuns && (i === 0 || performance.now() < end); i++) {
      for (const form of sessions) {
        const began = performance.now()
        form.run()
        form.best = Math.min(form.best, performance.now() - began)
      }
    }
  } finally {
    for (const { session } of sessions) session.dispose()
  }
  return sessions.map(({ best }) => best) as [number, number]
}
