import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Relatedness } from '../../../src/ir/dataReport'
import { folderWith } from '../data/folder'
import { lines, run } from './command'

describe('mtl relatedness', () => {
  it('ends with one object about labels and probes', async () => {
    const { code, stdout, stderr } = await run(resolve('.'), 'relatedness', 'examples/penguins/penguins.mtl.ts', '--json')
    assert.deepEqual([code, stderr], [0, ''])
    const found = lines<Relatedness & { type: string }>(stdout).at(-1)!
    assert.equal(found.type, 'relatedness')
    assert.deepEqual(found.tasks, ['species', 'sex', 'mass'])
    const pair = found.pairs.find(({ a, b }) => a === 'species' && b === 'mass')!
    assert.equal(pair.association!.measure, 'correlationRatio')
    assert.ok(pair.association!.value > 0.75 && pair.normalized! > 0.2)
    assert.ok(found.probes.find(({ task }) => task === 'species')!.skill! > 0.8)
    assert.ok(found.transfer[0]![2]! > 0.6, 'species tell much of the mass')
  })

  it('prints tables for people', async () => {
    const { code, stdout } = await run(resolve('.'), 'relatedness', 'examples/penguins/penguins.mtl.ts')
    assert.equal(code, 0)
    assert.match(stdout, /species · mass +correlation ratio +0\.8\d/)
    assert.match(stdout, /Linear probes: 6 inputs, 239 \+ 52 rows/)
  })

  it('points at the label where the data can’t be read', async () => {
    const folder = folderWith({
      'm.mtl.ts': `import { csv, classification, dense, model } from 'mtl'\nconst data = csv('d.csv')\nconst x = data.features({ numeric: ['a'] })\nexport default model({ tasks: { k: classification(data.label('k'), x.pipe(dense(2))) } })\n`,
      'd.csv': 'a,k\n1,x\n2,x\n3,x\n',
    })
    mkdirSync(join(folder, '.vscode'))
    const { code, stdout, stderr } = await run(folder, 'relatedness', 'm.mtl.ts', '--json')
    assert.equal(code, 1)
    assert.match(stderr, /^m\.mtl\.ts:4:/)
    assert.equal(lines<{ ok: boolean }>(stdout).at(-1)!.ok, false)
  })

  it('warns at the name of the column that is suspicious, as check does', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${(i * 7) % 60},1,${i % 2 ? 'x' : 'y'}`)
    const folder = folderWith({
      'm.mtl.ts': `import { csv, classification, dense, model } from 'mtl'\nconst data = csv('d.csv')\nconst x = data.features({ numeric: ['a', 'b'] })\nexport default model({ tasks: { k: classification(data.label('k'), x.pipe(dense(2))) } })\n`,
      'd.csv': `a,b,k\n${rows.join('\n')}\n`,
    })
    mkdirSync(join(folder, '.vscode'))
    for (const command of ['relatedness', 'check']) {
      const { code, stderr } = await run(folder, command, 'm.mtl.ts')
      assert.equal(code, 0)
      assert.match(stderr, /^m\.mtl\.ts:3:42: warning: 'b' is the same in all rows of the training split/m)
    }
  })
})
