import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ESLint } from 'eslint'
import { folders } from '../../build/lint/arrows.mjs'

describe('the lint rules of the house', () => {
  const eslint = new ESLint()

  /** Rules that report `text` standing in `file`, which must exist so that its types are known. */
  async function reported(file: string, text: string): Promise<string[]> {
    const [result] = await eslint.lintText(text, { filePath: file })
    return result!.messages.map(message => message.ruleId ?? message.message)
  }

  const violations: readonly [name: string, file: string, text: string, rule: string][] = [
    ['an import against the arrows', 'src/ir/shape.ts', "import { dense } from '../layers/dense'\nexport const x = dense", 'mtl/arrows'],
    [
      'a value where only types may be seen',
      'src/tasks/task.ts',
      "import { x } from '../tensor/builder'\nexport const y: unknown = x",
      'mtl/arrows',
    ],
    ['an import type against the arrows', 'src/methods/method.ts', "export type X = import('../engine/engine').Engine", 'mtl/arrows'],
    ['a dynamic import against the arrows', 'src/base/event.ts', "export const x = import('../ir/shape')", 'mtl/arrows'],
    ['a re-export against the arrows', 'src/base/event.ts', "export { formatShape } from '../ir/shape'", 'mtl/arrows'],
    [
      'vscode outside src/extension',
      'src/runs/events.ts',
      "import * as vscode from 'vscode'\nexport const x = vscode.window",
      'mtl/arrows',
    ],
    ['the component library outside webview/ui', 'src/protocol/message.ts', "import '@vscode/webview-ui-toolkit'", 'mtl/arrows'],
    [
      "Node's modules where there is no Node",
      'src/ir/span.ts',
      "import { readFileSync } from 'node:fs'\nexport const x = readFileSync",
      'mtl/arrows',
    ],
    [
      'a package that no folder owns',
      'src/language/evaluation.ts',
      "import { x } from 'lodash'\nexport const y: unknown = x",
      'mtl/arrows',
    ],
    ['a circle of imports', 'src/layers/activations.ts', "import { dense } from './dense'\nexport const x = dense", 'import-x/no-cycle'],
    ['a barrel', 'src/base/event.ts', "export * from './json'", 'no-restricted-syntax'],
    [
      'a promise that nobody awaits',
      'src/base/event.ts',
      'export function f(): void {\n  Promise.resolve(1)\n}',
      '@typescript-eslint/no-floating-promises',
    ],
    ['unused code', 'src/base/event.ts', 'const x = 1\nexport {}', '@typescript-eslint/no-unused-vars'],
    ['a file too long', 'src/base/event.ts', `${'export {}\n'.repeat(401)}`, 'max-lines'],
  ]

  for (const [name, file, text, rule] of violations) {
    it(`report ${name}`, async () => assert.ok((await reported(file, text)).includes(rule), `${rule} in ${file}`))
  }

  it('let an import along the arrows pass', async () => {
    assert.deepEqual(await reported('src/ir/shape.ts', "import type { Json } from '../base/json'\nexport type X = Json\n"), [])
  })

  it('know every folder of the house', () => {
    const present = readdirSync('src', { withFileTypes: true }).filter(entry => entry.isDirectory())
    for (const { name } of present)
      assert.ok(`${join('src', name).replaceAll('\\', '/')}` in folders, `src/${name} has no line in build/lint/arrows.mjs`)
  })

  it('find no circle of files where types count too, which import-x/no-cycle leaves out', () => {
    const files = ['src', 'webview'].flatMap(folder =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(file => join(folder, file)),
    )
    const imports = new Map(files.filter(file => file.endsWith('.ts')).map(file => [file, relativeImports(file)]))
    const done = new Set<string>()
    const visit = (file: string, path: readonly string[]): void => {
      assert.ok(!path.includes(file), [...path.slice(path.indexOf(file)), file].join(' → '))
      if (done.has(file)) return
      for (const other of imports.get(file) ?? []) visit(other, [...path, file])
      done.add(file)
    }
    for (const file of imports.keys()) visit(file, [])
    assert.ok(done.size > 40)
  })

  it('describe no circle themselves', () => {
    // A folder within another is part of it here.
    const outer = (name: string) => name.replace(/^src\//, '').split('/')[0]!
    const arrows = new Map<string, Set<string>>()
    for (const [name, { imports }] of Object.entries(folders)) {
      const targets = imports.filter(other => !other.endsWith(':types')).map(outer)
      arrows.set(outer(name), new Set([...(arrows.get(outer(name)) ?? []), ...targets.filter(other => other !== outer(name))]))
    }
    const visit = (name: string, path: readonly string[]): void => {
      assert.ok(!path.includes(name), [...path, name].join(' → '))
      for (const other of arrows.get(name) ?? []) visit(other, [...path, name])
    }
    for (const name of arrows.keys()) visit(name, [])
  })
})

function relativeImports(file: string): string[] {
  const specifiers = [...readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']*)'/g)].map(match => match[1]!)
  return specifiers.map(specifier => join(dirname(file), specifier)).map(path => (path.endsWith('.ts') ? path : `${path}.ts`))
}
