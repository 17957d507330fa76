import type { CompiledModel, Engine } from '../../src/engine/engine'
import type { Choice } from '../../src/ir/graph'
import type { MethodDefinition } from '../../src/methods/method'
import { methods } from '../../src/methods/table'
import { Stepping } from '../../src/training/stepping'
import { workloadOf } from '../../src/training/workload'
import { median, rounded, type Target } from './figures'
import { learningRate } from './stepper'
import { makeBatch, type Workload } from './workloads'

/** A method's step against what it can't do without, measured in turns. */
export interface Cost extends Target {
  readonly cost: string
  readonly workload: string
  readonly batch: number
  /** `equal`: a step of equal weighting; `passes`: one with the gradients of all tasks, but without Gram matrix and method. */
  readonly against: 'equal' | 'passes'
  readonly ms_median: number
}

const fewestPairs = 9
/** At most so much of the step that it is compared with; methods that keep and change rows of gradients have no target. */
const targets = { equal: 1.05, passes: 1.1 } as const

type Step = () => Promise<unknown>

/** Every method of the table but those that are written in the model file, one after the other. */
export async function* costs(engine: Engine, { name, graph, batches: [rows] }: Workload, seconds: number): AsyncGenerator<Cost> {
  const batch = makeBatch(graph, rows!)
  const compile = async (weighting: Choice) => {
    const trainable = { ...graph, training: { ...graph.training, weighting } }
    const model = await engine.compile({ ...workloadOf(trainable), batchSize: rows!, evaluationBatchSize: rows!, seed: 1 })
    const stepping = new Stepping(trainable, model, () => {}, { conflict: false, earlier: [], lookAhead: null }, 1, 1e6, 1e6, null)
    return { model, step: () => stepping.train(batch, 1, 0) }
  }
  const equal = await compile({ kind: 'equal', options: {}, span: null })
  const rowsOf = await compile({ kind: 'dbMtl', options: { beta: 0.9 }, span: null })
  const baselines: Record<Cost['against'], Step> = {
    equal: equal.step,
    passes: async () => withoutMethod(rowsOf.model, batch, graph.tasks.length),
  }
  for (const definition of methods.filter(({ kind, traced }) => kind !== 'equal' && !traced)) {
    const { model, step } = await compile(choiceOf(definition, graph.tasks[0]!.name))
    const perTask = definition.needs.includes('gram') || definition.needs.includes('rows')
    const against = perTask ? 'passes' : 'equal'
    const pairs = await inTurns(step, baselines[against], seconds)
    model.dispose()
    const ratio = rounded(median(pairs.map(([ours, theirs]) => ours / theirs)), 3)
    const ms_median = rounded(median(pairs.map(([ours]) => ours)), 3)
    const target = definition.needs.includes('rows') ? null : targets[against]
    yield { cost: definition.kind, workload: name, batch: rows!, against, ms_median, ratio, target }
  }
  equal.model.dispose()
  rowsOf.model.dispose()
}

const withoutMethod = (model: CompiledModel, batch: ReturnType<typeof makeBatch>, T: number) =>
  model.step(batch, learningRate, () => ({ shared: new Float64Array(T).fill(1) }))

function choiceOf({ kind, options }: MethodDefinition, task: string): Choice {
  const defaults = Object.entries(options).flatMap(([name, spec]) => (spec.default === undefined ? [] : [[name, spec.default]]))
  const given: Choice['options'] = kind === 'fixed' ? { weights: { [task]: 2 } } : {}
  return { kind, options: { ...(Object.fromEntries(defaults) as Choice['options']), ...given }, span: null }
}

/** Milliseconds of one step and another, in turns: each pair of them has the machine in much the same state. */
async function inTurns(ours: Step, theirs: Step, seconds: number): Promise<(readonly [ours: number, theirs: number])[]> {
  const time = async (step: Step) => {
    const start = performance.now()
    await step()
    return performance.now() - start
  }
  await ours()
  await theirs()
  const pairs: [number, number][] = []
  const end = performance.now() + seconds * 1000
  while (pairs.length < fewestPairs || performance.now() < end) {
    if (pairs.length % 2 === 0) pairs.push([await time(ours), await time(theirs)])
    else {
      const second = await time(theirs)
      pairs.push([await time(ours), second])
    }
  }
  return pairs
}
