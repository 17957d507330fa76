import assert from 'node:assert/strict'
import type { Engine } from '../../../src/engine/engine'
import { choosePasses, type GradientPasses } from '../../../src/engine/gradientPasses'
import { openOnnxEngine } from '../../../src/engine/onnx/onnxEngine'
import type { Batch } from '../../../src/ir/batch'
import type { Choice, ModelGraph } from '../../../src/ir/graph'
import { methods, needsOf } from '../../../src/methods/table'
import type { Checkpoint } from '../../../src/runs/checkpoint'
import type { RunChoices } from '../../../src/runs/folder'
import { TrainingControls } from '../../../src/training/controls'
import { Stepping } from '../../../src/training/stepping'
import { train } from '../../../src/training/train'
import { workloadOf } from '../../../src/training/workload'
import { makeBatch } from '../../bench/workloads'
import { relativeError } from '../../conformance/runProgram'
import { GraphBuilder } from '../../fixtures/models/graphBuilder'
import { smallModels } from '../../fixtures/models/small'
import { penguinsGraph, penguinsRequest, Recorder } from './penguins'

const rows = 6

/** Methods that ask for no more than the Gram matrix, with their defaults. */
const choices: readonly Choice[] = methods
  .map(({ kind, options }) => {
    const defaults = Object.entries(options).flatMap(([name, spec]) => (spec.default === undefined ? [] : [[name, spec.default]]))
    return { kind, options: Object.fromEntries(defaults) as Choice['options'], span: null }
  })
  .filter(choice => needsOf(choice).join() === 'gram')

/** A dense trunk wider than the batch is long, whose kernels' gradients are never formed, with dropout and a task of few labels. */
function wide(): ModelGraph {
  const g = new GraphBuilder()
  const first = g.layer('dropout', g.layer('dense', g.input('x', [40]), { units: 50, activation: 'tanh' }), { rate: 0.3 })
  const trunk = g.layer('dense', first, { units: 60, activation: 'tanh' })
  for (const task of ['a', 'b', 'c']) g.task(task, 'regression', g.layer('dense', trunk, { units: 4, activation: 'tanh' }))
  return g.build(rows)
}

const graphs: Readonly<Record<string, () => ModelGraph>> = {
  wide,
  'convolutions with batch norm': smallModels.residual!,
  'a layer used twice, and one of two tasks of three': smallModels.branching!,
}

function batchOf(graph: ModelGraph): Batch {
  const inputs = graph.nodes.filter(node => node.inputs.length === 0)
  const batches = inputs.map(input => makeBatch({ ...graph, nodes: [input] }, rows))
  const partly = Float32Array.from({ length: rows }, (_, i) => Number(i % 3 > 0))
  return {
    ...batches[0]!,
    inputs: Object.assign({}, ...batches.map(batch => batch.inputs)) as Batch['inputs'],
    masks: { ...batches[0]!.masks, [graph.tasks[1]!.name]: partly },
  }
}

describe('gradients in two passes', () => {
  /** @returns how far each weight has moved after some steps */
  async function moves(engine: Engine, graph: ModelGraph, weighting: Choice, gradientPasses: GradientPasses): Promise<number[]> {
    const optimizer: Choice = { kind: 'sgd', options: { learningRate: 0.1, momentum: 0, nesterov: false }, span: null }
    const trainable = { ...graph, training: { ...graph.training, optimizer, weighting } }
    const sizes = { batchSize: rows, evaluationBatchSize: rows }
    const model = await engine.compile({ ...workloadOf(trainable), ...sizes, gradientPasses, imageLayout: 'plain', seed: 1 })
    assert.equal(model.gradientPasses, gradientPasses)
    const before = model.readParameters()
    const watch = { conflict: false, earlier: [], lookAhead: null }
    const stepping = new Stepping(trainable, model, () => {}, watch, 1, 10, 10, null)
    for (let step = 0; step < 3; step++) await stepping.train(batchOf(trainable), 1, 0)
    const after = model.readParameters()
    model.dispose()
    return [...after].flatMap(([name, values]) => Array.from(values, (value, i) => value - before.get(name)![i]!))
  }

  for (const [name, make] of Object.entries(graphs))
    it(`move the weights as one pass does, by every method on Gram matrices: ${name}`, async () => {
      const engine = await openOnnxEngine({ threads: 1 })
      for (const choice of choices) {
        const [one, two] = [await moves(engine, make(), choice, 1), await moves(engine, make(), choice, 2)]
        assert.ok(relativeError(two, one) < 3e-6, `${choice.kind}: ${relativeError(two, one)}`)
      }
    })

  it('are chosen when a run begins, and kept bit by bit when it goes on', async () => {
    const graph = penguinsGraph({ epochs: 2, weighting: choices.find(({ kind }) => kind === 'pcGrad')! })
    let chosen: RunChoices | undefined
    const fresh = Object.assign(new Recorder(), { saveChoices: (choices: RunChoices) => void (chosen = choices) })
    await train(await penguinsRequest(graph), fresh, new TrainingControls())
    assert.deepEqual(chosen, { gradientPasses: 1 })

    const request = async (from: Checkpoint | null) => ({
      ...(await penguinsRequest(graph, from)),
      choices: { gradientPasses: 2 } as const,
    })
    const [whole, controls] = [new Recorder(), new TrainingControls()]
    await train(await request(null), whole, new TrainingControls())
    let steps = 0
    const first = new Recorder(({ type }) => type === 'step' && ++steps === 3 && controls.stop())
    await train(await request(null), first, controls)
    const last = first.checkpoints.get('last')!
    const second = new Recorder()
    await train(await request(last), second, new TrainingControls())
    const losses = (recorder: Recorder) => recorder.of('step').map(({ step, losses }) => ({ step, losses }))
    assert.ok(last.step < whole.of('step').length)
    assert.deepEqual(
      losses(second),
      losses(whole).filter(({ step }) => step > last.step),
    )
    assert.notDeepEqual(losses(whole), losses(fresh), 'the choice makes a difference in the last digits')
  })

  it('are chosen by the memory that the gradients of all tasks would take', () => {
    const gibibyte = 2 ** 30
    assert.equal(choosePasses(60e6, 64 * gibibyte), 1)
    assert.equal(choosePasses(70e6, 64 * gibibyte), 2)
    assert.equal(choosePasses(60e6, 4 * gibibyte), 2)
  })
})
