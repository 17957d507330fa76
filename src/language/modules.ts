import type * as t from '@babel/types'
import { nearest } from '../base/nearest'
import { folderOf, joinPath } from '../base/paths'
import type { Diagnostic } from '../ir/diagnostic'
import type { DiagnosticCode } from '../ir/diagnosticCodes'
import { replaceName } from './edits/text'
import { exportsOf } from './exports'
import { FileProblem, type WorkspaceFiles } from './files'
import { SourceText } from './sourceText'
import type { Node } from './syntax'

/** The names that `import … from 'mtl'` knows. */
export interface VocabularyNames {
  readonly values: readonly string[]
  readonly types: readonly string[]
}

export interface ModuleSet {
  /** By path relative to the root, the entry first. JSON files have no source text. */
  readonly sources: ReadonlyMap<string, SourceText>
  readonly json: ReadonlyMap<string, string>
  /** `${importer}\n${specifier}` → path. */
  readonly resolved: ReadonlyMap<string, string>
  readonly diagnostics: readonly Diagnostic[]
}

type ImportLike = (t.ImportDeclaration | t.ExportNamedDeclaration | t.ExportAllDeclaration) & { source: t.StringLiteral }

/** Reads the model file and everything it imports, and reports what can be known before it runs. */
export function loadModules(entry: string, files: WorkspaceFiles, names: VocabularyNames): ModuleSet {
  const loader = new ModuleLoader(files, names)
  loader.load(entry)
  loader.checkNames()
  return loader
}

class ModuleLoader implements ModuleSet {
  readonly sources = new Map<string, SourceText>()
  readonly json = new Map<string, string>()
  readonly resolved = new Map<string, string>()
  readonly diagnostics: Diagnostic[] = []

  constructor(
    private readonly files: WorkspaceFiles,
    private readonly names: VocabularyNames,
  ) {}

  /** @throws FileProblem where the entry itself can't be read */
  load(file: string): void {
    const open = [file]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (this.sources.has(next)) continue
      const source = SourceText.parse(next, this.files.read(next))
      this.sources.set(next, source)
      for (const { code, message, start, end } of source.errors)
        this.diagnostics.push({
          code,
          severity: 'error',
          message,
          span: source.span(start, Math.min(end, Math.max(source.text.length, start))),
        })
      for (const node of importsOf(source)) {
        const found = this.resolve(source, node)
        if (found !== undefined && !found.endsWith('.json')) open.push(found)
      }
    }
  }

  private resolve(source: SourceText, node: ImportLike): string | undefined {
    const specifier = node.source.value
    if (specifier === 'mtl') return undefined
    const fail = (code: DiagnosticCode, message: string) => {
      this.diagnostics.push({ code, severity: 'error', message, span: source.spanOf(node.source) })
      return undefined
    }
    if (/^\/|^[a-z]:[\\/]|^file:/i.test(specifier))
      return fail('mtl/import-outside', 'model files are imported by relative path, such as ./blocks')
    if (!/^\.\.?\//.test(specifier))
      return fail('mtl/import-package', `model files can import from 'mtl' and from files by relative path, not from '${specifier}'`)
    const path = joinPath(folderOf(source.file), specifier)
    if (path.startsWith('../') || path === '..') return fail('mtl/import-outside', `'${specifier}' lies outside the workspace`)
    for (const candidate of candidates(path)) {
      try {
        const text = this.sources.get(candidate)?.text ?? this.json.get(candidate) ?? this.files.read(candidate)
        if (candidate.endsWith('.json'))
          this.json.set(candidate, `export default ${JSON.stringify(JSON.parse(text.replace(/^export default /, '')))}`)
        this.resolved.set(`${source.file}\n${specifier}`, candidate)
        return candidate
      } catch (error) {
        if (error instanceof SyntaxError) return fail('mtl/import-unreadable', `'${candidate}' is not JSON: ${error.message}`)
        if (!(error instanceof FileProblem)) throw error
        if (error.code !== 'mtl/import-not-found') return fail(error.code, error.message)
      }
    }
    return fail('mtl/import-not-found', `there is no file '${path}' (nor with .ts, .mtl.ts or .json)`)
  }

  /** Each imported name must be exported where it comes from. */
  checkNames(): void {
    for (const source of this.sources.values()) {
      for (const node of importsOf(source)) {
        const from = node.source.value
        const target = this.resolved.get(`${source.file}\n${from}`)
        const known = from === 'mtl' ? this.names : target === undefined ? undefined : this.exportedBy(target)
        if (!known || node.type === 'ExportAllDeclaration') continue
        for (const specifier of node.specifiers) this.checkName(source, specifier, from, known)
      }
    }
  }

  private exportedBy(file: string): VocabularyNames | undefined {
    if (this.json.has(file)) return { values: ['default'], types: [] }
    return exportsOf(file, this.sources, (importer, specifier) =>
      specifier === 'mtl' ? this.names : this.resolved.get(`${importer}\n${specifier}`),
    )
  }

  private checkName(source: SourceText, specifier: Node, from: string, { values, types }: VocabularyNames): void {
    const node =
      specifier.type === 'ImportSpecifier' ? specifier.imported : specifier.type === 'ExportSpecifier' ? specifier.local : specifier
    const name =
      specifier.type === 'ImportDefaultSpecifier'
        ? 'default'
        : node.type === 'Identifier'
          ? node.name
          : node.type === 'StringLiteral'
            ? node.value
            : undefined
    if (name === undefined || values.includes(name) || types.includes(name)) return
    const meant = nearest(name, [...values, ...types])
    const message =
      name === 'default'
        ? `'${from}' has no default export`
        : `'${from}' does not export '${name}'${meant ? `; did you mean '${meant}'?` : ''}`
    const fixes =
      meant && name !== 'default' ? [{ title: `Change to '${meant}'`, edits: this.renameEverywhere(source, specifier, node, meant) }] : []
    this.diagnostics.push({ code: 'mtl/unknown-export', severity: 'error', message, span: source.spanOf(node), fixes })
  }

  /** The name is mended where it is imported and, if it is used under the same name, at every use. */
  private renameEverywhere(source: SourceText, specifier: Node, node: Node, name: string) {
    const renamed = specifier.type === 'ImportSpecifier' && specifier.local.name !== (node as t.Identifier).name
    return renamed || specifier.type !== 'ImportSpecifier'
      ? [replaceName(source, node, name)]
      : source.identifiers(specifier.local.name).map(use => replaceName(source, use, name))
  }
}

function importsOf(source: SourceText): ImportLike[] {
  const body = source.ast?.body ?? []
  return body.filter((node): node is ImportLike => {
    if (node.type === 'ImportDeclaration') return node.importKind !== 'type' || node.source.value === 'mtl'
    return (
      (node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration') && Boolean(node.source) && node.exportKind !== 'type'
    )
  })
}

function candidates(path: string): string[] {
  const typescript = path.replace(/\.js$/, '.ts')
  const written = /\.(ts|json)$/.test(typescript) ? [typescript] : []
  return [...new Set([...written, `${path}.ts`, `${path}.mtl.ts`, `${path}.json`, `${path}/index.ts`])]
}
