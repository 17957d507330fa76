import type * as t from '@babel/types'
import type { SourceText } from './sourceText'
import type { Node } from './syntax'

interface ExportedNames {
  readonly values: readonly string[]
  readonly types: readonly string[]
}

/** @param follow the names of a module outside, the path of another file, or undefined where it could not be found */
type Follow = (importer: string, specifier: string) => ExportedNames | string | undefined

/** What a file exports. @returns undefined where a re-export leads to something that could not be read */
export function exportsOf(
  file: string,
  sources: ReadonlyMap<string, SourceText>,
  follow: Follow,
  visited = new Set<string>(),
): ExportedNames | undefined {
  const ast = sources.get(file)?.ast
  if (!ast) return undefined
  visited.add(file)
  const values: string[] = []
  const types: string[] = []
  for (const node of ast.body) {
    if (node.type === 'ExportDefaultDeclaration') values.push('default')
    else if (node.type === 'ExportNamedDeclaration') {
      const list = node.exportKind === 'type' ? types : values
      for (const { exported } of node.specifiers) list.push(exported.type === 'Identifier' ? exported.name : exported.value)
      if (node.declaration) list.push(...declaredNames(node.declaration))
    } else if (node.type === 'ExportAllDeclaration') {
      const target = follow(file, node.source.value)
      const names =
        typeof target === 'string'
          ? visited.has(target)
            ? { values: [], types: [] }
            : exportsOf(target, sources, follow, visited)
          : target
      if (!names) return undefined
      values.push(...names.values.filter(name => name !== 'default'))
      types.push(...names.types)
    }
  }
  return { values, types }
}

function declaredNames(declaration: t.Declaration): string[] {
  if (declaration.type === 'VariableDeclaration') return declaration.declarations.flatMap(({ id }) => boundNames(id))
  const id = 'id' in declaration ? (declaration.id as Node | null) : null
  return id?.type === 'Identifier' ? [id.name] : []
}

function boundNames(pattern: Node): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name]
    case 'ObjectPattern':
      return pattern.properties.flatMap(property =>
        boundNames(property.type === 'RestElement' ? property.argument : (property.value as Node)),
      )
    case 'ArrayPattern':
      return pattern.elements.flatMap(element => (element ? boundNames(element) : []))
    case 'AssignmentPattern':
      return boundNames(pattern.left)
    case 'RestElement':
      return boundNames(pattern.argument)
    default:
      return []
  }
}
