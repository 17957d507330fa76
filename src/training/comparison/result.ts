import type { ModelGraph } from '../../ir/graph'
import type { Candidate, ComparisonResult, ComparisonSettings, Contender, Deltas, SeedResult } from '../../runs/comparison'
import type { TaskMetrics } from '../../runs/events'
import { deviation, judgedBy, mean, taskDelta } from './delta'
import type { Standing } from './plan'

/**
 * The figures of a comparison whose members are all trained. Δm of a seed is measured against the mean over seeds of the
 * single-task models, so that its mean over seeds is Δm of the mean metrics, and its spread the method's own.
 */
export function comparisonResult(
  id: string,
  model: string,
  graph: ModelGraph,
  settings: ComparisonSettings,
  standings: readonly Standing[],
): ComparisonResult {
  const notes: string[] = []
  const metrics = Object.fromEntries(graph.tasks.map(task => [task.name, judgedBy(task.kind)]))
  const contenders = new Map(standings.map(standing => [standing, contenderOf(standing, notes)]))
  const baselines: Record<string, Contender> = {}
  for (const [{ task }, contender] of contenders) {
    if (task !== undefined && contender) baselines[task] = contender
  }
  const methods: Record<string, ComparisonResult['methods'][string]> = {}
  const delta: Record<string, Deltas> = {}
  const spread: Record<string, Deltas> = {}
  for (const [{ name, task }, contender] of contenders) {
    if (task !== undefined || !contender) continue
    const deltas = contender.seeds.map(({ seed, metrics: values }) => ({ seed, delta: deltasOf(values, baselines, metrics) }))
    const keys = [...graph.tasks.map(({ name }) => name), 'overall']
    const columns = keys.map(key => [key, deltas.flatMap(({ delta }) => delta[key] ?? [])] as const)
    for (const [key, values] of columns)
      if (values.length === 0) notes.push(`${name}: Δm of ${key} is not defined, as a metric of the single-task model is 0 or missing.`)
    delta[name] = Object.fromEntries(columns.flatMap(([key, values]) => (values.length === 0 ? [] : [[key, mean(values)]])))
    spread[name] = Object.fromEntries(
      columns.flatMap(([key, values]) => {
        const value = deviation(values)
        return value === null ? [] : [[key, value]]
      }),
    )
    methods[name] = { ...contender, deltas }
  }
  const tasks = graph.tasks.map(({ name }) => name)
  return { format: 1, id, model, tasks, seeds: settings.seeds, delta, spread, metrics, baselines, methods, notes }
}

/** Δm of one seed, by task and overall. */
function deltasOf(values: TaskMetrics, baselines: Readonly<Record<string, Contender>>, metrics: ComparisonResult['metrics']): Deltas {
  const byTask = Object.entries(baselines).flatMap(([task, { mean }]) => {
    const change = taskDelta(values[task] ?? {}, mean[task] ?? {}, metrics[task]!)
    return change === null ? [] : [[task, change] as const]
  })
  return { ...Object.fromEntries(byTask), ...(byTask.length > 0 && { overall: mean(byTask.map(([, change]) => change)) }) }
}

function contenderOf({ name, task, tried, chosen, seeds }: Standing, notes: string[]): Contender | null {
  const who = task === undefined ? name : `${task} alone`
  for (const { learningRate, score } of tried) if (score === null) notes.push(`${who} diverged with learning rate ${learningRate}.`)
  if (!chosen) return null
  const results: SeedResult[] = []
  for (const [seed, { run, end }] of seeds) {
    if (end.status === 'completed') results.push({ seed, run, metrics: testMetrics(end.metrics) })
    else notes.push(`${who} diverged with seed ${seed}: the figures are those of the other seeds.`)
  }
  const candidates = tried.map(({ learningRate, weighting, score, result }): Candidate => ({
    learningRate,
    weighting,
    run: result.run,
    score,
  }))
  const { learningRate, weighting } = chosen
  return { ...overSeeds(results), learningRate, weighting, candidates, seeds: results }
}

function testMetrics(metrics: TaskMetrics): TaskMetrics {
  const ofTest = (values: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (name.startsWith('test_') ? [[name.slice(5), value]] : [])))
  return Object.fromEntries(Object.entries(metrics).map(([task, values]) => [task, ofTest(values)]))
}

function overSeeds(results: readonly SeedResult[]): { mean: TaskMetrics; deviation: TaskMetrics } {
  const reduce = (make: (values: readonly number[]) => number | null): TaskMetrics => {
    const tasks = [...new Set(results.flatMap(({ metrics }) => Object.keys(metrics)))]
    return Object.fromEntries(
      tasks.map(task => {
        const names = [...new Set(results.flatMap(({ metrics }) => Object.keys(metrics[task] ?? {})))]
        const entries = names.map(name => [name, make(results.flatMap(({ metrics }) => metrics[task]?.[name] ?? []))] as const)
        return [task, Object.fromEntries(entries.flatMap(([name, value]) => (value === null ? [] : [[name, value]])))]
      }),
    )
  }
  return { mean: reduce(mean), deviation: reduce(deviation) }
}
