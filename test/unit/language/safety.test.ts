import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EvaluationResult } from '../../../src/language/evaluation'
import { LanguageHost } from '../../../src/language/host'
import { at, dist, file, show } from './evaluate'

const head = "import { block, classification, conv2d, dense, flatten, input, model, weigh } from 'mtl'\nconst x = input('x', [8])\n"
const end = '\nexport default model({ tasks: { a: classification(2, x) } })\n'

interface Attack {
  readonly lines: string
  /** The code of the first error; 'none' where the file is simply evaluated. */
  readonly code: string
  /** What is marked. */
  readonly at?: string
}

const attacks: Record<string, Attack> = {
  'an endless loop': { lines: 'const q = 1\nwhile (true) { }', code: 'mtl/time-limit', at: 'while (true)' },
  'an endless loop that catches': { lines: 'for (;;) { try { while (true) { } } catch { } }', code: 'mtl/time-limit' },
  'an endless loop in a function': {
    lines: 'function f() {\n  for (let i = 0; i < 1; i += 0) dense(3)\n}\nf()',
    code: 'mtl/time-limit',
    at: 'for (let i = 0; i < 1; i += 0)',
  },
  'an endless generator': { lines: 'function* g() { for (;;) yield 1 }\nconst a = [...g()]', code: 'mtl/*' },
  'an endless loop of promises': { lines: ';(function f() { Promise.resolve().then(f) })()', code: 'mtl/time-limit' },
  'a promise that never comes': { lines: 'const p = new Promise(() => {}).then(() => dense(3))', code: 'none' },
  'many promises': { lines: 'let p = Promise.resolve(1)\nfor (let i = 0; i < 1e6; i++) p = p.then(() => 1)', code: 'mtl/*' },
  recursion: { lines: 'function f(n: number): number {\n  return 1 + f(n + 1)\n}\nf(0)', code: 'mtl/recursion', at: 'f(n + 1)' },
  'tail recursion': { lines: 'const f = (n: number): number => f(n + 1)\nf(0)', code: 'mtl/recursion' },
  'recursion through a proxy': { lines: 'const p = new Proxy({}, { get(t, k, r) { return r[k] } })\np.z', code: 'mtl/recursion' },
  'memory by lists': { lines: 'const a: unknown[] = []\nwhile (true) a.push(new Array(1e5).fill(1))', code: 'mtl/*', at: 'while (true)' },
  'memory by one text': { lines: "const s = 'x'.repeat(2 ** 29)", code: 'mtl/*', at: "'x'.repeat(2 ** 29)" },
  'memory by doubling': { lines: "let s = 'x'\nwhile (true) s += s", code: 'mtl/*', at: 'while (true)' },
  'memory by a buffer': { lines: 'new ArrayBuffer(8e9)', code: 'mtl/*' },
  'a very long list': { lines: 'new Array(4294967295).fill(0)', code: 'mtl/*' },
  'a sparse sort': { lines: 'const a = []\na.length = 4e9\na.sort()', code: 'mtl/time-limit', at: 'a.sort()' },
  'a sparse join': { lines: "new Array(1e9).join('xx')", code: 'mtl/*' },
  'a regular expression that explodes': { lines: "const slow = /^(a+)+$/.test('a'.repeat(40) + 'b')", code: 'mtl/time-limit' },
  'a power of large integers': { lines: 'const b = 7n ** 100000000n', code: 'mtl/*' },
  'deep nesting for JSON': { lines: 'let a: unknown[] = []\nfor (let i = 0; i < 1e5; i++) a = [a]\nJSON.stringify(a)', code: 'mtl/*' },
  'deep nesting to be flattened': {
    lines: 'let a: unknown[] = []\nfor (let i = 0; i < 1e5; i++) a = [a]\na.flat(Infinity)',
    code: 'mtl/*',
  },
  'deep nesting for eval': { lines: "eval('('.repeat(1e5))", code: 'mtl/*' },
  'layers without end': { lines: 'let h = x\nfor (;;) h = dense(8)(h)', code: 'mtl/*', at: 'for (;;)' },
  'parentheses in the text': { lines: `const q = ${'('.repeat(50_000)}1${')'.repeat(50_000)}`, code: 'mtl/nesting-too-deep', at: '(' },
  'a sum of 50,000 terms': { lines: `const q = 1${'+1'.repeat(50_000)}`, code: 'mtl/*' },
  'options that never end': { lines: 'dense(3, new Proxy({}, { ownKeys() { for (;;); } }))', code: 'mtl/time-limit', at: 'for (;;)' },
  'a getter that never ends': {
    lines: 'dense(3, { get activation() { while (true); } } as any)',
    code: 'mtl/time-limit',
    at: 'while (true)',
  },
  'an error that can not be read': { lines: 'throw { get message() { for (;;); }, get stack() { throw 1 } }', code: 'mtl/*' },
  'a value that contains itself': { lines: 'const o: any = {}\no.o = o\ndense(o)(x)', code: 'mtl/invalid-option' },
  'a text of ten million characters': { lines: "dense('x'.repeat(1e7) as any)(x)", code: 'mtl/invalid-option' },
  '10,000 options': {
    lines: "const o: any = {}\nfor (let i = 0; i < 1e4; i++) o['k' + i] = 1\ndense(3, o)(x)",
    code: 'mtl/unknown-option',
  },
  'options behind a proxy': {
    lines: "dense(3, new Proxy({ activation: 'relu' }, { get: () => { throw new Error('hah') }, has: () => true }) as any)",
    code: 'mtl/runtime-error',
  },
  'a proxy that answers something else each time': {
    lines: 'let n = 0\ndense(new Proxy({}, { get: () => n++ }) as any)(x)',
    code: 'mtl/invalid-option',
  },
  'a revoked proxy': {
    lines: 'const { proxy, revoke } = Proxy.revocable({}, {})\nrevoke()\ndense(3, proxy as any)(x)',
    code: 'mtl/*',
  },
  'options with millions of keys from a proxy': {
    lines: "dense(3, new Proxy({}, { ownKeys: () => Array.from({ length: 1e6 }, (_, i) => 'k' + i) }) as any)(x)",
    code: 'mtl/*',
  },
  'a getter that changes the options while they are read': {
    lines: "const o: any = { get activation() { delete o.bias; o.units = 1; return 'relu' }, bias: true }\ndense(3, o)(x)",
    code: 'none',
  },
  'a value whose text is endless': {
    lines: 'dense({ toString() { for (;;); }, valueOf() { for (;;); } } as any)(x)',
    code: 'mtl/invalid-option',
  },
  'a value whose class has a false name': {
    lines: 'dense(Object.create({ get [Symbol.toStringTag]() { throw 1 } }) as any)(x)',
    code: 'mtl/invalid-option',
  },
  'a huge text in an error': { lines: "throw new Error('e'.repeat(2e7))", code: 'mtl/runtime-error', at: "new Error('e'.repeat(2e7))" },
  'an error of another class with a huge name': {
    lines: "class E extends Error { name = 'n'.repeat(1e7) }\nthrow new E('x')",
    code: 'mtl/runtime-error',
  },
  'a huge name of an option': { lines: "dense(3, { ['k'.repeat(1e7)]: 1 } as any)(x)", code: 'mtl/unknown-option' },
  'a huge name of a task': {
    lines: "export const other = model({ tasks: { ['t'.repeat(1e6)]: 3 as any } })",
    code: 'mtl/not-a-task',
  },
  'a huge name of an input': { lines: "input('x'.repeat(1e7), [3])", code: 'mtl/missing-argument', at: "'x'.repeat(1e7)" },
  'symbols as keys': { lines: "dense(3, { [Symbol('activation')]: 'tanh', [Symbol.iterator]: 1 } as any)(x)", code: 'none' },
  'a symbol as value': { lines: "dense(Symbol('units') as any)(x)", code: 'mtl/invalid-option', at: "Symbol('units')" },
  'deep options': {
    lines: 'let o: any = {}\nfor (let i = 0; i < 1e5; i++) o = { o }\ndense(o)(x)',
    code: 'mtl/invalid-option',
  },
  'a builder as template': { lines: '(dense as any)`64 ${1}`', code: 'mtl/*' },
  'a template with an endless hole': { lines: 'const t = `a${(() => { while (true); })()}`', code: 'mtl/time-limit', at: 'while (true)' },
  'a generator in a list of tensors': {
    lines: 'function* g() { for (;;) yield x }\nconst [first] = g()\ndense(...(g() as any))',
    code: 'mtl/*',
  },
  'an async iterator without end': {
    lines: 'async function* g() { for (;;) yield 1 }\nfor await (const i of g()) { }',
    code: 'mtl/unsupported-syntax',
    at: 'for await',
  },
  'an await that never comes': { lines: 'await new Promise(() => {})', code: 'mtl/unsupported-syntax', at: 'await new Promise(() => {})' },
  'promises that make promises that catch': {
    lines: 'const f = (): Promise<unknown> => Promise.reject(1).catch(() => 1).finally(f)\nvoid f()',
    code: 'mtl/time-limit',
  },
  'a thenable that never ends': { lines: 'Promise.resolve({ then(f: any) { for (;;); } })', code: 'mtl/time-limit', at: 'for (;;)' },
  'a rejected promise': { lines: "void Promise.reject(new Error('no'))", code: 'none' },
  'a split that explodes': { lines: "const slow = ('a'.repeat(40) + 'b').replace(/(a|aa)+$/, '')", code: 'mtl/time-limit' },
  'a regular expression that is huge': { lines: "new RegExp('(a{0,1000}){0,1000}'.repeat(50)).test('a')", code: 'none' },
  'a typed array of gigabytes': { lines: 'new Float64Array(2 ** 31)', code: 'mtl/*' },
  'a list that is copied': { lines: 'let a: any[] = [1]\nfor (;;) a = [...a, ...a]', code: 'mtl/*', at: 'for (;;)' },
  'a chain of powers': { lines: 'let b = 2n\nfor (;;) b = b ** 3n', code: 'mtl/runtime-error', at: 'b ** 3n' },
  'a shift of large integers': { lines: 'const b = 1n << 1000000000n', code: 'mtl/*' },
  'brackets without end in the text': { lines: `const q = ${'['.repeat(100_000)}`, code: 'mtl/*' },
  'functions in functions in the text': {
    lines: `const q = ${'() => '.repeat(20_000)}1`,
    code: 'mtl/*',
  },
  'types in types in the text': { lines: `type Q = ${'Array<'.repeat(20_000)}number${'>'.repeat(20_000)}`, code: 'mtl/*' },
  'a chain of members in the text': { lines: `const q = x${'.a'.repeat(50_000)}`, code: 'mtl/*' },
  'a template in a template in the text': { lines: `const q = ${'`${'.repeat(10_000)}1${'}`'.repeat(10_000)}`, code: 'mtl/*' },

  'a function without an end, made of text': {
    lines: "new Function('for (;;);')()",
    code: 'mtl/time-limit',
    at: "new Function('for (;;);')",
  },
  'a map of something without an end': {
    lines: 'new Map({ [Symbol.iterator]: () => ({ next: () => ({ done: false, value: [1, 1] }) }) } as any)',
    code: 'mtl/time-limit',
    at: 'new Map({ [Symbol.iterator]: () => ({ next: () => ({ done: false, value: [1, 1] }) }) } as any)',
  },
  'a method borrowed for a list of endless length': {
    lines: 'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 } as any, 1)',
    code: 'mtl/time-limit',
    at: 'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 } as any, 1)',
  },
  'a regular expression with a back reference': {
    lines: ";/^(.*)*\\1$/.test('ab'.repeat(30) + 'c')",
    code: 'mtl/time-limit',
    at: "/^(.*)*\\1$/.test('ab'.repeat(30) + 'c')",
  },
  'a class that never comes to be': { lines: 'class A { static { for (;;); } }', code: 'mtl/time-limit', at: 'for (;;)' },
  'a then that is a getter': {
    lines: 'const o = { get then() { for (;;); } }\nvoid (async () => o)()',
    code: 'mtl/time-limit',
    at: 'for (;;)',
  },
  'a text that is normalized': { lines: "'\\u0344'.repeat(1e7).normalize('NFKD')", code: 'mtl/*' },
  'brackets without end for JSON': { lines: "JSON.parse('['.repeat(1e6))", code: 'mtl/recursion', at: "JSON.parse('['.repeat(1e6))" },
  'a stack of 100,000 lines': {
    lines: "throw { message: 'x', stack: 'at f (mtl-file-0:3:5)\\n'.repeat(1e5) }",
    code: 'mtl/runtime-error',
  },
  'a stack with places outside of the text': {
    lines: "throw { message: 'x', stack: 'at mtl-file-0:99999999:1\\nat mtl-file-99:1:1\\nat mtl-file-0:0:0' }",
    code: 'mtl/runtime-error',
  },
  'an error with a code of its own': { lines: "throw new Error('mtl/own: hah')", code: 'mtl/runtime-error' },
  'a symbol that is thrown': { lines: "throw Symbol('x')", code: 'mtl/runtime-error', at: "throw Symbol('x')" },
  'a number of 10,000 digits that is thrown': { lines: 'throw 10n ** 10000n', code: 'mtl/runtime-error' },
  'tasks that are called like the properties of every object': {
    lines: 'export const other = model({ tasks: { toString: classification(2, x), constructor: classification(2, x) } })',
    code: 'none',
  },
  'a weighting within a weighting': {
    lines:
      "const w = () => model({ tasks: { a: classification(2, x) }, training: { weighting: weigh('w', ({ losses }: any) => (w(), losses)) } as any })\nw()",
    code: 'mtl/not-a-tensor',
  },
  'a block within itself': { lines: "const b: any = block('b', (t: any) => b(t))\nb(x)", code: 'mtl/recursion', at: 'b(t)' },
  'another value for a constant': { lines: 'const q = 1\nq = 2', code: 'mtl/runtime-error', at: 'q = 2' },
  'new for a builder': { lines: 'new (dense as any)(3)', code: 'mtl/runtime-error', at: '(dense as any)' },
  'a second default export': { lines: 'export default 3', code: 'mtl/syntax', at: end.trim() },
  using: { lines: 'using q = null', code: 'mtl/unsupported-syntax', at: 'using ' },
  'a decorator': { lines: '@dense class A { }', code: 'mtl/syntax', at: '@' },
  'a pipe among the files': { lines: "import './pipe'", code: 'mtl/import-unreadable', at: "'./pipe'" },
  'a file of gigabytes': { lines: "import './huge'", code: 'mtl/import-unreadable', at: "'./huge'" },

  'changed prototypes': { lines: "Object.prototype.kind = 'x'", code: 'mtl/runtime-error' },
  'a changed JSON': { lines: "JSON.stringify = () => 'evil'", code: 'mtl/runtime-error' },
  'a changed list': { lines: 'Array.prototype.push = () => { throw 1 }', code: 'mtl/runtime-error' },
  'a changed iterator': { lines: 'Array.prototype[Symbol.iterator] = function* () { for (;;) yield 1 }', code: 'mtl/runtime-error' },
  'a setter for elements': {
    lines: "Object.defineProperty(Array.prototype, '0', { set() { throw new Error('hah') } })",
    code: 'mtl/runtime-error',
  },
  'toJSON for everything': {
    lines: "Object.defineProperty(Object.prototype, 'toJSON', { value: () => 'evil' })",
    code: 'mtl/runtime-error',
  },
  'no more errors': { lines: 'globalThis.Error = null as any', code: 'mtl/runtime-error' },
  'errors of another kind': { lines: "Error.prepareStackTrace = () => 'x'", code: 'mtl/runtime-error' },
  'a changed builder': { lines: '(dense as any).call = 1', code: 'mtl/runtime-error' },
  'a changed tensor': { lines: 'Object.getPrototypeOf(x).pipe = () => x', code: 'mtl/runtime-error' },
  'a forged tensor': {
    lines: 'const forged = Object.create(Object.getPrototypeOf(x))\nclassification(2, forged)',
    code: 'mtl/not-a-tensor',
  },
  'the constructor of tensors': { lines: 'new (x as any).constructor(7)', code: 'none' },

  process: { lines: 'process.exit(1)', code: 'mtl/runtime-error', at: 'process' },
  require: { lines: "require('fs')", code: 'mtl/runtime-error', at: 'require' },
  'the way out by Function': { lines: "const p = (dense as any).constructor('return process')()\np.exit()", code: 'mtl/runtime-error' },
  'import() in eval': { lines: 'eval("import(\'mtl:sandbox\').then(m => m.finish())")', code: 'none' },
  'import() in a new function': { lines: 'new Function(\'return import("fs")\')()', code: 'none' },
  'the inner module': { lines: "import { finish } from 'mtl:sandbox'\nfinish(1)", code: 'mtl/import-package', at: "'mtl:sandbox'" },
  'inner names': { lines: "import { begin, finish, report } from 'mtl'\nbegin(finish(report))", code: 'mtl/unknown-export', at: 'begin' },
  'the file system': { lines: "import fs from 'fs'\nfs", code: 'mtl/import-package' },
  'the standard module of QuickJS': { lines: "import * as std from 'std'\nstd", code: 'mtl/import-package' },
  'an address': { lines: "import x1 from 'https://evil/x.ts'\nx1", code: 'mtl/import-package' },
  'a link out of the workspace': { lines: "import x1 from './link'\nx1", code: 'mtl/import-outside', at: "'./link'" },
  'a linked folder': { lines: "import x1 from './folder/outside'\nx1", code: 'mtl/import-outside' },
  'a loop of imports': { lines: "import { a } from './one'\na", code: 'mtl/runtime-error' },
  'an import of itself': { lines: "import own from './m.mtl'\nown", code: 'mtl/runtime-error' },
  'a circle of a hundred imports': { lines: "import { v0 } from './circle/f0'\nv0", code: 'mtl/runtime-error' },
  'two hundred imports of one another': { lines: "import { w0 } from './chain/g0'\ndense(w0)", code: 'none' },
  'a prototype in imported JSON': {
    lines: "import given from './poison.json'\nconst o: any = Object.assign({}, given)\ndense(3, o)(x)\nif (({} as any).kind) throw 1",
    code: 'mtl/unknown-option',
  },
  'a prototype merged from imported JSON': {
    lines:
      "import given from './poison.json'\nconst merge = (a: any, b: any) => { for (const k of Object.keys(b)) typeof b[k] === 'object' ? merge(a[k] ??= {}, b[k]) : (a[k] = b[k]) }\nmerge({}, given)",
    code: 'mtl/runtime-error',
  },
  'JSON that is nested deeply': { lines: "import deep from './deep.json'\ndeep", code: 'mtl/import-unreadable', at: "'./deep.json'" },
  'JSON that is nested too deeply for the interpreter': {
    lines: "import deep from './deepish.json'\ndeep",
    code: 'mtl/import-unreadable',
    at: "'./deepish.json'",
  },
  'JSON that is no JSON': { lines: "import bad from './bad.json'\nbad", code: 'mtl/import-unreadable', at: "'./bad.json'" },
  'an import of a folder above': { lines: "import up from '../elsewhere/outside'\nup", code: 'mtl/import-outside' },
  'a hanging import': { lines: "import './hang'", code: 'mtl/time-limit', at: 'while (true)' },
}

