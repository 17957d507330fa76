// The lint rule behind arrows.mjs.
import { builtinModules } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folders } from './arrows.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const names = Object.keys(folders).sort((a, b) => b.length - a.length)

const fromRoot = file => relative(root, file).split(sep).join('/')
/** The innermost folder of the table that holds the file. */
const folderOf = path => names.find(name => path.startsWith(`${name}/`))
const short = folder => folder.replace(/^src\//, '')
const packageOf = specifier =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
const isNode = specifier => specifier.startsWith('node:') || builtinModules.includes(specifier)

/** @returns {string | undefined} what is wrong with the import */
function problem(path, specifier, typesOnly) {
  const folder = folderOf(path)
  if (folder === undefined) return `${path} lies in no folder of build/lint/arrows.mjs; add its line to the table`
  const allowed = folders[folder]
  if (specifier.startsWith('.')) {
    const target = fromRoot(join(root, dirname(path), specifier))
    const other = folderOf(target)
    if (other === folder) return undefined
    if (other === undefined) return `${folder} must not import ${target}: it lies outside the house`
    if (allowed.imports.includes(short(other))) return undefined
    if (allowed.imports.includes(`${short(other)}:types`)) return typesOnly ? undefined : `${folder} may import types only from ${other}`
    return `${folder} must not import ${other}; its arrows point at: ${allowed.imports.join(', ') || 'nothing'}`
  }
  if (isNode(specifier)) return allowed.node === 'yes' ? undefined : `${folder} runs where Node is not: no ${specifier}`
  if (!(allowed.packages ?? []).includes(packageOf(specifier))) {
    const home = names.filter(name => folders[name].packages?.includes(packageOf(specifier)))
    return `${folder} must not import ${specifier}${home.length > 0 ? `; only ${home.join(' and ')} may` : '; add it to build/lint/arrows.mjs if it must'}`
  }
  return undefined
}

/** @type {import('eslint').Rule.RuleModule} */
export const arrowsRule = {
  meta: { type: 'problem', schema: [], messages: { arrow: '{{problem}}' } },
  create(context) {
    const path = fromRoot(context.filename)
    const check = (source, typesOnly) => {
      if (typeof source?.value !== 'string') return
      const found = problem(path, source.value, typesOnly)
      if (found !== undefined) context.report({ node: source, messageId: 'arrow', data: { problem: found } })
    }
    const isType = node => node.importKind === 'type' || node.exportKind === 'type'
    const onlyTypes = node => isType(node) || (node.specifiers?.length > 0 && node.specifiers.every(isType))
    return {
      ImportDeclaration: node => check(node.source, onlyTypes(node)),
      ExportNamedDeclaration: node => check(node.source, onlyTypes(node)),
      ExportAllDeclaration: node => check(node.source, isType(node)),
      ImportExpression: node => check(node.source, false),
      TSImportType: node => check(node.source ?? node.argument?.literal, true),
      TSExternalModuleReference: node => check(node.expression, false),
      'CallExpression[callee.name="require"]': node => check(node.arguments[0], false),
    }
  },
}
