import assert from 'node:assert/strict'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../runs/temporary'
import { lines, run } from './command'

const model = `import { adam, binary, classification, colour, conv2d, crop, cutout, dense, flatten, flip, input, mixup, model, npz, rotate } from 'mtl'

const digits = npz('digits.npz', { split: { stratify: ['digit', 'odd'] } })
const image = input('image', [8, 8, 1], {
  from: digits,
  scale: 1 / 16,
  augment: [flip({ probability: 0.1 }), crop(1), rotate(10), colour({ brightness: 0.2, contrast: 0.2 }), cutout(2), mixup(0.2)],
})
const trunk = image.pipe(conv2d(8, { activation: 'relu' }), flatten(), dense(32, { activation: 'relu' }))
export default model({
  tasks: { digit: classification(digits.label('digit'), trunk, { resample: 'over' }), odd: binary(digits.label('odd'), trunk, { classWeights: 'balanced' }) },
  training: { optimizer: adam({ learningRate: 3e-3 }), epochs: 20, batchSize: 64, seed: 4 },
})
`

describe('augmented training', () => {
  const place = temporaryFolder()

  it('learns, and a resumed run repeats an uninterrupted one bit by bit', async () => {
    const folder = place()
    cpSync('test/fixtures/sklearn/digits.npz', join(folder, 'digits.npz'))
    writeFileSync(join(folder, 'digits.mtl.ts'), model)
    type Event = { type: string; epoch?: number; id?: string; metrics?: Record<string, Record<string, number>> }
    const train = async (...args: string[]) => {
      const { code, stdout, stderr } = await run(folder, 'train', 'digits.mtl.ts', '--json', ...args)
      assert.equal(code, 0, stderr)
      return lines<Event>(stdout)
    }
    const epochs = (events: Event[]) =>
      new Map(events.filter(({ type }) => type === 'epoch').map(({ epoch, metrics }) => [epoch!, metrics]))
    const whole = await train()
    const first = await train('--epochs', '3')
    const rest = await train('--resume', first.find(({ type }) => type === 'run')!.id!, '--epochs', '20')
    const again = new Map([...epochs(first), ...epochs(rest)])
    assert.deepEqual(
      [...again.keys()],
      Array.from({ length: 20 }, (_, i) => i + 1),
    )
    assert.deepEqual(again, epochs(whole))
    const { digit, odd } = whole.at(-1)!.metrics!
    assert.ok(digit!.test_accuracy! > 0.85 && odd!.test_auc! > 0.95, JSON.stringify([digit, odd]))
  })
})
