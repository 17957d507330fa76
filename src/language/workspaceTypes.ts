import { parseExpression } from '@babel/parser'
import type * as t from '@babel/types'

export interface FileToWrite {
  /** Relative to the workspace folder, with '/' between folders. */
  readonly path: string
  readonly text: string
}

const declarationPath = '.mtl/types/mtl/index.d.ts'

const newConfig = `{
  "compilerOptions": {
    "target": "es2023",
    "lib": ["es2023"],
    "module": "esnext",
    "moduleResolution": "bundler",
    "strict": true,
    "noEmit": true,
    "types": [],
    "paths": { "mtl": ["./${declarationPath}"] }
  },
  "include": ["**/*.mtl.ts"]
}
`

/**
 * What `MTL: Add Types to Workspace` writes, for editors whose TypeScript server loads no plugins: the declaration, and
 * a `paths` entry that makes 'mtl' mean it. An existing tsconfig.json keeps its comments and layout.
 * @param tsconfig text of the workspace folder's tsconfig.json, null where there is none
 * @throws SyntaxError where that is no JSON with comments
 */
export function workspaceTypes(declarations: string, tsconfig: string | null): FileToWrite[] {
  const config = tsconfig === null ? newConfig : withPath(tsconfig)
  const files = [{ path: declarationPath, text: declarations }]
  return config === tsconfig ? files : [...files, { path: 'tsconfig.json', text: config }]
}

function withPath(text: string): string {
  const root = readObject(text)
  const options = find(root, 'compilerOptions')
  const baseUrl = options && find(options, 'baseUrl')
  const target = `["${fromBase(baseUrl?.type === 'StringLiteral' ? baseUrl.value : '.')}"]`
  if (!options) return insert(text, root, `"compilerOptions": { "paths": { "mtl": ${target} } }`)
  if (options.type !== 'ObjectExpression') throw new SyntaxError('compilerOptions of tsconfig.json is not an object')
  const paths = find(options, 'paths')
  if (!paths) return insert(text, options, `"paths": { "mtl": ${target} }`)
  if (paths.type !== 'ObjectExpression') throw new SyntaxError('paths of tsconfig.json is not an object')
  const entry = find(paths, 'mtl')
  if (!entry) return insert(text, paths, `"mtl": ${target}`)
  const same = text.slice(entry.start!, entry.end!).replace(/\s/g, '') === target
  return same ? text : text.slice(0, entry.start!) + target + text.slice(entry.end!)
}

/** Paths are relative to `baseUrl` where there is one. */
function fromBase(baseUrl: string): string {
  const depth = baseUrl.split('/').filter(part => part !== '' && part !== '.').length
  return `${depth === 0 ? './' : '../'.repeat(depth)}${declarationPath}`
}

function readObject(text: string): t.ObjectExpression {
  const node = parseExpression(text)
  if (node.type !== 'ObjectExpression') throw new SyntaxError('tsconfig.json does not hold an object')
  return node
}

function find(object: t.Expression, name: string): t.Expression | undefined {
  if (object.type !== 'ObjectExpression') return undefined
  for (const property of object.properties) {
    if (property.type === 'ObjectProperty' && property.key.type === 'StringLiteral' && property.key.value === name)
      return property.value as t.Expression
  }
  return undefined
}

/** After the last property, in the layout of the others. */
function insert(text: string, object: t.ObjectExpression, property: string): string {
  const last = object.properties.at(-1)
  if (!last) return `${text.slice(0, object.start! + 1)} ${property} ${text.slice(object.end! - 1)}`
  const lineStart = text.lastIndexOf('\n', last.start!) + 1
  const indent = /^[ \t]*/.exec(text.slice(lineStart))![0]
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const separator = lineStart > object.start! ? `,${newline}${indent}` : ', '
  return `${text.slice(0, last.end!)}${separator}${property}${text.slice(last.end!)}`
}
