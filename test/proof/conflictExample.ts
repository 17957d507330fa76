// Trains examples/conflict before and after it is mended, five seeds each, and writes examples/conflict/results/{correlation,scales}.json;
// `npm run figures -- --tables` makes the README's tables from them: npm run conflict-example
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Engine } from '../../src/engine/engine'
import { openOnnxEngine } from '../../src/engine/onnx/onnxEngine'
import type { ConflictSummary } from '../../src/ir/conflict'
import type { ModelGraph } from '../../src/ir/graph'
import type { GraphEdit } from '../../src/ir/graphEdit'
import { editFile } from './mended'
import { found, trainFile } from './plantedConflict'

const dist = resolve('dist')
const folder = resolve('examples/conflict')
const seeds = [1, 2, 3, 4, 5]
const bottleneck = 'trunk.dense1'

/** Columns of the second task, by its correlation with the first. */
const partners = { 1: 'b_same', 0.5: 'b_half', 0: 'b_none', '-0.5': 'b_minus_half' }

type Mend = (graph: ModelGraph) => GraphEdit

const layerIn = (graph: ModelGraph, name: string): number => graph.nodes.find(node => node.name === name)!.id

const weighting =
  (method: string): Mend =>
  () => ({ kind: 'setWeighting', method })

interface Outcome {
  readonly seed: number
  /** Test RMSE of the best checkpoint, by task. */
  readonly rmse: Readonly<Record<string, number>>
  /** Layers with a finding. */
  readonly found: readonly string[]
  readonly advice: readonly string[]
  /** Mean cosine of the tasks over the whole trunk; null where they share none. */
  readonly cosine: number | null
  /** Similarity of the lengths of what they add to a step. */
  readonly similarity: number | null
}

async function outcome(model: string, data: string, label: string, mend: Mend | null, seed: number, engine: Engine): Promise<Outcome> {
  const place = mkdtempSync(join(tmpdir(), 'mtl-example-'))
  try {
    const file = join(place, model)
    copyFileSync(join(folder, data), join(place, data))
    writeFileSync(file, readFileSync(join(folder, model), 'utf8').replace("'b_half'", `'${label}'`))
    if (mend) await editFile(file, dist, mend)
    const { summary, metrics } = await trainFile(file, seed, engine, dist)
    const rmse = Object.fromEntries(Object.entries(metrics).map(([task, values]) => [task, values.test_rmse!]))
    return { seed, rmse, found: found(summary), advice: [...new Set(summary.advice!.map(({ code }) => code))], ...pairOf(summary) }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

function pairOf({ trunk }: ConflictSummary): Pick<Outcome, 'cosine' | 'similarity'> {
  const [pair] = trunk.diagnostics!.pairs
  return { cosine: pair?.cosine.mean ?? null, similarity: pair?.magnitude ?? null }
}

async function main(): Promise<void> {
  const engine = await openOnnxEngine({ threads: 1 })
  const results = join(folder, 'results')
  mkdirSync(results, { recursive: true })
  const all = async (model: string, data: string, label: string, mend: Mend | null): Promise<Outcome[]> => {
    const outcomes: Outcome[] = []
    for (const seed of seeds) outcomes.push(await outcome(model, data, label, mend, seed, engine))
    return outcomes
  }
  const write = (name: string, value: unknown) => {
    writeFileSync(join(results, name), `${JSON.stringify(value, null, 1)}\n`)
    console.log(name)
  }

  const mends: Readonly<Record<string, Mend | null>> = {
    before: null,
    split: graph => ({ kind: 'splitTrunk', node: layerIn(graph, bottleneck) }),
    wider: graph => ({ kind: 'setOption', node: layerIn(graph, bottleneck), option: 'units', value: 2 }),
    upGrad: weighting('upGrad'),
  }
  const correlation = []
  for (const [p, label] of Object.entries(partners)) {
    const variants: Record<string, Outcome[]> = {}
    for (const [name, mend] of Object.entries(mends)) variants[name] = await all('conflict.mtl.ts', 'correlation.csv', label, mend)
    correlation.push({ p: Number(p), label, variants })
  }
  correlation.sort((a, b) => b.p - a.p)
  write('correlation.json', correlation)

  const scales: Record<string, Outcome[]> = { equal: await all('scales.mtl.ts', 'scales.csv', '', null) }
  for (const method of ['uncertainty', 'imtlL', 'dbMtl', 'gradNorm', 'pcGrad'])
    scales[method] = await all('scales.mtl.ts', 'scales.csv', '', weighting(method))
  write('scales.json', scales)
}

void main()
