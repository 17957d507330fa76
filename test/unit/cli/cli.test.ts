import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EndEvent } from '../../../src/runs/events'
import { RunFolder, runFolders } from '../../../src/runs/folder'
import { stopRun } from '../../../src/runs/launch'
import { liveProcess } from '../../../src/runs/live'
import type { RunSummary } from '../../../src/runs/summary'
import { until } from '../runs/temporary'
import { ended, eventsOf, modelText, Workspace } from '../trainer/workspace'
import { lines, run, start } from './command'

const place = /^(.+?):(\d+):(\d+): (.+)$/m

describe('command line', () => {
  const workspace = new Workspace()
  const newest = () => runFolders(workspace.runs)[0]!

  it('checks a model: 0 and its layers, 1 and the places of its errors', async () => {
    workspace.model()
    const good = await run(workspace.root, 'check', 'penguins.mtl.ts')
    assert.deepEqual([good.code, good.stderr], [0, ''])
    assert.match(good.stdout, /species\.output +dense +species +\[3\] +99/)
    assert.match(good.stdout, /3 tasks, [\d,]+ parameters/)
    const json = lines((await run(workspace.root, 'check', 'penguins.mtl.ts', '--json')).stdout)
    const summary = json.at(-1)!
    assert.deepEqual([summary.type, summary.ok], ['summary', true])
    assert.deepEqual(
      (summary.tasks as { name: string; classes: unknown }[]).map(({ name }) => name),
      ['species', 'sex', 'mass'],
    )
    const nodes = summary.nodes as { parameters: number; shape: number[]; tasks: string[] }[]
    assert.equal(
      nodes.reduce((n, { parameters }) => n + parameters, 0),
      summary.parameters,
    )

    workspace.write('bad.mtl.ts', modelText().replace("label('sex')", "label('sexx')").replace('epochs: 5', 'epochs: -5'))
    const bad = await run(workspace.root, 'check', 'bad.mtl.ts')
    assert.equal(bad.code, 1)
    const text = readFileSync(join(workspace.root, 'bad.mtl.ts'), 'utf8').split('\n')
    const told = bad.stderr
      .trim()
      .split('\n')
      .map(line => place.exec(line)!)
    assert.ok(told.length >= 2, bad.stderr)
    const sex = told.find(([, , , message]) => message !== undefined && bad.stderr.includes('sexx') && place.exec(bad.stderr))!
    assert.equal(sex[1], 'bad.mtl.ts')
    const column = told.find(match => match[4]!.includes("'sex'"))!
    assert.match(text[Number(column[2]) - 1]!.slice(Number(column[3]) - 1), /^'sexx'/)
    const diagnostics = lines((await run(workspace.root, 'check', 'bad.mtl.ts', '--json')).stdout)
    assert.deepEqual(
      diagnostics.map(({ type }) => type),
      [...told.map(() => 'diagnostic'), 'summary'],
    )
    assert.equal(diagnostics.at(-1)!.ok, false)
  })

  it('checks a model that has no data yet, and refuses to train it', async () => {
    const text = `import { classification, dense, input, model } from 'mtl'
const x = input('x', [4])
export default model({ tasks: { a: classification(3, x.pipe(dense(8))) } })
`
    workspace.write('design.mtl.ts', text)
    const checked = await run(workspace.root, 'check', 'design.mtl.ts')
    assert.equal(checked.code, 0, checked.stderr)
    assert.match(checked.stdout, /1 task, 67 parameters. No errors, but not ready to train/)
    assert.match(checked.stderr, /^design\.mtl\.ts:2:11: information: the input 'x' has no data/)
    const summary = lines((await run(workspace.root, 'check', 'design.mtl.ts', '--json')).stdout).at(-1)!
    assert.deepEqual([summary.ok, summary.trainable], [true, false])
    const trained = await run(workspace.root, 'train', 'design.mtl.ts')
    assert.equal(trained.code, 1)
    assert.match(trained.stderr, /^design\.mtl\.ts:2:11: the input 'x' has no data/)
  })

  it('trains and ends with the metrics of the best checkpoint', async () => {
    workspace.model({ epochs: 30, learningRate: 5e-3 })
    const runs = join(workspace.root, 'my runs')
    const { code, stdout, stderr } = await run(
      workspace.root,
      'train',
      'penguins.mtl.ts',
      '--json',
      '--epochs',
      '25',
      '--seed=7',
      '--runs',
      'my runs',
    )
    assert.deepEqual([code, stderr], [0, ''])
    const events = lines(stdout)
    const end = events.at(-1) as unknown as EndEvent
    assert.deepEqual([end.type, end.status], ['end', 'completed'])
    assert.deepEqual(Object.keys(end.metrics), ['species', 'sex', 'mass'])
    const names = (task: string) => Object.keys(end.metrics[task]!).sort()
    assert.deepEqual(names('species'), [
      'test_accuracy',
      'test_loss',
      'test_macro_f1',
      'validation_accuracy',
      'validation_loss',
      'validation_macro_f1',
    ])
    assert.deepEqual(names('mass'), [
      'test_loss',
      'test_mae',
      'test_r2',
      'test_rmse',
      'validation_loss',
      'validation_mae',
      'validation_r2',
      'validation_rmse',
    ])
    assert.ok(end.metrics.species!.test_accuracy! > 0.9)
    assert.equal(events.filter(({ type }) => type === 'epoch').length, 25)
    assert.equal(events.filter(({ type }) => type === 'step').length, 25 * 8)
    const [folder] = runFolders(runs)
    assert.deepEqual(readdirSync(runs), [folder!.id])
    assert.equal(folder!.readManifest().seed, 7)
    const listed = lines<RunSummary>((await run(workspace.root, 'runs', 'my runs', '--json')).stdout)
    assert.deepEqual([listed.length, listed[0]!.status, listed[0]!.epochs, listed[0]!.best], [1, 'completed', 25, end.metrics])
    assert.match((await run(workspace.root, 'runs', 'my runs')).stdout, /completed +25\/25 +species accuracy/)
  })

  it('says in lines what it does where there is no terminal', async () => {
    workspace.model()
    const { code, stdout, stderr } = await run(workspace.root, 'train', 'penguins.mtl.ts')
    assert.deepEqual([code, stderr], [0, ''])
    assert.equal(stdout.match(/^Epoch \d/gm)!.length, 5)
    assert.match(stdout, /^species +loss +[\d.]+ +[\d.]+$/m)
    assert.ok(!stdout.includes('\x1b') && !stdout.includes('\r'))
    assert.ok(existsSync(join(workspace.runs, '..', '.gitignore')))
  })

  it('refuses a model or data with errors by 1, and leaves nothing behind', async () => {
    workspace.write('bad.mtl.ts', modelText().replace('dense(32', 'dense(0'))
    const { code, stdout, stderr } = await run(workspace.root, 'train', 'bad.mtl.ts', '--json')
    assert.equal(code, 1)
    assert.match(stderr, /^bad\.mtl\.ts:12:\d+: .*above 0/m)
    const events = lines(stdout)
    assert.deepEqual([events[0]!.type, events[0]!.line, events.at(-1)!.type, events.at(-1)!.status], ['diagnostic', 12, 'end', 'failed'])
    assert.deepEqual(readdirSync(workspace.runs), [])
    workspace.model()
    writeFileSync(join(workspace.root, 'penguins.csv'), 'species,species\nAdelie,Gentoo\n')
    const data = await run(workspace.root, 'train', 'penguins.mtl.ts')
    assert.equal(data.code, 1)
    assert.match(data.stderr, /^penguins\.mtl\.ts:3:\d+: .*penguins\.csv/m)
    assert.match((await run(workspace.root, 'train', 'none.mtl.ts')).stderr, /there is no file .*none\.mtl\.ts/)
  })

  it('says where the fault stands when a training runs away', async () => {
    workspace.write(
      'wild.mtl.ts',
      modelText({ epochs: 100 }).replace('adam({ learningRate: 0.001 })', 'sgd({ learningRate: 50 })').replace('adam,', 'sgd,'),
    )
    const { code, stdout, stderr } = await run(workspace.root, 'train', 'wild.mtl.ts', '--json')
    assert.equal(code, 1)
    assert.match(stderr, /^wild\.mtl\.ts:20:26: .* step \d+.*learning rate 50 .* try 5\./)
    assert.deepEqual([lines(stdout).at(-1)!.type, lines(stdout).at(-1)!.status], ['end', 'failed'])
    assert.match((await run(workspace.root, 'runs')).stdout, /failed/)
  })

  it('refuses a wrong command line by 2', async () => {
    workspace.model()
    const wrong: [RegExp, ...string[]][] = [
      [/no command/],
      [/no command 'trian'; did you mean train\?/, 'trian'],
      [/FILE is missing/, 'train'],
      [/FILE is missing/, 'check', '--json'],
      [/DATA is missing/, 'predict', 'run'],
      [/unexpected argument 'b'/, 'check', 'a', 'b'],
      [/no option --epoch; did you mean --epochs\?/, 'train', 'penguins.mtl.ts', '--epoch', '3'],
      [/--epochs must be a whole number of 1 or more, not '0'/, 'train', 'penguins.mtl.ts', '--epochs', '0'],
      [/--epochs must be .* not 'ten'/, 'train', 'penguins.mtl.ts', '--epochs=ten'],
      [/--seed must be .* not '-1'|--seed/, 'train', 'penguins.mtl.ts', '--seed', '-1'],
      [/--runs/, 'train', 'penguins.mtl.ts', '--runs'],
    ]
    for (const [message, ...args] of wrong) {
      const { code, stdout, stderr } = await run(workspace.root, ...args)
      assert.deepEqual([code, stdout], [2, ''], args.join(' '))
      assert.match(stderr.split('\n')[0]!, message)
    }
    assert.match((await run(workspace.root, '--help')).stdout, /mtl train FILE/)
    assert.match((await run(workspace.root, '--version')).stdout, /^\d+\.\d+\.\d+\n$/)
  })

  it('predicts rows with the best checkpoint, also those that it can’t', async () => {
    workspace.model({ epochs: 30, learningRate: 5e-3 })
    await run(workspace.root, 'train', 'penguins.mtl.ts')
    const table = readFileSync(join(workspace.root, 'penguins.csv'), 'utf8').split('\n')
    const { code, stdout, stderr } = await run(workspace.root, 'predict', newest().id, 'penguins.csv', '--json')
    assert.equal(code, 0)
    assert.match(stderr, /2 rows with a gap/)
    const rows = lines<{
      row: number
      species: { class: string; probabilities: Record<string, number> } | null
      mass: { value: number } | null
    }>(stdout)
    assert.deepEqual(
      rows.map(({ row }) => row),
      Array.from({ length: 344 }, (_, i) => i + 1),
    )
    assert.equal(rows.filter(({ species }) => species === null).length, 2)
    const answered = rows.filter(row => row.species !== null)
    const right = answered.filter(({ row, species }) => species!.class === table[row]!.split(',')[0])
    assert.ok(right.length > 330, `${right.length} of ${answered.length}`)
    for (const { species, mass } of answered) {
      assert.ok(Math.abs(Object.values(species!.probabilities).reduce((a, b) => a + b) - 1) < 1e-5)
      assert.ok(mass!.value > 2000 && mass!.value < 7000)
    }
    writeFileSync(
      join(workspace.root, 'new.csv'),
      'bill_length_mm,bill_depth_mm,flipper_length_mm,island\n39.1,18.7,181,Torgersen\n46.5,x,210,Biscoe\n',
    )
    const wrong = await run(workspace.root, 'predict', newest().id, 'new.csv')
    assert.equal(wrong.code, 1)
    assert.match(wrong.stderr, /^.*new\.csv:\d+:1: .*bill_depth_mm.*'x'/m)
    assert.match((await run(workspace.root, 'predict', 'nothing', 'new.csv')).stderr, /no run 'nothing'/)
  })

  it('stops a run with a checkpoint on Ctrl-C, and goes on with it', async () => {
    workspace.model({ epochs: 200_000 })
    const { child, stdout, done } = start(workspace.root, 'train', 'penguins.mtl.ts', '--json')
    await until('it trains', () => stdout().includes('"type":"epoch"'))
    child.kill('SIGINT')
    const { code } = await done
    assert.equal(code, 130)
    assert.equal((lines(stdout()).at(-1) as unknown as EndEvent).status, 'stopped')
    const folder = newest()
    assert.equal(liveProcess(folder), null)
    assert.ok(existsSync(folder.checkpoint('last')))
    const { step } = eventsOf(folder).findLast(event => event.type === 'checkpoint')!
    const again = start(workspace.root, 'train', '--resume', folder.id, '--json')
    await until('it goes on', () => again.stdout().includes('"type":"epoch"'))
    const resume = lines(again.stdout().slice(0, again.stdout().lastIndexOf('\n'))).find(({ type }) => type === 'resume')!
    assert.equal(resume.step, step)
    assert.equal((await run(workspace.root, 'pause', folder.id)).code, 0)
    await until('it pauses', () => eventsOf(folder).findLast(event => event.type === 'status')?.status === 'paused')
    assert.equal((await run(workspace.root, 'resume', folder.id)).stdout, `${folder.id} resumed\n`)
    assert.equal((await run(workspace.root, 'stop', 'latest')).code, 0)
    assert.equal((await again.done).code, 0)
    assert.equal((await run(workspace.root, 'stop', folder.id)).code, 1)
  })

  it('ends a run at once on a second Ctrl-C', async () => {
    workspace.model({ epochs: 200_000 })
    const { child, stdout, stderr, done } = start(workspace.root, 'train', 'penguins.mtl.ts', '--json')
    await until('it trains', () => stdout().includes('"type":"step"'))
    const live = liveProcess(newest())!
    // A process that is held can't stop by itself.
    process.kill(live.pid, 'SIGSTOP')
    child.kill('SIGINT')
    await until('the first is heard', () => stderr().includes('Ctrl-C again'))
    child.kill('SIGINT')
    assert.equal((await done).code, 130)
    assert.equal(liveProcess(newest()), null)
  })

  it('leaves the run alive when its own process is killed', async () => {
    workspace.model({ epochs: 200_000 })
    const { child, stdout, done } = start(workspace.root, 'train', 'penguins.mtl.ts', '--json')
    await until('it trains', () => stdout().includes('"type":"step"'))
    child.kill('SIGKILL')
    await done
    const folder = newest()
    const steps = () => eventsOf(folder).filter(event => event.type === 'step').length
    const before = steps()
    await until('it goes on training', () => steps() > before)
    await stopRun(folder)
    assert.equal((await ended(folder)).status, 'stopped')
  })

  it('says so where the training process is killed', async () => {
    workspace.model({ epochs: 200_000 })
    const { stdout, done } = start(workspace.root, 'train', 'penguins.mtl.ts', '--json')
    await until('it trains', () => stdout().includes('"type":"step"'))
    process.kill(liveProcess(newest())!.pid, 'SIGKILL')
    const { code, stderr } = await done
    assert.equal(code, 1)
    assert.match(stderr, /ended unexpectedly.*mtl resume/s)
    assert.equal(lines(stdout()).at(-1)!.type, 'end')
  })

  it('finds a workspace above the model, and works from elsewhere', async () => {
    const deep = join(workspace.root, 'models')
    mkdirSync(deep)
    workspace.write('models/deep.mtl.ts', modelText().replace("'penguins.csv'", "'../penguins.csv'"))
    assert.equal((await run('/', 'train', join(deep, 'deep.mtl.ts'))).code, 0)
    assert.equal(new RunFolder(newest().path).readManifest().graph.file, 'models/deep.mtl.ts')
    mkdirSync(join(deep, '.vscode'))
    const outside = await run(deep, 'check', 'deep.mtl.ts')
    assert.equal(outside.code, 1)
    assert.match(outside.stderr, /^deep\.mtl\.ts:3:\d+: .*outside/m)
  })
})
