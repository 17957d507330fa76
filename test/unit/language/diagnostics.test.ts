import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { diagnosticCodes } from '../../../src/ir/diagnosticCodes'
import type { ArraysProfile, ColumnProfile, TableProfile } from '../../../src/ir/profile'
import { diagnosticsDocument } from '../../../src/language/diagnosticsDocument'
import { columnCases, type Case } from './columnCases'
import { applyFix, evaluate, file, show, unmark } from './evaluate'
import { modelCases } from './modelCases'

const head = `import { activation, adam, binary, classification, concat, conv2d, csv, date, dense, dropout, equal, fixed, flatten, flip, hashing, input, json, maxPool2d, mixup, model, npz, oneHot, ordinal, pcGrad, regression, scale, sgd, uncertainty } from 'mtl'
const x = input('x', [8]), image = input('image', [28, 28, 1])
`
const end = '\nexport default model({ tasks: { a: classification(2, x), b: classification(2, image.pipe(flatten())) } })\n'

const column = (name: string, more: Partial<ColumnProfile> = {}): ColumnProfile => ({
  name,
  type: 'number',
  missing: 0,
  distinct: 50,
  values: null,
  ...more,
})

const table: TableProfile = {
  kind: 'table',
  rows: 100,
  columns: [
    column('height'),
    column('width', { missing: 3 }),
    column('kind', { type: 'text', distinct: 3, values: ['a', 'b', 'c'] }),
    column('sold', { type: 'boolean', distinct: 2, values: ['false', 'true'] }),
    column('same', { type: 'text', distinct: 1, values: ['z'] }),
    column('day', { type: 'date' }),
    column('id', { type: 'text', distinct: 5000 }),
  ],
}

const arrays: ArraysProfile = {
  kind: 'arrays',
  rows: 10,
  arrays: [
    { name: 'image', shape: [28, 28], dtype: 'uint8', values: null },
    { name: 'left', shape: [], dtype: 'uint8', values: ['0', '1', '2'] },
    { name: 'slant', shape: [], dtype: 'float32', values: null },
    { name: 'names', shape: [], dtype: '<U8', values: null },
  ],
}

const profiles = {
  't.csv': table,
  'a.npz': arrays,
  'u.csv': table,
  'broken.csv': { kind: 'error', code: 'mtl/data-format', message: 'row 3 has 4 fields, 5 were expected' } as const,
}

/** Tasks with data sets of their own, up to the end of the tasks. */
const twoSets = `const d = csv('t.csv'), e = csv('u.csv'), shared = dense(4), f = x => shared(x.features({ categorical: ['kind'] }))
export default model({ tasks: { a: regression(d.label('height'), f(d)), b: regression(e.label('height'), f(e)) }`

