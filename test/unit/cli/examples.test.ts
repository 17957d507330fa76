import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { EndEvent, RunEvent } from '../../../src/runs/events'
import { temporaryFolder } from '../runs/temporary'
import { committedResults, examples, withFigures } from '../../../build/figures.mjs'
import { lines, run } from './command'

describe('examples', () => {
  const folder = temporaryFolder()

  async function train(example: string, ...args: string[]): Promise<EndEvent> {
    const model = resolve('examples', example, `${example}.mtl.ts`)
    const { code, stdout, stderr } = await run(folder(), 'train', model, '--json', '--runs', join(folder(), 'runs'), ...args)
    assert.equal(code, 0, stderr)
    return lines(stdout).at(-1) as unknown as EndEvent
  }

  it('penguins: all three tasks are learnt, as the README says', async () => {
    const { metrics } = await train('penguins', '--seed', '1')
    assert.ok(metrics.species!.test_accuracy! >= 0.96)
    assert.ok(metrics.sex!.test_accuracy! >= 0.8)
    assert.ok(metrics.mass!.test_rmse! < 380)
    const results = committedResults(examples().find(({ name }) => name === 'penguins')!)
    const committed = results.find(({ seed }) => seed === 1)!.metrics
    assert.ok(Math.abs(committed.mass!.test_rmse! - metrics.mass!.test_rmse!) < 25, 'the committed figures are those of this code')
  })

  it('multi-fashion: one epoch of one seed is far above chance', async () => {
    const { metrics } = await train('multi-fashion', '--seed', '1', '--epochs', '1')
    // PyTorch reaches 60 to 65 % after one epoch; chance is 10 %.
    for (const task of ['left', 'right'])
      assert.ok(metrics[task]!.validation_accuracy! > 0.55, `${task}: ${metrics[task]!.validation_accuracy}`)
  })

  it('weather: the forecast beats the mean by far', async () => {
    const { metrics } = await train('weather', '--seed', '1')
    assert.ok(metrics.temperature!.test_r2! > 0.8, `r2 ${metrics.temperature!.test_r2}`)
    assert.ok(metrics.weather!.test_accuracy! > 0.55, `accuracy ${metrics.weather!.test_accuracy}`)
  })

  it('multi-input: kinds from pictures, prices from both', async () => {
    const { metrics } = await train('multi-input', '--seed', '1', '--epochs', '4')
    assert.ok(metrics.kind!.validation_accuracy! > 0.65, `accuracy ${metrics.kind!.validation_accuracy}`)
    assert.ok(metrics.price!.validation_r2! > 0.3, `r2 ${metrics.price!.validation_r2}`)
  })

  it('conflict: the layer that two tasks have to share is found, and the task that is drowned', async () => {
    const seen = async (model: string) => {
      const args = [
        'train',
        resolve('examples', 'conflict', model),
        '--json',
        '--seed',
        '1',
        '--epochs',
        '30',
        '--runs',
        join(folder(), model),
      ]
      const { code, stdout, stderr } = await run(folder(), ...args)
      assert.equal(code, 0, stderr)
      const events = lines(stdout) as unknown as RunEvent[]
      return events.filter(event => event.type === 'conflict').at(-1)!.summary
    }
    const { layers } = await seen('conflict.mtl.ts')
    assert.deepEqual(
      layers.map(({ layer, pairs }) => [layer, pairs.map(({ reported }) => reported)]),
      [['trunk.dense1', [true]]],
    )
    const { advice, layers: calm } = await seen('scales.mtl.ts')
    assert.deepEqual(advice![0], { code: 'scaleLosses', pair: [0, 1] })
    assert.ok(calm.every(({ pairs }) => pairs.every(({ reported }) => !reported)))
  })

  for (const example of examples()) {
    it(`${example.name}: the README’s figures are made from the committed results`, () => {
      const results = committedResults(example)
      assert.deepEqual(
        results.map(({ seed }) => seed),
        [1, 2, 3],
      )
      assert.equal(readFileSync(example.readme, 'utf8'), withFigures(example, results))
    })
  }
})
