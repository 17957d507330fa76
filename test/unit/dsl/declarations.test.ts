import assert from 'node:assert/strict'
import ts from 'typescript'
import { declarations } from '../../../src/dsl/declarations'
import { typeNames } from '../../../src/dsl/typeNames'
import { penguins } from '../language/penguins'

const declaration = declarations()
const libraries = new Map<string, ts.SourceFile | undefined>()

/** Errors of a model file, each as the text that it stands at. */
function check(text: string): { at: string; message: string }[] {
  const files = new Map([
    ['/w/model.mtl.ts', text],
    ['/mtl/index.d.ts', declaration],
  ])
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    noEmit: true,
    types: [],
    lib: ['lib.es2023.d.ts'],
    skipDefaultLibCheck: true,
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.getSourceFile = (name, languages) => {
    const content = files.get(name)
    if (content !== undefined && name !== '/mtl/index.d.ts') return ts.createSourceFile(name, content, languages)
    if (!libraries.has(name))
      libraries.set(name, content === undefined ? getSourceFile(name, languages) : ts.createSourceFile(name, content, languages))
    return libraries.get(name)
  }
  host.fileExists = name => files.has(name) || fileExists(name)
  host.resolveModuleNameLiterals = literals =>
    literals.map(({ text: name }) => ({
      resolvedModule:
        name === 'mtl' ? { resolvedFileName: '/mtl/index.d.ts', extension: ts.Extension.Dts, isExternalLibraryImport: false } : undefined,
    }))
  const program = ts.createProgram([...files.keys()], options, host)
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, length = 0, messageText }) => {
    assert.ok(file === undefined || file.fileName === '/w/model.mtl.ts', `${file?.fileName}: ${JSON.stringify(messageText)}`)
    return { at: text.slice(start, start + length), message: ts.flattenDiagnosticMessageText(messageText, '\n') }
  })
}

const imports = `import { activation, adamW, constant, cosine, step, adam, add, multiply, averagePool2d, batchNorm, binary, classification, concat, conv2d, csv, date, depthwiseConv2d, globalAveragePool2d, layerNorm, reshape, dense, dropout, fixed, flatten, hashing, input, json, maxPool2d, model, npz, oneHot, ordinal, pcGrad, regression, scale, sgd, uncertainty, type Tensor } from 'mtl'
const data = csv('a.csv', { missing: ['NA'], split: { train: 0.8, validation: 0.1, test: 0.1 } })
const x = data.features({ numeric: ['a'] })
const image = input('image', [28, 28, 1], { from: npz('a.npz'), scale: 1 / 255 })
`