describe('the sandbox', () => {
  let root: string
  let base: string
  /** One stops what takes long; the other has the time that a busy machine may need for what ends by itself. */
  let hasty: LanguageHost
  let patient: LanguageHost

  before(() => {
    base = mkdtempSync(join(tmpdir(), 'mtl-safety-'))
    root = join(base, 'workspace')
    mkdirSync(root)
    mkdirSync(join(base, 'elsewhere'))
    writeFileSync(join(base, 'elsewhere', 'outside.ts'), 'export default 1')
    writeFileSync(join(root, 'one.ts'), "import { b } from './two'\nexport const a = b + 1")
    writeFileSync(join(root, 'two.ts'), "import { a } from './one'\nexport const b = a + 1")
    writeFileSync(join(root, 'hang.ts'), 'while (true) { }')
    mkdirSync(join(root, 'circle'))
    for (let i = 0; i < 100; i++)
      writeFileSync(
        join(root, 'circle', `f${i}.ts`),
        `import { v${(i + 1) % 100} } from './f${(i + 1) % 100}'\nexport const v${i} = v${(i + 1) % 100} + 1`,
      )
    mkdirSync(join(root, 'chain'))
    for (let i = 0; i < 200; i++)
      writeFileSync(
        join(root, 'chain', `g${i}.ts`),
        i === 199 ? 'export const w199 = 4' : `import { w${i + 1} } from './g${i + 1}'\nexport const w${i} = w${i + 1}`,
      )
    writeFileSync(join(root, 'poison.json'), '{ "__proto__": { "kind": "evil" }, "constructor": { "prototype": { "kind": "evil" } } }')
    writeFileSync(join(root, 'deep.json'), `${'['.repeat(100_000)}${']'.repeat(100_000)}`)
    writeFileSync(join(root, 'deepish.json'), `${'['.repeat(2000)}${']'.repeat(2000)}`)
    writeFileSync(join(root, 'bad.json'), '{ "a": 1, }')
    execFileSync('mkfifo', [join(root, 'pipe.ts')])
    writeFileSync(join(root, 'huge.ts'), '')
    truncateSync(join(root, 'huge.ts'), 2 ** 32)
    symlinkSync('../elsewhere/outside.ts', join(root, 'link.ts'))
    symlinkSync('../elsewhere', join(root, 'folder'))
    hasty = new LanguageHost({ dist, deadline: 400, watchdog: 1000 })
    patient = new LanguageHost({ dist, deadline: 30_000, watchdog: 60_000 })
  })
  after(() => {
    hasty.dispose()
    patient.dispose()
    rmSync(base, { recursive: true, force: true })
  })

  for (const [name, { lines, code, at: marked }] of Object.entries(attacks)) {
    it(`withstands ${name}`, async () => {
      const isImport = lines.startsWith('import ')
      const text = isImport ? `${lines.split('\n')[0]}\n${head}${lines.split('\n').slice(1).join('\n')}${end}` : head + lines + end
      const host = /time-limit|\*/.test(code) ? hasty : patient
      const evaluate = (text: string): Promise<EvaluationResult> => host.evaluate({ file, root, overlay: { [file]: text }, profiles: {} })
      const { diagnostics, graph } = await evaluate(text)
      assert.ok(diagnostics.every(d => d.message.length < 1500))
      const errors = diagnostics.filter(d => d.severity === 'error')
      const first = errors[0]
      if (code === 'none') assert.deepEqual([errors, graph?.tasks.length], [[], 1])
      else if (code === 'mtl/*')
        assert.match(
          first?.code ?? '',
          /^mtl\/(time-limit|memory-limit|recursion|runtime-error|nesting-too-deep|too-many-layers)$/,
          show(text, diagnostics),
        )
      else assert.equal(first?.code, code, show(text, diagnostics))
      if (marked !== undefined) {
        const source = first!.span.file === file ? text : 'while (true) { }'
        assert.equal(at(source, first!.span), marked, show(text, diagnostics))
      }
      // The next evaluation is whole.
      const after = await evaluate(head + end)
      assert.deepEqual([after.diagnostics, after.graph?.nodes.length], [[], 2])
    })
  }
})
