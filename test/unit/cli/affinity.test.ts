import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AffinityResult, TaskTable } from '../../../src/ir/affinity'
import { affinity } from '../../../src/runs/affinity'
import type { GramEvent } from '../../../src/runs/events'
import { runFolders, type RunFolder } from '../../../src/runs/folder'
import { killRun } from '../../../src/runs/launch'
import { liveProcess } from '../../../src/runs/live'
import { membersOf } from '../../../src/runs/series'
import { seriesFolders } from '../../../src/runs/seriesKind'
import { readProgress } from '../../../src/runs/seriesProgress'
import { paired, plant } from '../../proof/plantedConflict'
import { until } from '../runs/temporary'
import { modelText, Workspace } from '../trainer/workspace'
import { lines, run, start } from './command'

const resultOf = (stdout: string) => lines(stdout).at(-1) as unknown as AffinityResult

describe('mtl affinity', () => {
  const workspace = new Workspace()
  afterEach(async () => {
    for (const folder of seriesFolders(affinity, workspace.runs)) {
      killRun(folder)
      await until('the measuring process is gone', () => !liveProcess(folder))
    }
  })

  it('finds which tasks belong together, by what a step for one does for the other and by their trunks', async () => {
    plant({ ...paired, model: paired.model.replace('epochs: 20', 'epochs: 12') }, 1, workspace.root)
    const { code, stdout, stderr } = await run(workspace.root, 'affinity', 'planted.mtl.ts', '--groups', '2', '--json')
    assert.deepEqual([code, stderr], [0, ''])
    assert.equal(lines(stdout)[0]!.type, 'affinity')
    assert.ok(lines(stdout).some(({ type, total }) => type === 'progress' && total === 5))
    const { tasks, affinity: values, spread, firstOrder, cka, layers, groupings, runs, steps } = resultOf(stdout)
    assert.deepEqual(
      groupings.map(({ most, apart }) => [most, apart.groups.map(group => group.join()).sort()]),
      [
        [1, ['a,b,c,d']],
        [2, ['a,b', 'c,d']],
      ],
    )
    const isPair = (i: string, j: string) => ['ab', 'ba', 'cd', 'dc'].includes(i + j)
    const over = (table: TaskTable, together: boolean) => {
      const entries = tasks.flatMap(i => tasks.flatMap(j => (i !== j && isPair(i, j) === together ? [table[i]![j]!] : [])))
      return entries.reduce((sum, value) => sum + value) / entries.length
    }
    for (const table of [values, firstOrder, cka]) assert.ok(over(table, true) > over(table, false), JSON.stringify(table))
    assert.ok(over(values, true) > 0, JSON.stringify(values))
    for (const task of tasks) assert.deepEqual([cka[task]![task], values[task]![task]! > 0], [1, true])
    assert.ok(cka.a!.b! > 0.9 && cka.a!.b === cka.b!.a)
    assert.deepEqual(
      layers.map(({ layer }) => layer),
      ['calm.dense1', 'torn.dense1'],
    )
    assert.ok(layers[1]!.cka.a!.b! > 0.9 && Math.abs(layers[1]!.cka.a!.c!) < 0.2, 'a unit for one direction, and one for another')

    // Mean and deviation over the log of the one training.
    const events = readFileSync(join(workspace.runs, runs.together, 'events.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
    const ahead = events.map(line => JSON.parse(line) as GramEvent).flatMap(event => event.lookAhead ?? [])
    const column = ahead.filter((_, k) => k % 4 === 0).map(row => row[2]!)
    const mean = column.reduce((sum, value) => sum + value) / column.length
    assert.equal(steps, column.length)
    assert.ok(Math.abs(values.a!.c! - mean) < 1e-12)
    assert.ok(Math.abs(spread.a!.c! - Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (steps - 1))) < 1e-12)
  })

  it('takes finished runs of the same model, says so, and prints tables', async () => {
    workspace.model({ epochs: 2, weighting: 'equal()' })
    const looked = await run(workspace.root, 'train', 'penguins.mtl.ts', '--look-ahead', '1')
    assert.equal(looked.code, 0, looked.stderr)
    const [given] = runFolders(workspace.runs) as [RunFolder]
    await run(workspace.root, 'train', 'penguins.mtl.ts')
    const { code, stdout, stderr } = await run(workspace.root, 'affinity', 'penguins.mtl.ts')
    assert.equal(code, 0, stderr)
    assert.match(stdout, new RegExp(`${given.id} was there already: it is the run of all tasks together`))
    assert.equal(runFolders(workspace.runs).length, 2 + 3)
    assert.match(stdout, /^species +−?[\d.e-]+ ± [\d.e-]+ +−?[\d.e-]+ ± /m)
    assert.match(stdout, /^1 +−?[\d.e−-]+ +species \+ sex \+ mass/m)
    // With other weights it is another training.
    workspace.model({ epochs: 2 })
    const pcGrad = await run(workspace.root, 'affinity', 'penguins.mtl.ts', '--json')
    const result = resultOf(pcGrad.stdout)
    assert.equal(result.runs.together, given.id, 'measured with equal weights, whatever the file says')
    const longer = resultOf((await run(workspace.root, 'affinity', 'penguins.mtl.ts', '--epochs', '1', '--json')).stdout)
    assert.notEqual(longer.runs.together, given.id)
  })

  it('goes on by the same command after everything was killed, and gives what an undisturbed one gives', async () => {
    workspace.model({ epochs: 150 })
    const first = start(workspace.root, 'affinity', 'penguins.mtl.ts', '--json')
    const training = () => {
      const [folder] = seriesFolders(affinity, workspace.runs)
      return folder && readProgress(folder).done >= 1 && readProgress(folder).current?.run
    }
    await until('the second member is being trained', training)
    const [folder] = seriesFolders(affinity, workspace.runs)
    first.child.kill('SIGKILL')
    killRun(folder!)
    for (const member of membersOf(folder!, 'affinity').values()) killRun(member)
    await until('all are gone', () => !liveProcess(folder!) && runFolders(workspace.runs).every(run => !liveProcess(run)))
    const again = await run(workspace.root, 'affinity', 'penguins.mtl.ts', '--json')
    assert.equal(again.code, 0, again.stderr)
    assert.equal(lines(again.stdout)[0]!.resumed, true)
    assert.equal(readdirSync(workspace.runs).length, 5)
    const whole = resultOf((await run(workspace.root, 'affinity', 'penguins.mtl.ts', '--runs', 'others', '--json')).stdout)
    assert.deepEqual(resultOf(again.stdout).cka, whole.cka)
  })

  it('says what is wrong', async () => {
    const refused = async (text: string, code = 1, ...args: string[]) => {
      workspace.write('bad.mtl.ts', text)
      const answer = await run(workspace.root, 'affinity', 'bad.mtl.ts', ...args)
      assert.equal(answer.code, code, answer.stdout)
      return answer.stderr
    }
    const one = modelText().replace(/^ +(species|sex): .*\n/gm, '')
    assert.match(await refused(one), /bad\.mtl\.ts:\d+:\d+: the model has one task, 'mass': affinity is between tasks/)
    const apart = modelText()
      .replaceAll('trunk)', 'measurements)')
      .replace('trunk,', 'measurements,')
      .replace('trunk.pipe', 'measurements.pipe')
    assert.match(await refused(apart), /no two tasks share a layer with weights/)
    assert.match(await refused(modelText(), 2, '--groups', '0'), /--groups must be a whole number of 1 or more/)
    assert.match(await refused(modelText(), 2, '--group', '2'), /there is no option --group; did you mean --groups\?/)
    const data = readFileSync(join(workspace.root, 'penguins.csv'), 'utf8').split('\n')
    const few = data.map((line, i) => (i > 3 ? line.replace(/MALE|FEMALE/g, 'NA') : line)).join('\n')
    writeFileSync(join(workspace.root, 'penguins.csv'), few)
    assert.match(await refused(modelText()), /task 'sex'.*no row of the (validation|test|training) split has a label/)
  })
})