const cases: Record<string, Case> = {
  'a slip in the text': { code: 'mtl/syntax', lines: 'const q = (1 + «;»' },
  'an enum': { code: 'mtl/unsupported-syntax', lines: '«enum A { B }»' },
  'a namespace': { code: 'mtl/unsupported-syntax', lines: '«namespace A { export const b = 1 }»' },
  'an await': { code: 'mtl/unsupported-syntax', lines: 'const q = «await 3»' },
  'a dynamic import': { code: 'mtl/unsupported-syntax', lines: "const q = «import('fs')»" },
  'a package': { code: 'mtl/import-package', whole: `import fs from «'fs'»\n${head}console${end}`, says: /not from 'fs'/ },
  'a package of Node': { code: 'mtl/import-package', whole: `import { readFileSync } from «'node:fs'»\n${head}readFileSync${end}` },
  'an absolute import': { code: 'mtl/import-outside', whole: `import x1 from «'/etc/passwd'»\n${head}x1${end}` },
  'an import from outside': { code: 'mtl/import-outside', whole: `import x1 from «'../../secret'»\n${head}x1${end}` },
  'an import of nothing': { code: 'mtl/import-not-found', whole: `import { z } from «'./nothere'»\n${head}z${end}` },
  'broken JSON': {
    code: 'mtl/import-unreadable',
    whole: `import z from «'./z.json'»\n${head}z${end}`,
    given: { files: { 'z.json': '{ "a": ' } },
  },
  'a misspelt import': {
    code: 'mtl/unknown-export',
    whole:
      "import { «dens», classification, input, model } from 'mtl'\nconst x = dens(4)(input('x', [3]))\nexport default model({ tasks: { a: classification(2, x) } })",
    says: /did you mean 'dense'/,
    fixed:
      "import { dense, classification, input, model } from 'mtl'\nconst x = dense(4)(input('x', [3]))\nexport default model({ tasks: { a: classification(2, x) } })",
  },
  'a misspelt import of a file': {
    code: 'mtl/unknown-export',
    whole: `import { «blok» } from './blocks'\n${head}blok(x)${end}`,
    fixed: `import { block } from './blocks'\n${head}block(x)${end}`,
    given: { files: { 'blocks.ts': "import { dense, type Tensor } from 'mtl'\nexport const block = (x: Tensor<1>) => dense(3)(x)" } },
  },
  'brackets without end': { code: 'mtl/nesting-too-deep', lines: `const q = ${'('.repeat(19_999)}«(»1${')'.repeat(20_000)}` },
  'a method that is none': {
    code: 'mtl/runtime-error',
    lines: "const d = csv('t.csv')\nd.«labels»('kind')",
    says: /d\.labels is not a function/,
  },
  'an error of its own': {
    code: 'mtl/runtime-error',
    lines: "const n = 4\nif (n > 3) throw «new Error('too big: ' + n)»",
    says: /^too big: 4$/,
  },
  'a thrown text': { code: 'mtl/runtime-error', lines: "«throw 'oops'»", says: /oops/ },
  'a global of Node': { code: 'mtl/runtime-error', lines: "«console».log('hello')", says: /does not exist in model files/ },
  'a random number': { code: 'mtl/runtime-error', lines: 'dense(Math.ceil(«Math.random()» * 10))', says: /same each time/ },
  'the time of day': { code: 'mtl/runtime-error', lines: 'const t = «Date.now»()', says: /Date is not available/ },
  'a loop without end': { code: 'mtl/time-limit', lines: 'const q = 1\n«while (true)» { }', given: { deadline: 500 } },
  'too much memory': { code: 'mtl/memory-limit', lines: 'const a: unknown[] = []\n«while (true)» a.push(new Array(1e5).fill(1))' },
  'endless recursion': { code: 'mtl/recursion', lines: 'function f(n: number): number {\n  return 1 + «f(n + 1)»\n}\nf(0)' },
  'too many layers': { code: 'mtl/too-many-layers', lines: 'let h = x\n«for (;;)» h = dense(8)(h)' },

  'no model': { code: 'mtl/no-model', whole: "«i»mport { input } from 'mtl'\ninput('x', [3])" },
  'a model that is not exported': {
    code: 'mtl/no-model',
    whole: `${head}«model({ tasks: { a: classification(2, x), b: classification(2, image.pipe(flatten())) } })»`,
    fixed: `${head}export default model({ tasks: { a: classification(2, x), b: classification(2, image.pipe(flatten())) } })`,
  },
  'another default export': { code: 'mtl/no-model', whole: `${head}«export default x»` },
  'no tasks': {
    code: 'mtl/no-tasks',
    whole: `${head}«export default model({ tasks: {} })»`.replace(
      '«export default model({ tasks: {} })»',
      'export default model({ tasks: «{}» })',
    ),
    says: /at least one/,
  },
  'tasks not written': { code: 'mtl/no-tasks', whole: `${head}export default model(«{ training: {} }»)` },
  'a tensor as a task': { code: 'mtl/not-a-task', whole: `${head}export default model({ tasks: { a: «x» } })`, says: /not a tensor/ },
  'an unknown task': {
    code: 'mtl/unknown-task',
    whole: `${head}export default model({ tasks: { left: classification(2, x) }, training: { weighting: fixed({ «lft»: 1 }) } })`,
    fixed: `${head}export default model({ tasks: { left: classification(2, x) }, training: { weighting: fixed({ left: 1 }) } })`,
  },
  'a layer of no use': {
    code: 'mtl/unused-layer',
    lines: '«x.pipe(dense(4))»'.replace('«x.pipe(dense(4))»', 'x.pipe(«dense(4)»)'),
    says: /no task/,
  },

  'an argument left out': {
    code: 'mtl/missing-argument',
    lines: 'use(«dense()»(x))'.replace('use(', '').replace('(x))', ''),
    says: /dense needs units/,
  },
  'too many arguments': { code: 'mtl/too-many-arguments', lines: 'flatten(«3»)', says: /no arguments/ },
  'an option left out': {
    code: 'mtl/missing-option',
    whole: `${head}export default model({ tasks: { a: classification(2, x) }, training: { earlyStopping: «{}» } })`,
    says: /patience/,
  },
  'an unknown option': {
    code: 'mtl/unknown-option',
    lines: "dense(4, { «activaton»: 'relu' })",
    fixed: "dense(4, { activation: 'relu' })",
  },
  'an unknown option as a text': {
    code: 'mtl/unknown-option',
    lines: `dense(4, { «"activaton"»: 'relu' })`,
    fixed: `dense(4, { "activation": 'relu' })`,
  },
  'an unknown option in short': {
    code: 'mtl/unknown-option',
    lines: 'const activaton = "relu"\ndense(4, { «activaton» })',
    fixed: 'const activaton = "relu"\ndense(4, { activation: activaton })',
  },
  'an unknown setting of training': {
    code: 'mtl/unknown-option',
    whole: `${head}export default model({ tasks: { a: classification(2, x) }, training: { «epoch»: 3 } })`,
    fixed: `${head}export default model({ tasks: { a: classification(2, x) }, training: { epochs: 3 } })`,
  },
  'an unknown choice': {
    code: 'mtl/invalid-option',
    lines: "dense(4, { activation: «'rellu'» })",
    says: /did you mean 'relu'/,
    fixed: "dense(4, { activation: 'relu' })",
  },
  'a wrong number': { code: 'mtl/invalid-option', lines: 'dense(«-1»)', says: /whole number above 0, not -1/ },
  'a wrong value behind a constant and a spread': {
    code: 'mtl/invalid-option',
    lines: "const base = { activation: «'rellu'» as const }\nconst options = { ...base, strides: 2 }\nconv2d(8, options)",
  },
  'a computed options object': { code: 'mtl/invalid-option', lines: 'const make = () => ({ strides: 0 })\nconv2d(8, «make()»)' },
  'a setting of training': {
    code: 'mtl/invalid-option',
    whole: `${head}export default model({ tasks: { a: classification(2, x) }, training: { epochs: «0.5» } })`,
  },
  'a wrong weighting': {
    code: 'mtl/invalid-option',
    whole: `${head}export default model({ tasks: { a: classification(2, x) }, training: { weighting: «pcGrad» } })`,
    says: /call it/,
  },
  'options that are none': { code: 'mtl/invalid-options', lines: "dense(4, «'relu'»)", says: /not 'relu'/ },

  'a shape in a pipe': {
    code: 'mtl/shape-mismatch',
    lines: 'export const y = image.pipe(dropout(0.1), «dense(4)»)',
    fixed: 'export const y = image.pipe(dropout(0.1), flatten(), dense(4))',
  },
  'a shape in a call': {
    code: 'mtl/shape-mismatch',
    lines: 'export const y = «dense(4)(image)»',
    fixed: 'export const y = dense(4)(flatten()(image))',
  },
  'a shape at a task': {
    code: 'mtl/shape-mismatch',
    lines: 'export const t = classification(3, «image»)',
    fixed: 'export const t = classification(3, flatten()(image))',
  },
  'a kernel that is too large': {
    code: 'mtl/shape-mismatch',
    lines: "export const y = image.pipe(conv2d(4, { kernel: «40», padding: 'valid' }))",
    says: /larger/,
  },
  'tensors that can not be joined': { code: 'mtl/shape-mismatch', lines: 'export const y = concat(x, «image»)', says: /last axis/ },
  'a layer shared by two sizes': {
    code: 'mtl/shared-shape',
    lines: "const d = dense(3)\nexport const y = concat(d(x), «d(input('z', [5]))»)",
    says: /\[8\].*\[5\]/,
  },
  'a layer as a tensor': {
    code: 'mtl/not-a-tensor',
    lines: 'export const t = classification(3, «dense(4)»)',
    says: /a layer that is not applied/,
  },
  'a number as a tensor': { code: 'mtl/not-a-tensor', lines: 'export const y = concat(x, «3» as never)' },
  'a function that returns nothing': {
    code: 'mtl/not-a-tensor',
    lines: 'export const y = x.pipe((«() => undefined») as never)',
    says: /returns undefined/,
  },
  'a tensor as a layer': { code: 'mtl/not-a-layer', lines: 'export const y = x.pipe(«x» as never)' },
  'a layer that is given its tensor at once': {
    code: 'mtl/layer-not-applied',
    lines: 'export const y = dense(4, «x» as never)',
    says: /second call/,
  },
  'a layer without options that is given its tensor': {
    code: 'mtl/layer-not-applied',
    lines: 'export const y = flatten(«image»)',
    fixed: 'export const y = flatten()(image)',
  },
  arithmetic: { code: 'mtl/tensor-arithmetic', lines: 'export const y = «(x as never) * 2»', says: /symbolic/ },
  'two inputs of one name': { code: 'mtl/duplicate-name', lines: "input(«'x'», [3])" },

  'an address as a path': { code: 'mtl/data-path', lines: "csv(«'https://example.org/a.csv'»)" },
  'a path from outside': { code: 'mtl/data-path', lines: "csv(«'../a.csv'»)", says: /outside/ },
  'a pattern': { code: 'mtl/data-path', lines: "csv(«'*.csv'»)" },
  'an absolute path': { code: 'mtl/data-path', lines: "csv(«'/data/a.csv'»)" },
  'a file that can not be read': { code: 'mtl/data-format', lines: "csv(«'broken.csv'»)", says: /row 3/ },
  'an unknown column': {
    code: 'mtl/unknown-column',
    lines: "csv('t.csv').features({ numeric: [«'heigth'»] })",
    says: /did you mean 'height'/,
    fixed: "csv('t.csv').features({ numeric: ['height'] })",
  },
  'an unknown label': { code: 'mtl/unknown-column', lines: "csv('t.csv').label(«'knd'»)", fixed: "csv('t.csv').label('kind')" },
  'an unknown column to stratify by': {
    code: 'mtl/unknown-column',
    lines: "csv('t.csv', { split: { stratify: «'kinds'» } })",
    fixed: "csv('t.csv', { split: { stratify: 'kind' } })",
  },
  'an unknown array': {
    code: 'mtl/unknown-array',
    lines: "input(«'imag'», [28, 28, 1], { from: npz('a.npz') })",
    fixed: "input('image', [28, 28, 1], { from: npz('a.npz') })".replace("'image'", "'image'"),
  },
  'a column named twice': { code: 'mtl/duplicate-column', lines: "csv('t.csv').features({ numeric: ['height', «'height'»] })" },
  ...columnCases,
  ...modelCases,
  'no columns': { code: 'mtl/no-features', lines: "csv('t.csv').features(«{}»)" },
  'gaps in a feature': {
    code: 'mtl/missing-features',
    lines: "const d = csv('t.csv')\n«d.features({ numeric: ['height', 'width'] })»",
    says: /'width' \(3\)/,
    fixed: "const d = csv('t.csv', { missingFeatures: 'drop' })\nd.features({ numeric: ['height', 'width'] })",
  },
  'a text as a number': { code: 'mtl/not-a-number', lines: "csv('t.csv').features({ numeric: [«'kind'»] })", says: /categorical/ },
  'a date as a number': { code: 'mtl/not-a-number', lines: "csv('t.csv').features({ numeric: [«'day'»] })" },
  'a text to be regressed': { code: 'mtl/not-a-number', lines: "regression(csv('t.csv').label(«'kind'»), x)", says: /'a', 'b', 'c'/ },
  'an array of texts to be regressed': { code: 'mtl/not-a-number', lines: "regression(npz('a.npz').label(«'names'»), x)" },
  'a text as a label': { code: 'mtl/not-a-label', lines: "classification(«'kind'» as never, x)" },
  'a label of many values a row': { code: 'mtl/label-shape', lines: "classification(npz('a.npz').label(«'image'»), x)" },
  'a label with one class': { code: 'mtl/one-class', lines: "classification(csv('t.csv').label(«'same'»), x)" },
  'a binary label of three': { code: 'mtl/not-binary', lines: "binary(csv('t.csv').label(«'kind'»), x)", says: /use classification/ },
  'a label of many classes': { code: 'mtl/too-many-classes', lines: "classification(csv('t.csv').label(«'id'»), x)", says: /5000/ },
  'a label of fractions': { code: 'mtl/too-many-classes', lines: "classification(npz('a.npz').label(«'slant'»), x)" },
  'an unknown positive value': {
    code: 'mtl/unknown-class',
    lines: "binary(csv('t.csv').label('sold'), x, { positive: «'tru'» })",
    fixed: "binary(csv('t.csv').label('sold'), x, { positive: 'true' })",
  },
  'a shape that the array does not have': {
    code: 'mtl/input-shape',
    whole: `${head.replace("image = input('image', [28, 28, 1])", "image = input('image', «[32, 32, 1]», { from: npz('a.npz') })")}${end}`,
    says: /784.*1024/,
  },
  'shares that do not add up': { code: 'mtl/split-sum', lines: "csv('t.csv', { split: «{ train: 0.8 }» })", says: /is 1\.1/ },
  'a label among its features': {
    code: 'mtl/label-as-feature',
    whole: `${head}const d = csv('t.csv')\nexport default model({ tasks: { a: regression(d.label('height'), d.features({ numeric: [«'height'»] })) } })`,
  },
  'a wrong answer to what happens to gaps': {
    code: 'mtl/invalid-option',
    whole: `${head}const d = csv('t.csv', { missingFeatures: «'dorp'» })\nexport default model({ tasks: { a: regression(d.label('height'), d.features({ numeric: ['width'] })) } })`,
    says: /did you mean 'drop'/,
  },
  'two sources of one model': {
    code: 'mtl/data-source',
    whole: `${head}const d = csv('t.csv'), e = csv('u.csv')\nexport default model({ tasks: { a: regression(«e.label('height')», d.features({ categorical: ['kind'] })) } })`,
    says: /label of the task 'a' is from u\.csv, but it learns from t\.csv/,
  },
  'another split of the same rows': {
    code: 'mtl/data-source',
    whole: `${head}const d = csv('t.csv'), e = csv('t.csv', { split: { seed: 9 } })\nexport default model({ tasks: { a: regression(«e.label('height')», d.features({ categorical: ['kind'] })) } })`,
    says: /another reading of t\.csv/,
  },
  'a way of sampling that does not exist': {
    code: 'mtl/invalid-option',
    whole: `${head}${twoSets}, training: { sampling: { sources: «'siz'» } } })`,
    says: /did you mean 'size'/,
  },
  'a temperature below 0': {
    code: 'mtl/invalid-option',
    whole: `${head}${twoSets}, training: { sampling: { sources: «{ temperature: -1 }» } } })`,
    says: /τ above 0/,
  },
  'sampling without a way': {
    code: 'mtl/missing-option',
    whole: `${head}${twoSets}, training: { sampling: «{}» } })`,
  },
  'sampling where there is one source': {
    code: 'mtl/invalid-option',
    whole: `${head}const d = csv('t.csv')\nexport default model({ tasks: { a: regression(d.label('height'), d.features({ categorical: ['kind'] })) }, training: { «sampling»: { sources: 'size' } } })`,
    says: /all tasks learn from one/,
  },
  'two tasks of one source that resample': {
    code: 'mtl/invalid-option',
    whole: `${head}const d = csv('t.csv'), e = csv('u.csv'), f = x => x.features({ numeric: ['height'] })\nexport default model({ tasks: { a: classification(d.label('kind'), f(d), { resample: 'over' }), b: classification(e.label('kind'), f(e), { resample: 'over' }), c: classification(e.label('kind'), f(e), { resample: «'over'» }) } })`,
    says: /'b' says already/,
  },
}

