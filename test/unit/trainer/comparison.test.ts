import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { comparison, type ComparisonWishes } from '../../../src/runs/comparison'
import type { RunFolder } from '../../../src/runs/folder'
import { killRun, LaunchError, stopRun } from '../../../src/runs/launch'
import { liveProcess } from '../../../src/runs/live'
import { membersOf } from '../../../src/runs/series'
import { launchSeries, readSeries, readSeriesResult } from '../../../src/runs/seriesKind'
import { readProgress } from '../../../src/runs/seriesProgress'
import { until } from '../runs/temporary'
import { ended, modelText, numbers, Workspace } from './workspace'

const program = resolve('dist/series.js')

/** The file that one would write for one task alone: the others, and what only they use, are not there. */
function alone(task: 'species' | 'sex' | 'mass'): string {
  const others = ['species', 'sex', 'mass'].filter(name => name !== task)
  return others
    .reduce((text, name) => text.replace(new RegExp(`^ +${name}: .*\\n`, 'm'), ''), modelText({ weighting: 'equal()', epochs: 3 }))
    .replace(', { weight: 0.5 }', '')
}

describe('comparing process', () => {
  const workspace = new Workspace()
  const compare = (modelFile: string, asked: ComparisonWishes = {}, resume?: string): Promise<RunFolder> => {
    const place = { program, modelFile, root: workspace.root, runs: workspace.runs }
    return launchSeries(comparison, { ...place, asked: { seeds: 1, ...asked }, ...(resume !== undefined && { resume }) })
  }
  const over = (folder: RunFolder) => until('the comparison has ended', () => !liveProcess(folder))

  for (const task of ['species', 'sex', 'mass'] as const) {
    it(`trains ${task} alone exactly as a file with that task alone does`, async () => {
      const text = alone(task)
      assert.equal(text.match(/penguins\.label/g)!.length, 1, text)
      const byHand = await workspace.launch(workspace.write('alone.mtl.ts', text))
      const derived = await workspace.launch(workspace.model({ epochs: 3 }), { variant: { task } })
      await Promise.all([ended(byHand), ended(derived)])
      const [expected, actual] = [numbers(byHand), numbers(derived)]
      assert.ok(expected.length > 20)
      assert.deepEqual(actual, expected)
      assert.deepEqual(derived.readManifest().tasks, [task])
    })
  }

  it('trains the members it needs as ordinary runs on one split, and writes what they say', async () => {
    const folder = await compare(workspace.model({ epochs: 3 }), { seeds: 2 })
    await over(folder)
    const { status, done, total } = readProgress(folder)
    assert.deepEqual([status, done, total], ['completed', 8, 8])
    const result = readSeriesResult(comparison, folder)!
    assert.deepEqual(Object.keys(result.delta), ['pcGrad'])
    assert.deepEqual(Object.keys(result.delta.pcGrad!), ['species', 'sex', 'mass', 'overall'])
    const members = [...membersOf(folder, 'comparison').values()]
    assert.equal(members.length, 8)
    for (const member of members) {
      const { partOf, graphHash, data, seed, graph } = member.readManifest()
      assert.equal(partOf!.id, basename(folder.path))
      assert.ok(partOf!.label.endsWith(`seed ${seed}`), partOf!.label)
      assert.deepEqual(graph.sources[0]!.split, members[0]!.readManifest().graph.sources[0]!.split)
      assert.deepEqual(data, readSeries(comparison, folder).data)
      assert.equal(graphHash === readSeries(comparison, folder).graphHash, partOf!.label.startsWith('pcGrad'))
    }
    // Metrics are those of the test split at the members' best checkpoints.
    const [seed] = result.methods.pcGrad!.seeds
    const run = members.find(({ id }) => id === seed!.run)!
    const end = await ended(run)
    assert.equal(seed!.metrics.mass!.mae, end.metrics.mass!.test_mae)
    assert.match(readFileSync(join(folder.path, 'delta.svg'), 'utf8'), /<svg[^]*pcGrad[^]*overall/)
  })

  it('goes on after a kill: finished members stay, the interrupted one is resumed, the figures are the same', async () => {
    const model = workspace.model({ epochs: 150 })
    const whole = await compare(model)
    await over(whole)
    const folder = await compare(model)
    await until('the third member is being trained', () => readProgress(folder).done >= 2 && readProgress(folder).current?.run)
    killRun(folder)
    const current = join(dirname(folder.path), readProgress(folder).current!.run!)
    const interrupted = [...membersOf(folder, 'comparison').values()].find(({ path }) => path === current)!
    killRun(interrupted)
    await until('both are gone', () => !liveProcess(folder) && !liveProcess(interrupted))
    assert.equal(readProgress(folder).status, 'interrupted')
    const before = [...membersOf(folder, 'comparison')].map(([key, { id }]) => [key, id])
    // What the file says by now does not matter: the comparison knows its model.
    writeFileSync(model, modelText({ epochs: 1 }))
    await compare(model, {}, folder.path)
    await over(folder)
    assert.equal(readProgress(folder).status, 'completed')
    const after = [...membersOf(folder, 'comparison')].map(([key, { id }]) => [key, id])
    // Runs of one second are in no order by name.
    const ids = new Map(after as [string, string][])
    for (const [key, id] of before) assert.equal(ids.get(key!), id)
    assert.equal(after.length, 4)
    assert.deepEqual(readSeriesResult(comparison, folder)!.delta, readSeriesResult(comparison, whole)!.delta)
  })

  it('stops with its member when asked, and refuses data that have changed when it goes on', async () => {
    const folder = await compare(workspace.model({ epochs: 100_000 }))
    await until('a member is being trained', () => readProgress(folder).current?.run)
    const [member] = membersOf(folder, 'comparison').values()
    await stopRun(folder)
    assert.equal(readProgress(folder).status, 'stopped')
    assert.equal((await ended(member!)).status, 'stopped')
    const data = join(workspace.root, 'penguins.csv')
    writeFileSync(data, readFileSync(data, 'utf8').replace('Torgersen', 'Biscoe'))
    await compare(join(workspace.root, 'penguins.mtl.ts'), {}, folder.path)
    await over(folder)
    const { status, message } = readProgress(folder)
    assert.equal(status, 'failed')
    assert.match(message!, /penguins\.csv is not the file .* started with: its content has changed/)
  })

  const refused = async (text: string, asked: ComparisonWishes = {}) => {
    const error = await compare(workspace.write('bad.mtl.ts', text), asked).then(
      () => assert.fail('it should not start'),
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof LaunchError, String(error))
    return error.problem
  }

  it('refuses a model of one task, an unknown method, and a task without labels to judge it by', async () => {
    const one = await refused(alone('mass'))
    assert.match(one.message, /one task, 'mass': there is nothing to compare/)
    assert.match(alone('mass').split('\n')[one.diagnostics[0]!.line - 1]!, /model\(/)
    const unknown = await refused(modelText(), { methods: ['pcgrad'] })
    assert.match(unknown.message, /there is no method 'pcgrad'; did you mean 'pcGrad'/)
    const data = readFileSync(join(workspace.root, 'penguins.csv'), 'utf8').split('\n')
    const few = data.map((line, i) => (i > 3 ? line.replace(/MALE|FEMALE/g, 'NA') : line)).join('\n')
    writeFileSync(join(workspace.root, 'penguins.csv'), few)
    const problem = await refused(modelText())
    assert.match(problem.message, /task 'sex'.*no row of the (validation|test|training) split has a label/)
    assert.ok(problem.diagnostics[0]!.line > 10)
  })
})
