import assert from 'node:assert/strict'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { readCheckpoint } from '../../../src/runs/checkpoint'
import { sendControl } from '../../../src/runs/controlClient'
import { RunFolder } from '../../../src/runs/folder'
import { launch, LaunchError, stopRun } from '../../../src/runs/launch'
import { liveProcess } from '../../../src/runs/live'
import { RunSummaries } from '../../../src/runs/summaries'
import { until, wait } from '../runs/temporary'
import { ended, eventsOf, numbers, trainer, Workspace } from './workspace'

const long = { epochs: 200_000 }

async function problemOf(launching: Promise<unknown>): Promise<LaunchError['problem']> {
  const error = await launching.then(
    () => assert.fail('it should not start'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof LaunchError, String(error))
  return error.problem
}

describe('training process', () => {
  const workspace = new Workspace()

  it('writes a run that tells everything, and goes', async () => {
    const phases: string[] = []
    const folder = await workspace.launch(workspace.model(), { onPhase: message => phases.push(message) })
    assert.deepEqual(phases, ['Reading the model', 'Reading the data', 'Starting the engine'])
    const { status } = await ended(folder)
    assert.equal(status, 'completed')
    const manifest = folder.readManifest()
    assert.deepEqual([manifest.id, manifest.model, manifest.seed, manifest.epochs], [basename(folder.path), 'penguins', 1, 5])
    assert.match(manifest.sources['penguins.mtl.ts']!, /export default model/)
    assert.deepEqual(
      manifest.data.map(({ path, bytes }) => [path, bytes]),
      [['penguins.csv', statSync(join(workspace.root, 'penguins.csv')).size]],
    )
    assert.match(manifest.graphHash, /^[0-9a-f]{64}$/)
    assert.deepEqual(readdirSync(folder.path).sort(), ['checkpoints', 'choices.json', 'events.ndjson', 'lock-1', 'run.json', 'trainer.log'])
    assert.equal(readFileSync(folder.log, 'utf8'), '')
    assert.match(readFileSync(join(workspace.root, '.mtl', '.gitignore'), 'utf8'), /^\*$/m)
    const best = readCheckpoint(folder, 'best')
    assert.ok(best.weights.has('trunk.dense1/kernel') || best.weights.size > 4)
    assert.equal(best.state, null)
  })

  it('outlives nothing that can’t be trained: errors come with their places, and no folder is left', async () => {
    const file = workspace.write('bad.mtl.ts', workspaceText(workspace).replace("activation: 'relu'", "activation: 'relo'"))
    const { diagnostics } = await problemOf(workspace.launch(file))
    const [first] = diagnostics
    assert.equal(first!.path, file)
    const line = readFileSync(file, 'utf8').split('\n')[first!.line - 1]!
    assert.equal(line.slice(first!.column - 1, first!.endColumn - 1), "'relo'")
    assert.match(first!.message, /relu/)
    assert.deepEqual(readdirSync(workspace.runs), [])

    appendFileSync(join(workspace.root, 'penguins.csv'), 'Adelie,Dream,inf,18,190,3700,MALE\n')
    const data = await problemOf(workspace.launch(workspace.model()))
    assert.match(data.message, /penguins\.csv.*346.*bill_length_mm.*inf/)
    assert.match(
      readFileSync(data.diagnostics[0]!.path, 'utf8').split('\n')[data.diagnostics[0]!.line - 1]!,
      /penguins\.csv|bill_length_mm/,
    )
    assert.deepEqual(readdirSync(workspace.runs), [])
    assert.match((await problemOf(workspace.launch(join(workspace.root, 'none.mtl.ts')))).message, /no file/)
  })

  it('obeys the control channel', async () => {
    const folder = await workspace.launch(workspace.model(long))
    await until('it trains', () => eventsOf(folder).some(event => event.type === 'step'))
    for (const command of ['pause', 'resume', 'checkpoint', 'pause', 'resume'] as const)
      assert.deepEqual(await sendControl(folder, { command }), { ok: true })
    await sendControl(folder, { command: 'pause' })
    await wait(1500)
    assert.equal((await new RunSummaries(workspace.runs).list())[0]!.status, 'paused', 'a pause lasts')
    await sendControl(folder, { command: 'resume' })
    await stopRun(folder)
    const end = await ended(folder)
    assert.equal(end.status, 'stopped')
    assert.equal(liveProcess(folder), null)
    assert.equal(readCheckpoint(folder, 'last').step, eventsOf(folder).findLast(event => event.type === 'checkpoint')!.step)
  })

  it('stops with a checkpoint on SIGTERM', async function () {
    if (process.platform === 'win32') this.skip()
    const folder = await workspace.launch(workspace.model(long))
    process.kill(liveProcess(folder)!.pid, 'SIGTERM')
    assert.equal((await ended(folder)).status, 'stopped')
    assert.ok(existsSync(folder.checkpoint('last')))
  })

  it('does not train a run that another process trains', async () => {
    const folder = await workspace.launch(workspace.model(long))
    await until('it trains', () => eventsOf(folder).some(event => event.type === 'step'))
    const { pid } = liveProcess(folder)!
    assert.match(
      (await problemOf(workspace.launch(workspace.model(long), { resume: folder.path }))).message,
      new RegExp(`Process ${pid} is training`),
    )
    assert.equal(liveProcess(folder)!.pid, pid)
    await stopRun(folder)
    // Two at once: one of them wins.
    const results = await Promise.allSettled([1, 2].map(() => workspace.launch(workspace.model(long), { resume: folder.path })))
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    await stopRun(folder)
  })

  it('fails with the file’s name where the data changes', async () => {
    const folder = await workspace.launch(workspace.model(long))
    await until('it trains', () => existsSync(folder.checkpoint('last')))
    appendFileSync(join(workspace.root, 'penguins.csv'), 'Adelie,Dream,39,18,190,3700,MALE\n')
    const end = await ended(folder)
    assert.equal(end.status, 'failed')
    assert.match(end.message!, /penguins\.csv changed during training/)
    assert.match(
      (await problemOf(workspace.launch(workspace.model(long), { resume: folder.path }))).message,
      /penguins\.csv is not the file/,
    )
  })

  it('fails where the disk is full, keeps the last good checkpoint, and goes on when there is room', async function () {
    if (!existsSync('/dev/full')) this.skip()
    const folder = await workspace.launch(workspace.model({ epochs: 800 }), { checkpointSeconds: 0 })
    await until('it has a checkpoint', () => existsSync(folder.checkpoint('last')))
    // From here on the kernel says ENOSPC to every checkpoint.
    for (;;) {
      try {
        symlinkSync('/dev/full', `${folder.checkpoint('last')}.tmp`)
        break
      } catch {
        await wait(1)
      }
    }
    const end = await ended(folder)
    assert.equal(end.status, 'failed')
    assert.match(end.message!, /disk is full/)
    readCheckpoint(folder, 'last')
    await workspace.launch(workspace.model(), { resume: folder.path })
    assert.equal((await ended(folder)).status, 'completed')
  })

  it('opens and resumes a folder that was moved elsewhere, with its workspace or alone', async () => {
    const epochs = 300
    const whole = await workspace.launch(workspace.model({ epochs }))
    await ended(whole)
    const stopped = await workspace.launch(workspace.model({ epochs }))
    await stopRun(stopped)
    const other = join(workspace.root, 'other')
    mkdirSync(other)
    mkdirSync(join(other, '.vscode'))
    for (const name of ['penguins.csv', 'penguins.mtl.ts', '.mtl'])
      cpSync(join(workspace.root, name), join(other, name), { recursive: true })
    const alone = join(workspace.root, 'elsewhere')
    renameSync(stopped.path, alone)
    rmSync(join(workspace.root, '.mtl', 'runs', whole.id), { recursive: true })

    const model = join(other, 'penguins.mtl.ts')
    await workspace.launch(model, { root: other, resume: alone })
    await ended(new RunFolder(alone))
    assert.deepEqual(numbers(new RunFolder(alone)), numbers(new RunFolder(join(other, '.mtl', 'runs', whole.id))))

    rmSync(join(workspace.root, 'penguins.mtl.ts'))
    const together = new RunFolder(join(other, '.mtl', 'runs', stopped.id))
    await launch({ trainer, runs: '', resume: together.path })
    await ended(together)
    assert.deepEqual(numbers(together), numbers(new RunFolder(join(other, '.mtl', 'runs', whole.id))))
    assert.equal((await new RunSummaries(join(other, '.mtl', 'runs')).list()).length, 2)
  })
})

function workspaceText(workspace: Workspace): string {
  return readFileSync(workspace.model(), 'utf8')
}
