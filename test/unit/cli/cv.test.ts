import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crossValidation, type CrossValidationResult } from '../../../src/runs/crossValidation'
import { runFolders, type RunFolder } from '../../../src/runs/folder'
import { killRun } from '../../../src/runs/launch'
import { liveProcess } from '../../../src/runs/live'
import { membersOf } from '../../../src/runs/series'
import { seriesFolders } from '../../../src/runs/seriesKind'
import { readProgress } from '../../../src/runs/seriesProgress'
import { until } from '../runs/temporary'
import { Workspace } from '../trainer/workspace'
import { lines, run, start } from './command'

describe('mtl cv', () => {
  const workspace = new Workspace()

  it('ends with mean and spread of each metric by task, worked out from the folds', async () => {
    workspace.model({ epochs: 2 })
    const where = ['--device', 'cpu', '--runs', 'my runs']
    const { code, stdout, stderr } = await run(workspace.root, 'cv', 'penguins.mtl.ts', '--folds', '3', '--json', ...where)
    assert.deepEqual([code, stderr], [0, ''])
    const told = lines(stdout)
    assert.equal(told[0]!.type, 'crossValidation')
    assert.ok(told.some(({ type, total }) => type === 'progress' && total === 3))
    const tasks = told.at(-1) as unknown as CrossValidationResult['tasks']
    assert.deepEqual(Object.keys(tasks), ['species', 'sex', 'mass'])
    // Runs of one second are in no order by name.
    const foldOf = (folder: RunFolder) => folder.readManifest().graph.sources[0]!.split.fold!.index
    const runs = runFolders(join(workspace.root, 'my runs')).sort((a, b) => foldOf(a) - foldOf(b))
    assert.equal(runs.length, 3)
    assert.ok(
      runs.every(run => run.readManifest().engine.reason === undefined),
      'no other device was tried',
    )
    const ends = runs.map(
      ({ events }) =>
        JSON.parse(readFileSync(events, 'utf8').trimEnd().split('\n').at(-1)!) as { metrics: Record<string, Record<string, number>> },
    )
    for (const [task, metrics] of Object.entries(tasks)) {
      for (const [name, { mean, spread, folds }] of Object.entries(metrics)) {
        const values = ends.map(({ metrics }) => metrics[task]![`test_${name}`]!)
        assert.deepEqual(folds, values)
        const expected = values.reduce((a, b) => a + b) / 3
        assert.ok(Math.abs(mean - expected) < 1e-12)
        assert.ok(Math.abs(spread - Math.sqrt(values.reduce((sum, v) => sum + (v - expected) ** 2, 0) / 2)) < 1e-12)
      }
    }
    assert.deepEqual(
      runs.map(folder => folder.readManifest().graph.sources[0]!.split.fold),
      [0, 1, 2].map(index => ({ index, of: 3 })),
    )
  })

  it('holds rows that the data puts into the test part out of every fold, and says so', async () => {
    const table = join(workspace.root, 'penguins.csv')
    const [head, ...rows] = readFileSync(table, 'utf8').trimEnd().split('\n')
    // Every tenth row, and a gap that is dropped among neither.
    writeFileSync(table, [`${head},part`, ...rows.map((row, i) => `${row},${i % 10 === 9 ? 'test' : 'train'}`)].join('\n') + '\n')
    const model = workspace.model({ epochs: 2 })
    writeFileSync(model, readFileSync(model, 'utf8').replace("stratify: 'species'", "column: 'part'"))
    const note = /^34 rows that the data puts into the test part are held out of every fold\.$/m
    const asText = await run(workspace.root, 'cv', 'penguins.mtl.ts', '--folds', '2')
    assert.match(asText.stdout, note, asText.stderr)
    const [folder] = seriesFolders(crossValidation, workspace.runs)
    assert.match(readFileSync(join(folder!.path, 'result.md'), 'utf8'), note)
    const { stdout } = await run(workspace.root, 'cv', 'penguins.mtl.ts', '--folds', '2', '--json')
    assert.ok(lines(stdout).some(({ type, message }) => type === 'note' && note.test(String(message))))
    assert.deepEqual(Object.keys(lines(stdout).at(-1)!), ['species', 'sex', 'mass'])
  })

  it('goes on by the same command after everything was killed, and gives what an undisturbed one gives', async () => {
    workspace.model({ epochs: 150 })
    const first = start(workspace.root, 'cv', 'penguins.mtl.ts', '--folds', '2')
    await until('the second fold is being trained', () => {
      const [folder] = seriesFolders(crossValidation, workspace.runs)
      return folder && readProgress(folder).done >= 1 && readProgress(folder).current?.run
    })
    const [folder] = seriesFolders(crossValidation, workspace.runs)
    first.child.kill('SIGKILL')
    killRun(folder!)
    for (const member of membersOf(folder!, 'cross-validation').values()) killRun(member)
    await until('all are gone', () => !liveProcess(folder!) && runFolders(workspace.runs).every(run => !liveProcess(run)))
    const again = await run(workspace.root, 'cv', 'penguins.mtl.ts', '--folds', '2')
    assert.equal(again.code, 0, again.stderr)
    assert.match(again.stdout, /^Goes on with .*-cv-/)
    assert.match(again.stdout, /^ +mass +rmse +\S+ ± \S+$/m)
    assert.equal(runFolders(workspace.runs).length, 2)
    const whole = await run(workspace.root, 'cv', 'penguins.mtl.ts', '--folds', '2', '--runs', 'others')
    const figures = (stdout: string) => stdout.slice(stdout.indexOf('Test parts'))
    assert.equal(figures(again.stdout), figures(whole.stdout))
  })

  it('says what is wrong', async () => {
    workspace.model()
    assert.match(
      (await run(workspace.root, 'cv', 'penguins.mtl.ts', '--folds', '1')).stderr,
      /--folds must be a whole number of 2 or more, not '1'/,
    )
    assert.match((await run(workspace.root, 'cv')).stderr, /FILE is missing/)
    const many = await run(workspace.root, 'cv', 'penguins.mtl.ts', '--folds', '5000')
    assert.equal(many.code, 1)
    assert.match(many.stderr, /the test split is empty/)
  })
})