/** Codes that can only come from a fault of the program, from a start of training (test/unit/cli), the file system or the data (test/unit/data). */
const data = ['mtl/data-unreadable', 'mtl/data-format', 'mtl/data-value', 'mtl/data-changed', 'mtl/no-labels', 'mtl/empty-split']
/** What reading the data (test/unit/data/report.test.ts) or a training (test/e2e/conflict.test.ts) shows of a model without errors. */
const seen = [
  ...['mtl/leakage', 'mtl/duplicates-across-splits', 'mtl/constant-column', 'mtl/class-missing-from-split', 'mtl/labels-mostly-missing'],
  ...['mtl/conflict', 'mtl/task-conflict'],
]
const elsewhere = new Set(['mtl/internal', 'mtl/not-trainable', 'mtl/not-comparable', ...data, ...seen])

describe('diagnostics', () => {
  for (const [name, { code, lines, whole, says, fixed, given }] of Object.entries(cases)) {
    it(`${code}: ${name}`, async () => {
      const { text, marks } = unmark(whole ?? `${head}${lines}${end}`)
      const { diagnostics } = await evaluate(text, { profiles, ...given })
      const relevant = diagnostics.filter(d => d.code !== 'mtl/unused-layer' || code === 'mtl/unused-layer')
      assert.deepEqual(
        relevant.map(({ code: found, span }) => ({ code: found, ...span })),
        marks.map(mark => ({ code, file, ...mark })),
        show(text, diagnostics),
      )
      assert.match(relevant[0]!.message, says ?? /./)
      if (fixed === undefined) return
      const mended = applyFix(text, relevant[0]!.fixes![0]!)
      assert.equal(mended, whole === undefined ? `${head}${fixed}${end}` : fixed)
      const after = await evaluate(mended, { profiles, ...given })
      assert.ok(
        !after.diagnostics.some(d => d.code === code && d.severity === 'error' && code !== 'mtl/duplicate-name'),
        show(mended, after.diagnostics),
      )
    })
  }

  it('covers every code', () => {
    const covered = new Set(Object.values(cases).map(one => one.code))
    assert.deepEqual(
      Object.keys(diagnosticCodes).filter(code => !covered.has(code) && !elsewhere.has(code)),
      [],
    )
  })

  it('shows all problems of a file in one pass, in the order of the text', async () => {
    const { text } = unmark(
      `${head}const a = dense(-1)(x)\nconst b = dense(5, { act: 1 })(a)\nconv2d(3)(b)\ncsv('t.csv').label('knd')${end}`,
    )
    const { diagnostics, graph } = await evaluate(text, { profiles })
    assert.deepEqual(
      diagnostics.filter(d => d.severity === 'error').map(d => d.code),
      ['mtl/invalid-option', 'mtl/unknown-option', 'mtl/shape-mismatch', 'mtl/unknown-column'],
    )
    assert.equal(graph!.tasks.length, 2)
  })

  it('are documented', () => {
    assert.equal(readFileSync('docs/diagnostics.md', 'utf8'), diagnosticsDocument(), 'write it anew: node build/diagnostics.mjs')
  })
})
