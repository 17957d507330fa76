import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { comparison, type ComparisonResult } from '../../../src/runs/comparison'
import { runFolders } from '../../../src/runs/folder'
import { killRun } from '../../../src/runs/launch'
import { liveProcess } from '../../../src/runs/live'
import { membersOf } from '../../../src/runs/series'
import { seriesFolders } from '../../../src/runs/seriesKind'
import { readProgress } from '../../../src/runs/seriesProgress'
import { until } from '../runs/temporary'
import { modelText, Workspace } from '../trainer/workspace'
import { lines, run, start } from './command'

describe('mtl compare', () => {
  const workspace = new Workspace()

  it('ends with Δm of each method by task and overall, fixed weights among them', async () => {
    workspace.model({ epochs: 2 })
    const args = ['--methods', 'equal,uncertainty', '--seeds', '2', '--learning-rates', '0.01,0.001', '--json', '--runs', 'my runs']
    const { code, stdout, stderr } = await run(workspace.root, 'compare', 'penguins.mtl.ts', ...args)
    assert.deepEqual([code, stderr], [0, ''])
    const told = lines(stdout)
    assert.equal(told[0]!.type, 'comparison')
    const result = told.at(-1) as unknown as ComparisonResult & { folder: string }
    assert.deepEqual(Object.keys(result.delta), ['equal', 'uncertainty', 'fixed'])
    for (const delta of Object.values(result.delta)) {
      assert.deepEqual(Object.keys(delta), ['species', 'sex', 'mass', 'overall'])
      const { species, sex, mass, overall } = delta as Record<string, number>
      assert.ok(Math.abs((species! + sex! + mass!) / 3 - overall!) < 1e-12)
    }
    // Δm of the mean metrics, worked out from the runs themselves.
    const test = (metric: string, folder: string) =>
      Number(JSON.parse(readFileSync(join(folder, 'events.ndjson'), 'utf8').trimEnd().split('\n').at(-1)!).metrics.mass[`test_${metric}`])
    const folders = new Map(runFolders(join(workspace.root, 'my runs')).map(folder => [folder.id, folder.path]))
    const mean = (metric: string, runs: readonly { run: string }[]) =>
      runs.reduce((sum, { run }) => sum + test(metric, folders.get(run)!), 0) / runs.length
    const [alone, equal] = [result.baselines.mass!.seeds, result.methods.equal!.seeds]
    const change = (metric: string, sign: number) => (sign * (mean(metric, equal) - mean(metric, alone))) / Math.abs(mean(metric, alone))
    const expected = (change('mae', -1) + change('rmse', -1) + change('r2', 1)) / 3
    assert.ok(Math.abs(result.delta.equal!.mass! - expected) < 1e-9, `${result.delta.equal!.mass} ${expected}`)
    const progress = told.filter(({ type }) => type === 'progress')
    assert.ok(progress.length >= 10)
    assert.equal(progress.at(-1)!.total, folders.size)
    assert.equal(told.at(-1)!.folder, result.folder)
  })

  it('goes on by the same command after everything was killed, and prints a table', async () => {
    workspace.model({ epochs: 300 })
    const first = start(workspace.root, 'compare', 'penguins.mtl.ts', '--seeds', '1')
    await until('the second member is being trained', () => {
      const [folder] = seriesFolders(comparison, workspace.runs)
      return folder && readProgress(folder).done >= 1 && readProgress(folder).current?.run
    })
    const [folder] = seriesFolders(comparison, workspace.runs)
    first.child.kill('SIGKILL')
    killRun(folder!)
    for (const member of membersOf(folder!, 'comparison').values()) killRun(member)
    await until('all are gone', () => !liveProcess(folder!) && runFolders(workspace.runs).every(run => !liveProcess(run)))
    const { code, stdout } = await run(workspace.root, 'compare', 'penguins.mtl.ts', '--seeds', '1')
    assert.equal(code, 0)
    assert.match(stdout, /^Goes on with .*comparison/)
    assert.match(stdout, /^mass +mae ↓ +rmse ↓ +r2 ↑$/m)
    assert.match(stdout, /^pcGrad +[+−]?\d+\.\d % +[+−]?\d+\.\d % +[+−]?\d+\.\d % +[+−]?\d+\.\d %$/m)
    assert.equal(seriesFolders(comparison, workspace.runs).length, 1)
    assert.equal(runFolders(workspace.runs).length, 4)
  })

  it('stops at Ctrl-C; a changed model or changed data begin anew, with a word about it', async () => {
    const model = workspace.model({ epochs: 100_000 })
    const running = start(workspace.root, 'compare', 'penguins.mtl.ts')
    const training = () => seriesFolders(comparison, workspace.runs).some(folder => readProgress(folder).current?.run)
    await until('a member is being trained', training)
    running.child.kill('SIGINT')
    const stopped = await running.done
    assert.equal(stopped.code, 130)
    assert.match(stopped.stderr, /go on with: mtl compare --resume \S+comparison/)
    const [old] = seriesFolders(comparison, workspace.runs)

    writeFileSync(model, modelText({ epochs: 1 }))
    const anew = await run(workspace.root, 'compare', 'penguins.mtl.ts')
    assert.equal(anew.code, 0, anew.stderr)
    assert.match(anew.stderr, /The model file has changed since \S+ was interrupted: a new comparison begins/)
    assert.equal(seriesFolders(comparison, workspace.runs).length, 2)

    const data = join(workspace.root, 'penguins.csv')
    writeFileSync(data, readFileSync(data, 'utf8').replace('Torgersen', 'Biscoe'))
    writeFileSync(model, modelText({ epochs: 100_000 }))
    const refused = await run(workspace.root, 'compare', '--resume', old!.id)
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /the data of \S+ has changed since/)
  })

  it('says what is wrong with the command line', async () => {
    workspace.model()
    const wrong = async (...args: string[]) => {
      const { code, stderr } = await run(workspace.root, 'compare', ...args)
      assert.equal(code, 2, stderr)
      return stderr.split('\n')[0]
    }
    assert.equal(await wrong('penguins.mtl.ts', '--methods', 'equal,pcgrad'), "mtl: there is no method 'pcgrad'; did you mean 'pcGrad'?")
    assert.match((await wrong('penguins.mtl.ts', '--learning-rates', '0.1,fast'))!, /numbers above 0 separated by commas.*not 'fast'/)
    assert.match((await wrong('penguins.mtl.ts', '--learning-rates=-1'))!, /numbers above 0 .* not '-1'/)
    assert.match((await wrong('penguins.mtl.ts', '--seeds', '0'))!, /--seeds must be a whole number of 1 or more/)
    assert.match((await wrong('--methods', 'equal'))!, /FILE is missing/)
    assert.match((await wrong('--resume', 'x', '--seeds', '2'))!, /a resumed comparison keeps its settings: leave --seeds away/)
  })
})
