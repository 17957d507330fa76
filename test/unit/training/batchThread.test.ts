import assert from 'node:assert/strict'
import type { Options } from '../../../src/base/options'
import { Random } from '../../../src/base/random'
import { EncodedSplit } from '../../../src/data/batches'
import type { Split } from '../../../src/data/dataset'
import { open } from '../../../src/data/open'
import { MemoryRows } from '../../../src/data/rows'
import type { Batch } from '../../../src/ir/batch'
import type { ModelGraph, SamplingSettings } from '../../../src/ir/graph'
import { BatchThread } from '../../../src/training/batchThread'
import type { RowOrderState } from '../../../src/training/rowOrder'
import { TrainingBatches } from '../../../src/training/trainingBatches'
import { folderWith } from '../data/folder'
import { modelOf } from '../data/model'

const start = { order: null, step: 0 }
/** A batch, or null at the end of an epoch, with the state of the order behind it. */
type Seen = readonly [Batch | null, RowOrderState]

/** A copy: memory that threads share stays shared in a clone. */
const kept = (batch: Batch): Batch => {
  const copies = (arrays: Batch['inputs']) => Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, values.slice()]))
  return { ...batch, inputs: copies(batch.inputs), targets: copies(batch.targets), masks: copies(batch.masks) }
}

/** Some epochs as they are made without a thread. */
function made(split: Split, graph: ModelGraph, epochs: number): Seen[] {
  const batches = new TrainingBatches(split, graph, 1, start)
  const batch = batches.allocate()
  return Array.from({ length: epochs * (batches.perEpoch + 1) }, (): Seen => {
    const isBatch = batches.fill(batch)
    return [isBatch ? kept(batch) : null, batches.state()]
  })
}

/** As many as a thread makes, from a state on. */
async function received(split: Split, graph: ModelGraph, count: number, from: { order: RowOrderState | null; step: number } = start) {
  const thread = await BatchThread.start(split, { graph, seed: 1, from })
  const seen: Seen[] = []
  while (seen.length < count) {
    const batch = await thread.next()
    if (batch === null) await thread.beginEpoch()
    seen.push([batch && kept(batch), thread.state()])
  }
  await thread.close()
  return seen
}

const batchesOf = (seen: readonly Seen[]) => seen.map(([batch]) => batch)

async function check(split: Split, graph: ModelGraph): Promise<void> {
  const whole = made(split, graph, 4)
  assert.ok(whole.filter(([batch]) => batch === null).length === 4 && whole.length > 16)
  assert.deepEqual(await received(split, graph, whole.length), whole)
  for (const at of [1, Math.floor(whole.length / 4) - 1, Math.floor(whole.length / 2)]) {
    const step = whole.slice(0, at).filter(([batch]) => batch !== null).length
    const rest = await received(split, graph, whole.length - at, { order: whole[at - 1]![1], step })
    assert.deepEqual(batchesOf(rest), batchesOf(whole.slice(at)))
  }
}

describe('the thread that makes batches', () => {
  const random = Random.seeded(3)
  const lines = (count: number) =>
    Array.from({ length: count }, (_, i) => [random.normal(), i % 7 === 0 ? '' : random.normal(), 'xy'[i % 2], i])
  const table = (count: number) => ['a,b,k,y', ...lines(count).map(line => line.join())].join('\n')
  const folder = folderWith({ 't.csv': table(900), 'u.csv': table(130) })
  const model = modelOf({
    source: { kind: 'csv', path: 't.csv', options: { missingFeatures: 'mean' } },
    features: { numeric: ['a', 'b'], categorical: [] },
    tasks: { k: ['classification', 'k', { classWeights: 'balanced', resample: 'over' }], y: ['regression', 'y'] },
  })
  const sampled = (sampling: SamplingSettings | undefined): ModelGraph => ({
    ...model,
    training: { ...model.training, batchSize: 32, ...(sampling && { sampling }) },
  })

  for (const memory of [undefined, 4000])
    it(`makes those of a table in ${memory ? 'a file' : 'memory'}, and goes on wherever a run was stopped`, async () => {
      const dataset = await open(model, { folder }, memory)
      assert.equal(dataset.train.blocks !== null, memory !== undefined)
      await check(dataset.train, sampled(undefined))
      dataset.close()
    })

  for (const sources of ['size', { temperature: 3 }, 'roundRobin'] as const)
    it(`makes those of several data sets, by ${JSON.stringify(sources)}`, async () => {
      const second = modelOf({
        source: { kind: 'csv', path: 'u.csv', options: { missingFeatures: 'mean' } },
        features: { numeric: ['a'], categorical: [] },
        tasks: { z: ['regression', 'y'] },
      })
      const graph: ModelGraph = {
        ...sampled({ sources }),
        nodes: [...model.nodes, { ...second.nodes[0]!, id: 100, name: 'others', options: { ...second.nodes[0]!.options, source: 1 } }],
        tasks: [
          ...model.tasks,
          ...second.tasks.map(task => ({ ...task, features: 100, output: 100, label: { ...task.label!, source: 1 } })),
        ],
        sources: [...model.sources, { ...second.sources[0]!, id: 1 }],
      }
      const dataset = await open(graph, { folder })
      await check(dataset.train, graph)
      dataset.close()
    })

  it('augments as a run without it', async () => {
    const images = modelOf({ source: { kind: 'npz', path: 'i.npz' }, inputs: { image: [6, 5, 3] }, tasks: { k: ['classification', 'k'] } })
    const augment: Options[] = [
      { kind: 'flip', options: { direction: 'horizontal' } },
      { kind: 'mixup', options: { alpha: 0.4 } },
    ]
    const nodes = images.nodes.map(node => ({ ...node, options: { ...node.options, augment } }))
    const values = Uint8Array.from({ length: 70 * 90 }, () => random.below(256))
    const k = Float32Array.from({ length: 70 }, (_, i) => (i % 5 === 0 ? NaN : i % 3))
    const split = new EncodedSplit({ inputs: { image: new MemoryRows(values, 90) }, targets: { k }, blocks: null }, 0, 70)
    await check(split, { ...images, nodes, training: { ...images.training, batchSize: 8 } })
  })

  it('tells what goes wrong in it', async () => {
    const dataset = await open(model, { folder }, 4000)
    dataset.close() // and with it the file of its rows
    await assert.rejects(received(dataset.train, sampled(undefined), 100), /EBADF/)
  })
})
