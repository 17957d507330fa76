import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { augmentations } from '../../../src/data/augmentations/table'
import { sources } from '../../../src/data/sources/table'
import { transforms } from '../../../src/transforms/table'
import { blockDoc, parameterDoc, concatDoc, featuresDoc, inputDoc, modelDoc } from '../../../src/dsl/settings'
import { diagnosticCodes } from '../../../src/ir/diagnosticCodes'
import { operations } from '../../../src/layers/operations/table'
import { layers } from '../../../src/layers/table'
import { methods } from '../../../src/methods/table'
import { schedules } from '../../../src/optimizers/schedules/table'
import { optimizers } from '../../../src/optimizers/table'
import { tasks } from '../../../src/tasks/table'
import { evaluate, show } from '../language/evaluate'

const names = [layers, operations, tasks, optimizers, schedules, methods, sources, transforms, augmentations].flatMap(table =>
  table.map(({ kind }) => kind),
)
const head = `import { ${[...names, 'input', 'concat', 'block', 'parameter', 'model', 'type Tensor'].join(', ')} } from 'mtl'
const penguins = csv('penguins.csv'), passengers = csv('p.csv'), digits = npz('d.npz')
const features = penguins.features({ numeric: ['a', 'b'] }), trunk = features
const image = input('picture', [28, 28, 1]), left = features, right = features
`
const end = "\nexport default model({ tasks: { species: classification(2, trunk), mass: regression(penguins.label('m'), trunk) } })\n"

async function worksIn(lines: string, whole = head + lines + end): Promise<void> {
  const { diagnostics } = await evaluate(whole)
  assert.deepEqual(
    diagnostics.filter(d => d.severity === 'error').map(d => d.message),
    [],
    show(whole, diagnostics),
  )
}

describe('the vocabulary', () => {
  for (const { kind, example } of [...layers, ...operations, ...sources]) it(`${kind}: its example works`, () => worksIn(`void ${example}`))
  for (const { kind, example } of tasks)
    it(`${kind}: its example works`, () => worksIn(`void { ${example} }`.replace('void {', 'void ({').replace(/\}$/, '})')))
  for (const { kind, example } of [...optimizers, ...schedules, ...methods]) {
    it(`${kind}: its example works`, () => worksIn('', `${head}${end.replace(' })\n', `, training: { ${example} } })\n`)}`))
  }
  for (const { kind, example } of augmentations)
    it(`${kind}: its example works`, () => worksIn(`input('photo', [8, 8, 3], { ${example} })`))
  for (const { kind, example } of transforms) it(`${kind}: its example works`, () => worksIn(`penguins.features({ ${example} })`))
  for (const { example } of [blockDoc, parameterDoc, concatDoc, inputDoc, featuresDoc])
    it(`${example.split('(')[0]}: the example works`, () => worksIn(`{\n${example}\n}`))
  it('model: its example works', () => worksIn('', `${head}${modelDoc.example}`))

  it('has no name twice', () => assert.equal(new Set(names).size, names.length))

  it('tells each mistake by a code of the table', () => {
    const known = new Set(Object.keys(diagnosticCodes))
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(file =>
      /^(dsl|language|data|layers|tasks|training|trainer)[\\/].*\.ts$/.test(file),
    )
    const unknown = files.flatMap(file =>
      [...readFileSync(join('src', file), 'utf8').matchAll(/'(mtl\/[a-z-]+)'/g)]
        .filter(([, code]) => !known.has(code!))
        .map(([, code]) => `${file}: ${code}`),
    )
    assert.deepEqual(unknown, [])
  })
})
