import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EvaluationResult } from '../../../src/language/evaluation'
import { LanguageHost } from '../../../src/language/host'
import { at, dist, file, show } from './evaluate'

const head = "import { classification, conv2d, dense, flatten, input, model } from 'mtl'\nconst x = input('x', [8])\n"
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
  'a hanging import': { lines: "import './hang'", code: 'mtl/time-limit', at: 'while (true)' },
}

describe('the sandbox', function () {
  this.timeout(30_000)
  let root: string
  let base: string
  let host: LanguageHost
  const evaluate = (text: string): Promise<EvaluationResult> => host.evaluate({ file, root, overlay: { [file]: text }, profiles: {} })

  before(() => {
    base = mkdtempSync(join(tmpdir(), 'mtl-safety-'))
    root = join(base, 'workspace')
    mkdirSync(root)
    mkdirSync(join(base, 'elsewhere'))
    writeFileSync(join(base, 'elsewhere', 'outside.ts'), 'export default 1')
    writeFileSync(join(root, 'one.ts'), "import { b } from './two'\nexport const a = b + 1")
    writeFileSync(join(root, 'two.ts'), "import { a } from './one'\nexport const b = a + 1")
    writeFileSync(join(root, 'hang.ts'), 'while (true) { }')
    symlinkSync('../elsewhere/outside.ts', join(root, 'link.ts'))
    symlinkSync('../elsewhere', join(root, 'folder'))
    host = new LanguageHost({ dist, deadline: 400, watchdog: 1500 })
  })
  after(() => {
    host.dispose()
    rmSync(base, { recursive: true, force: true })
  })

  for (const [name, { lines, code, at: marked }] of Object.entries(attacks)) {
    it(`withstands ${name}`, async () => {
      const isImport = lines.startsWith('import ')
      const text = isImport ? `${lines.split('\n')[0]}\n${head}${lines.split('\n').slice(1).join('\n')}${end}` : head + lines + end
      const { diagnostics, graph } = await evaluate(text)
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
