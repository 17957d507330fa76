import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { open } from '../../../src/data/open'
import { Augmenter } from '../../../src/data/augment'
import { LaunchError } from '../../../src/runs/launch'
import { picture } from '../data/files'
import { until } from '../runs/temporary'
import { ended, eventsOf, numbers, Workspace } from './workspace'

const modelText = (
  epochs: number,
  seed = 1,
) => `import { adam, classification, crop, cutout, dense, flatten, flip, images, input, model, rotate } from 'mtl'

const photos = images('photos', { size: [4, 6], split: { train: 0.5, validation: 0.25, test: 0.25, stratify: 'class' } })
const picture = input('image', [4, 6, 3], {
  from: photos,
  scale: 1 / 255,
  augment: [flip(), crop(1), rotate(10), cutout(2)],
})
const trunk = picture.pipe(flatten(), dense(8, { activation: 'relu' }))

export default model({
  tasks: { class: classification(photos.label('class'), trunk), again: classification(photos.label('class'), trunk) },
  training: { optimizer: adam({ learningRate: 1e-3 }), epochs: ${epochs}, batchSize: 4, seed: ${seed} },
})
`

describe('training on augmented pictures of a folder', () => {
  const workspace = new Workspace()

  function photos(): void {
    for (const name of ['a', 'b']) {
      mkdirSync(join(workspace.root, 'photos', name), { recursive: true })
      for (let i = 0; i < 8; i++) writeFileSync(join(workspace.root, 'photos', name, `${i}.png`), picture('png'))
    }
  }

  it('repeats itself with its seed, and differs without augmentation', async () => {
    photos()
    const run = async (text: string) => {
      const folder = await workspace.launch(workspace.write('photos.mtl.ts', text))
      assert.equal((await ended(folder)).status, 'completed')
      return { folder, numbers: numbers(folder) }
    }
    const [first, second] = [await run(modelText(3)), await run(modelText(3))]
    assert.deepEqual(second.numbers, first.numbers)
    const plain = await run(modelText(3).replace(/  augment: .*\n/, ''))
    assert.notDeepEqual(plain.numbers, first.numbers)
    // What the network saw: other pixels than the file's, within the range of pictures; rows that are only measured stay as they are.
    const { graph } = first.folder.readManifest()
    const dataset = await open(graph, { folder: workspace.root })
    const batch = dataset.train.batch([0, 1, 2, 3], 4)
    const before = Float32Array.from(batch.inputs.image!)
    Augmenter.of(graph, 1)!.apply(batch, 1)
    assert.notDeepEqual(batch.inputs.image, before)
    assert.ok(batch.inputs.image!.every(value => value >= 0 && value <= 255))
    dataset.close()
  })

  it('does not start with a damaged picture: file and row are told, and no folder is left', async () => {
    photos()
    writeFileSync(join(workspace.root, 'photos', 'b', '3.png'), picture('png').subarray(0, 90))
    const model = workspace.write('photos.mtl.ts', modelText(3))
    await assert.rejects(workspace.launch(model), (error: LaunchError) => {
      assert.ok(error instanceof LaunchError)
      assert.match(error.problem.message, /photos\/b\/3\.png: the picture is damaged \(/)
      return true
    })
    assert.deepEqual(readdirSync(workspace.runs), [])
  })

  it('fails, with its file and row, when a picture is damaged meanwhile', async () => {
    photos()
    const folder = await workspace.launch(workspace.write('photos.mtl.ts', modelText(200_000)))
    await until('it trains', () => eventsOf(folder).some(event => event.type === 'epoch'))
    writeFileSync(join(workspace.root, 'photos', 'b', '3.png'), picture('png').subarray(0, 90))
    const end = await ended(folder)
    assert.equal(end.status, 'failed')
    assert.equal(
      end.message,
      'The data file photos/b/3.png (row 12) changed during training. Put the old file back and resume the run, or start a new one.',
    )
  })
})
