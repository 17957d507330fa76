import assert from 'node:assert/strict'
import { applyFix, evaluate } from './evaluate'
import { penguinsProfile } from './penguins'

const head = "import { classification, csv, dense, dropout, flatten, input, model } from 'mtl'\nconst image = input('image', [8, 8, 1])\n"
const end = '\nexport default model({ tasks: { a: classification(2, image.pipe(flatten())) } })\n'

/** What the first quick fix makes of the lines. */
async function mend(lines: string, start = head): Promise<string> {
  const text = start + lines + end
  const { diagnostics } = await evaluate(text, { profiles: { 'penguins.csv': penguinsProfile } })
  const fix = diagnostics.find(d => d.severity === 'error')?.fixes?.[0]
  assert.ok(fix, `no fix in ${JSON.stringify(diagnostics, null, 1)}`)
  const mended = applyFix(text, fix)
  const after = await evaluate(mended, { profiles: { 'penguins.csv': penguinsProfile } })
  assert.deepEqual(
    after.diagnostics.filter(d => d.severity === 'error'),
    [],
  )
  return mended.replace(end, '').replace(start, '')
}

const features = "\nd.features({ numeric: ['bill_length_mm'] })"

describe('quick fixes keep the layout', () => {
  const options: [string, string, string][] = [
    ['no options', "csv('penguins.csv')", "csv('penguins.csv', { missingFeatures: 'drop' })"],
    ['empty options', "csv('penguins.csv', {})", "csv('penguins.csv', { missingFeatures: 'drop' })"],
    [
      'options on one line',
      "csv('penguins.csv', { missing: ['NA'] })",
      "csv('penguins.csv', { missing: ['NA'], missingFeatures: 'drop' })",
    ],
    [
      'options on one line with a comma at the end',
      "csv('penguins.csv', { missing: ['NA'], })",
      "csv('penguins.csv', { missing: ['NA'], missingFeatures: 'drop' })",
    ],
    [
      'options on lines of their own',
      "csv('penguins.csv', {\n  missing: ['NA'], // gaps\n})",
      "csv('penguins.csv', {\n  missing: ['NA'], // gaps\n  missingFeatures: 'drop',\n})",
    ],
    [
      'options on lines, no comma at the end',
      "csv('penguins.csv', {\n    missing: ['NA']\n})",
      "csv('penguins.csv', {\n    missing: ['NA'],\n    missingFeatures: 'drop'\n})",
    ],
    [
      'carriage returns',
      "csv('penguins.csv', {\r\n  missing: ['NA'],\r\n})",
      "csv('penguins.csv', {\r\n  missing: ['NA'],\r\n  missingFeatures: 'drop',\r\n})",
    ],
  ]
  for (const [name, before, after] of options) {
    it(`where there are ${name}`, async () => assert.equal(await mend(`const d = ${before}${features}`), `const d = ${after}${features}`))
  }

  it('where a layer goes into a pipe of several lines', async () => {
    assert.equal(
      await mend('image.pipe(\n  dropout(0.1), // keep\n  dense(4),\n)'),
      'image.pipe(\n  dropout(0.1), // keep\n  flatten(), dense(4),\n)',
    )
  })

  it('where a layer is made elsewhere', async () => {
    assert.equal(await mend('const d = dense(4)\nimage.pipe(d)'), 'const d = dense(4)\nimage.pipe(flatten(), d)')
    assert.equal(await mend('const d = dense(4)\nd(image)'), 'const d = dense(4)\nd(flatten()(image))')
  })

  it('and import what they use', async () => {
    const start = "import { classification, dense, input, model } from 'mtl'\nconst image = input('image', [8, 8, 1])\n"
    const text = `${start}dense(4)(image)\nexport default model({ tasks: { a: classification(2, dense(3)(input('x', [3]))) } })`
    const { diagnostics } = await evaluate(text)
    const fix = diagnostics.find(d => d.severity === 'error')!.fixes![0]!
    assert.equal(applyFix(text, fix).split('\n')[0], "import { classification, dense, input, model, flatten } from 'mtl'")
  })
})
