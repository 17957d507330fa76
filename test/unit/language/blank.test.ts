import assert from 'node:assert/strict'
import ts from 'typescript'
import { blank } from '../../../src/language/blank'

/** TypeScript → JavaScript; `␣` stands for spaces where types were, so that the cases can be read. */
const cases: Record<string, [string, string]> = {
  annotations: ['const x: number = 1, y: { a: string }[] = []', 'const x         = 1, y                  = []'],
  'optional parameters': [
    'function f(a?: number, b ? , { c }: { c?: number } = {}) {}',
    'function f(a         , b   , { c }                 = {}) {}',
  ],
  'a this parameter': ['function f(this: Foo, a: number) {}', 'function f(           a        ) {}'],
  generics: ['const f = <T extends object>(x: T) => id<T>(x)', 'const f =                   (x   ) => id   (x)'],
  casts: ['const a = (x as any)!.b satisfies C', 'const a = (x       ) .b;           '],
  'a cast at the end of a line': ['const a = b as any\n(c)', 'const a = b;      \n(c)'],
  'a cast in the head of a loop': ['for (let i = 0 as number; i < 3; i++);', 'for (let i = 0          ; i < 3; i++);'],
  interfaces: ['interface A { b: string }\nlet x = 1', ';                        \nlet x = 1'],
  'type aliases': ['type A<T> = T | string\n;[1].map(String)', ';                     \n [1].map(String)'],
  'a type after a statement without semicolon': ['let a = 1\ntype B = 2\n(0)', 'let a = 1\n;         \n(0)'],
  overloads: ['function f(a: string): void\nfunction f(a) {}', ';                          \nfunction f(a) {}'],
  declarations: ['declare const a: number\ndeclare function f(): void\nf', ';                      \n;                         \nf'],
  'imports of types': [
    "import type { A } from './a'\nimport { type B, c } from './b'\nc",
    ";                           \nimport {         c } from './b'\nc",
  ],
  'imports that are types by their use': [
    "import { A, b, C } from './a'\nconst x: A = b as C",
    "import {    b,   } from './a'\nconst x    = b;    ",
  ],
  'an import of types only': ["import { A } from './a'\nlet x: A", ';                      \nlet x   '],
  'an import for its effect': ["import './a'", "import './a'"],
  'exports of types': [
    "export type { A } from './a'\ninterface B {}\nexport { type B, c }\nexport { B }\nconst c = 1",
    ';                           \n;             \nexport {         c }\nexport {   }\nconst c = 1',
  ],
  'exported types': [
    'export interface A {}\nexport type B = 1\nexport const c = 1',
    ';                    \n;                \nexport const c = 1',
  ],
  classes: [
    'abstract class A<T> extends B<T> implements C, D { private readonly a?: T; static b!: number; abstract c(): void; declare d: 1; public e(f?: T): void {} }',
    '         class A    extends B                    {                  a    ; static b         ;                                          e(f    )       {} }',
  ],
  'a return type over several lines': ['const f = (a): {\n  b: 1\n} => a', 'const f = (a    \n      \n) => a'],
  'a definite assignment': ['let a!: number', 'let a         '],
  'names that look like words of types': [
    'const type = 1, as = type, satisfies = as\ntype\n',
    'const type = 1, as = type, satisfies = as\ntype\n',
  ],
  'characters beyond the basic plane': ["type A = '😀'\nconst b: '𝒴' = c", ';            \nconst b       = c'],
  'line breaks of every kind': ['type A = {\r\n  b: 1\u2028  c: 2\r}\nd', ';         \r\n      \u2028      \r \nd'],
  'private members and accessors': [
    'class A { readonly #a: number = 1; private get b(): number { return this.#a } }',
    'class A {          #a         = 1;         get b()         { return this.#a } }',
  ],
}

describe('blanking of types', () => {
  for (const [name, [source, expected]] of Object.entries(cases)) {
    it(name, () => {
      const { code, errors } = blank(source)
      assert.deepEqual(errors, [])
      assert.equal(code, expected)
      assert.equal(code.length, source.length)
    })
  }

  it('means what TypeScript means', () => {
    for (const [source] of Object.values(cases)) {
      const { code } = blank(source)
      const options = { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, useDefineForClassFields: true }
      const normal = (text: string) =>
        ts
          .transpile(text, options)
          .replace(/\s*;\s*/g, ';')
          .replace(/^;+/gm, '')
          .replace(/;+/g, ';')
          .replace(/"use strict";|export \{\};/g, '')
          .replace(/\((\w+)\)/g, '$1')
          .replace(/,(?=\s*\})/g, '')
          .replace(/\s+/g, ' ')
          .trim()
      assert.equal(normal(code), normal(ts.transpile(source, options)), source)
    }
  })

  it('reports several slips at once', () => {
    assert.ok(blank('const a = 1\nconst a = 2\nlet a').errors.length >= 2)
  })

  it('refuses what means something at run time', () => {
    for (const source of [
      'enum A {}',
      'namespace A { export const b = 1 }',
      'class A { constructor(private b: number) {} }',
      'import a = require("b")',
      'export = 1',
      'const a = <any>b',
      'await 1',
      'import("a")',
      'for await (const a of b);',
    ]) {
      assert.deepEqual(
        blank(source).errors.map(e => e.code),
        ['mtl/unsupported-syntax'],
        source,
      )
    }
    assert.deepEqual(blank('declare enum A {}\ndeclare namespace B {}').errors, [])
  })
})
