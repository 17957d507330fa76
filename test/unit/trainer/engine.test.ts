import assert from 'node:assert/strict'
import { join } from 'node:path'
import { relativeError } from '../../conformance/runProgram'
import { withoutOnnxRuntime } from '../runs/withoutOnnxRuntime'
import { ended, eventsOf, Workspace } from './workspace'

describe('the engine of a run', () => {
  const workspace = new Workspace()
  const notes = (folder: Parameters<typeof eventsOf>[0]) =>
    eventsOf(folder).flatMap(event => (event.type === 'note' && event.severity === 'warning' ? [event.message] : []))
  const losses = (folder: Parameters<typeof eventsOf>[0]) =>
    eventsOf(folder).flatMap(event => (event.type === 'step' ? Object.values(event.losses).map(Number) : []))

  it('is ONNX Runtime, and without a word', async () => {
    const folder = await workspace.launch(workspace.model({ epochs: 1 }))
    await ended(folder)
    assert.equal(folder.readManifest().engine.name, 'onnxruntime')
    assert.deepEqual(notes(folder), [])
  })

  it('is TensorFlow.js where it is asked for: the same losses, with dropout and PCGrad', async () => {
    const model = workspace.model({ epochs: 3 })
    const [first, second] = [await workspace.launch(model), await workspace.launch(model, { engine: 'tensorflow' })]
    assert.equal((await ended(first)).status, 'completed')
    assert.equal((await ended(second)).status, 'completed')
    const { name, version } = second.readManifest().engine
    assert.equal(name, 'tensorflow')
    assert.match(version, /^\d+\.\d+\.\d+ \(/)
    assert.ok(losses(first).length > 20)
    assert.ok(relativeError(losses(second), losses(first)) < 1e-3)
  })

  it('stays with a resumed run, unless another is asked for, which a note tells', async () => {
    const folder = await workspace.launch(workspace.model({ epochs: 1 }), { engine: 'tensorflow' })
    await ended(folder)
    await workspace.launch(workspace.model({ epochs: 1 }), { resume: folder.path, epochs: 2 })
    await ended(folder)
    assert.deepEqual(notes(folder), [])
    await workspace.launch(workspace.model({ epochs: 1 }), { resume: folder.path, epochs: 4, engine: 'onnxruntime' })
    assert.equal((await ended(folder)).status, 'completed')
    assert.equal(notes(folder).length, 1)
    assert.match(notes(folder)[0]!, /began with tensorflow .* goes on with onnxruntime/)
    const whole = await workspace.launch(workspace.model({ epochs: 4 }))
    await ended(whole)
    assert.ok(relativeError(losses(folder), losses(whole)) < 1e-3)
  })

  it('falls back to TensorFlow.js where ONNX Runtime does not load, and says so', async () => {
    const folder = await workspace.launch(workspace.model({ epochs: 1 }), { trainer: join(withoutOnnxRuntime(), 'trainer.js') })
    assert.equal((await ended(folder)).status, 'completed')
    assert.equal(folder.readManifest().engine.name, 'tensorflow')
    assert.match(notes(folder)[0]!, /^The model is trained by TensorFlow\.js .* ONNX Runtime could not be loaded/)
  })

  it('is not replaced where it was asked for by name', async () => {
    const trainer = join(withoutOnnxRuntime(), 'trainer.js')
    await assert.rejects(workspace.launch(workspace.model({ epochs: 1 }), { trainer, engine: 'onnxruntime' }), {
      message: /^ONNX Runtime could not be loaded/,
    })
  })
})