describe('the declaration of the module mtl', () => {
  it('accepts the penguins', () => assert.deepEqual(check(penguins), []))

  it('accepts the whole vocabulary, loops and functions', () => {
    const text = `${imports}
dense(3, { initializer: 'orthogonal', l2: 1e-4 })
dense(3, { initializer: 0.01 })
data.features({
  numeric: ['a'],
  scaling: 'quantile',
  columns: {
    c: scale('robust', { missing: 'median', outliers: { clip: 'iqr', beyond: 2 } }),
    d: oneHot({ missing: 'mode', indicator: true }),
    e: hashing(32),
    f: ordinal({ order: ['s', 'm', 'l'] }),
    when: date(['year', 'month', 'weekday', 'hour'], { cyclic: false }),
  },
})
model({ tasks: { a: classification(2, x) }, training: { optimizer: adamW({ weightDecay: 0.1 }), schedule: cosine({ warmup: 1 }), clipNorm: 1 } })
model({ tasks: { a: classification(2, x) }, training: { optimizer: sgd({ momentum: 0.9, nesterov: true }), schedule: step({ every: 3 }) } })
model({ tasks: { a: classification(2, x) }, training: { schedule: constant() } })
let h: Tensor = image
for (const filters of [8, 16]) h = h.pipe(conv2d(filters, { kernel: 5, padding: 'valid', activation: 'relu' }), maxPool2d())
const block = (t: Tensor<1>, n: number) => dense(n)(t)
const shared = dense(8, { bias: false })
const trunk = concat(shared(x), h.pipe(flatten(), dense(8), activation('gelu'), dropout(0.1)), block(x, 3))
const list = concat([x, x])
const sum: Tensor<1> = add(x, multiply(0.5, x), x)
const grid: Tensor<2> = image.pipe(depthwiseConv2d(), batchNorm(), layerNorm(), averagePool2d(), reshape([14, 14]))
void [sum, grid, image.pipe(globalAveragePool2d(), dense(4)), add([x, x])]
export default model({
  tasks: {
    a: classification(data.label('a'), trunk, { labelSmoothing: 0.1 }),
    b: binary(json('b.json').label('b'), x.pipe(t => block(t, 4)), { positive: 'yes' }),
    c: regression(data.label('c'), list, { weight: 2 }),
    d: classification(10, trunk),
  },
  training: { optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }), weighting: fixed({ a: 1, b: 2 }), earlyStopping: { patience: 3 }, epochs: 1, batchSize: 2, seed: 3 },
})
model({ tasks: { a: classification(2, x) }, training: { optimizer: adam(), weighting: uncertainty({ learningRate: 0.01 }) } })
model({ tasks: { a: classification(2, x) }, training: { weighting: pcGrad() } })
`
    assert.deepEqual(check(text), [])
  })

  const wrong: [string, string, string][] = [
    ['a rank that a layer does not take', 'dense(4)(image)', 'image'],
    ['a rank in the middle of a pipe', 'image.pipe(conv2d(4), dense(4))', 'dense(4)'],
    ['an unknown option', "dense(4, { activaton: 'relu' })", 'activaton'],
    ['an unknown choice', "dense(4, { activation: 'rellu' })", 'activation'],
    ['a wrong type', "dense('64')", "'64'"],
    ['a layer in place of a tensor', "classification(data.label('a'), dense(4))", 'dense(4)'],
    ['an image in a head', "classification(data.label('a'), image)", 'image'],
    ['a misspelt setting', 'model({ tasks: { a: classification(2, x) }, training: { epoch: 3 } })', 'epoch'],
    ['an unknown task name', 'model({ tasks: { a: classification(2, x) }, training: { weighting: fixed({ b: 1 }) } })', 'weighting'],
    ['an unknown initializer', "dense(4, { initializer: 'he' })", 'initializer'],
    ['an optimizer as a schedule', 'model({ tasks: { a: classification(2, x) }, training: { schedule: adam() } })', 'schedule'],
    ['a schedule without what it needs', 'step({ warmup: 1 })', '{ warmup: 1 }'],
    ['a weighting as an optimizer', 'model({ tasks: { a: classification(2, x) }, training: { optimizer: pcGrad() } })', 'optimizer'],
    ['arithmetic on tensors', 'const y = x * 2', 'x'],
    ['a number of classes for a regression', 'regression(3, x)', '3'],
    ['a transformation that is none', "data.features({ columns: { a: 'robust' } })", 'a'],
    ['an unknown scaling', "scale('robst')", "'robst'"],
    ['an unknown part of a date', "date(['yaer'])", "'yaer'"],
    ['features of arrays', "npz('a.npz').features({ numeric: ['a'] })", 'features'],
  ]
  for (const [name, line, at] of wrong) {
    it(`marks ${name}`, () => {
      const found = check(`${imports}${line}\n`)
      assert.deepEqual(
        found.map(error => error.at),
        [at],
        found.map(error => error.message).join('\n'),
      )
    })
  }

  it('exports the types that the sandbox lets an import drop, and no others', () => {
    const exported = [...declaration.matchAll(/^export (?:interface|type) (\w+)/gm)].map(match => match[1]!)
    assert.deepEqual([...new Set(exported)].sort(), typeNames().sort())
  })

  it('documents every option with an example that has no error', () => {
    const examples = [...declaration.matchAll(/@example (.+)/g)].map(match => match[1]!)
    assert.ok(examples.length > 30)
    const calls = examples.filter(example =>
      /^(dense|conv2d|maxPool2d|dropout|activation|csv|json|npz|adam|sgd|uncertainty)\(/.test(example),
    )
    assert.ok(calls.length > 15)
    assert.deepEqual(check(`${imports}\n${calls.join('\n')}\n`), [])
  })
})
