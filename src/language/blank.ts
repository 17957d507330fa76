import { parse, type ParserOptions } from '@babel/parser'
import type * as t from '@babel/types'
import { forEachChild, isWrapper, type Node } from './syntax'

const options: ParserOptions = {
  sourceType: 'module',
  errorRecovery: true,
  createParenthesizedExpressions: true,
  createImportExpressions: true,
  attachComment: false,
  plugins: ['typescript', 'explicitResourceManagement'],
}

export interface BlankedText {
  /** JavaScript of the same length in UTF-16 and with the same line breaks as the TypeScript: every offset stays. */
  readonly code: string
  readonly ast: t.Program
  readonly errors: readonly SyntaxProblem[]
}

export interface SyntaxProblem {
  readonly code: 'mtl/syntax' | 'mtl/unsupported-syntax' | 'mtl/nesting-too-deep'
  readonly message: string
  readonly start: number
  readonly end: number
}

/** Types that vanish with all they contain. */
const typesOnly = new Set([
  'TSTypeAnnotation',
  'TSTypeParameterDeclaration',
  'TSTypeParameterInstantiation',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
  'TSDeclareFunction',
  'TSDeclareMethod',
  'TSIndexSignature',
  'TSNamespaceExportDeclaration',
  'TSClassImplements',
  'TSExpressionWithTypeArguments',
])

/** TypeScript with a meaning at run time, and what waits for something outside. */
const unsupported: Readonly<Record<string, string>> = {
  TSEnumDeclaration: 'enum is not available in model files; use a list of texts',
  TSModuleDeclaration: 'namespace is not available in model files; use another file',
  TSImportEqualsDeclaration: 'import = is not available in model files; use import … from',
  TSExportAssignment: 'export = is not available in model files; use export default',
  TSTypeAssertion: 'casts are written x as T in model files',
  TSParameterProperty: 'parameter properties are not available in model files',
  ImportExpression: 'import() is not available in model files; use import … from at the top',
  AwaitExpression: 'await is not available in model files: nothing here is asynchronous',
}

const statements = new Set([
  'ExpressionStatement',
  'VariableDeclaration',
  'ReturnStatement',
  'ThrowStatement',
  'ExportDefaultDeclaration',
  'ClassProperty',
])
const loopHeads = new Set(['ForStatement', 'ForOfStatement', 'ForInStatement'])

/**
 * Replaces TypeScript's types by spaces.
 * @throws SyntaxError of the parser where it can't recover, with `pos`
 */
export function blank(text: string): BlankedText {
  const file = parse(text, options)
  const blanker = new Blanker(text, file.program)
  blanker.visit(file.program, undefined)
  blanker.dropUnusedImports(file.program)
  blanker.refuseSecondDefault(file.program)
  const recovered = (file.errors ?? []).map(error => syntaxProblem(error as unknown as ParserError))
  return { code: blanker.finish(), ast: file.program, errors: [...recovered, ...blanker.errors] }
}

interface ParserError {
  readonly message: string
  readonly pos?: number
}

export function syntaxProblem({ message, pos = 0 }: ParserError): SyntaxProblem {
  // What Babel says of syntax that is still being discussed is meant for those who set Babel up.
  const proposed = /experimental syntax requires|deprecatedImportAssert/.test(message)
  const said = proposed ? 'this syntax is not available in model files' : message.replace(/ \(\d+:\d+\)\.?$/, '').replace(/\.$/, '')
  return { code: 'mtl/syntax', message: said, start: pos, end: pos + 1 }
}

interface Edit {
  readonly start: number
  readonly end: number
  /** Written over the first of the spaces. */
  readonly fill?: string
  readonly fillAt?: 'start' | 'end'
}

class Blanker {
  readonly errors: SyntaxProblem[] = []
  private readonly edits: Edit[] = []
  /** Names used as values: an import of anything else is an import of a type. */
  private readonly values = new Set<string>()
  /** Names of types that this file declares: `export { A }` of such a name vanishes too. */
  private readonly types: ReadonlySet<string>
  /** Ends of statements without a semicolon: a cast that ends there must leave one, or the next line is read on. */
  private readonly openEnds = new Set<number>()

  constructor(
    private readonly text: string,
    program: t.Program,
  ) {
    const declared = program.body.map(node => (node.type === 'ExportNamedDeclaration' ? node.declaration : node))
    this.types = new Set(
      declared.flatMap(node => (node?.type === 'TSInterfaceDeclaration' || node?.type === 'TSTypeAliasDeclaration' ? node.id.name : [])),
    )
  }

  visit(node: Node, parent: Node | undefined): void {
    const { start, end } = node as { start: number; end: number }
    if (unsupported[node.type] && !isDeclared(node)) return this.refuse(node)
    if (node.type === 'VariableDeclaration' && /using$/.test(node.kind))
      this.problem('using is not available in model files; use const', start, node.declarations[0]!.start!)
    if (typesOnly.has(node.type)) return this.remove(start, end, isStatement(node) ? ';' : undefined)
    if (isDeclared(node)) return this.remove(start, end, node.type === 'ClassProperty' ? undefined : ';')
    if (statements.has(node.type) && this.text[end - 1] !== ';' && !loopHeads.has(parent?.type ?? '')) this.openEnds.add(end)
    if (isWrapper(node) && node.type !== 'ParenthesizedExpression') {
      this.remove(node.expression.end!, end, this.openEnds.has(end) && node.type !== 'TSNonNullExpression' ? ';' : undefined)
      return this.visit(node.expression, parent)
    }
    if (this.visitSpecial(node)) return
    const returnType = node.type === 'ArrowFunctionExpression' ? this.arrowReturnType(node) : undefined
    const thisParameter = this.thisParameter(node)
    forEachChild(node, (child, key) => {
      if (child === returnType || child === thisParameter) return
      if (!(key === 'property' || key === 'key') || (node as { computed?: boolean }).computed) return this.visit(child, node)
    })
  }

  /** @returns true where the children need no visit */
  private visitSpecial(node: Node): boolean {
    switch (node.type) {
      case 'ImportDeclaration':
        if (node.importKind === 'type') this.remove(node.start!, node.end!, ';')
        return true
      case 'ExportAllDeclaration':
        if (node.exportKind === 'type') this.remove(node.start!, node.end!, ';')
        return true
      case 'ExportNamedDeclaration':
        if (node.exportKind === 'type' || (node.declaration && (typesOnly.has(node.declaration.type) || isDeclared(node.declaration)))) {
          this.remove(node.start!, node.end!, ';')
          return true
        }
        for (const specifier of node.specifiers) {
          const isType =
            specifier.type === 'ExportSpecifier' &&
            (specifier.exportKind === 'type' || (!node.source && this.types.has(specifier.local.name)))
          if (isType) this.removeListed(specifier)
        }
        return false
      case 'ExportDefaultDeclaration':
        if (!typesOnly.has(node.declaration.type)) return false
        this.remove(node.start!, node.end!, ';')
        return true
      case 'ForOfStatement':
        if (node.await)
          this.problem('for await is not available in model files: nothing here is asynchronous', node.start!, node.start! + 9)
        return false
      case 'ClassDeclaration':
      case 'ClassExpression':
        this.classHead(node)
        return false
      case 'ClassProperty':
      case 'ClassPrivateProperty':
      case 'ClassAccessorProperty':
      case 'ClassMethod':
      case 'ClassPrivateMethod':
        return this.classMember(node)
      case 'VariableDeclarator':
        if (node.definite) this.removeMark('!', node.id.start! + (node.id as t.Identifier).name.length)
        return false
      case 'Identifier':
        this.values.add(node.name)
        if (node.optional) this.removeMark('?', node.start! + node.name.length)
        return false
      default:
        return false
    }
  }

  /** Imported names that stand in types only are dropped, as TypeScript does. */
  dropUnusedImports(program: t.Program): void {
    for (const node of program.body) {
      if (node.type !== 'ImportDeclaration' || node.importKind === 'type' || node.specifiers.length === 0) continue
      const used = node.specifiers.filter(s => this.values.has(s.local.name) && !isTypeSpecifier(s))
      if (used.length === 0) this.remove(node.start!, node.end!, ';')
      else if (used.length < node.specifiers.length && node.specifiers.every(s => s.type === 'ImportSpecifier')) {
        for (const specifier of node.specifiers) if (!used.includes(specifier)) this.removeListed(specifier)
      } else for (const specifier of node.specifiers) if (isTypeSpecifier(specifier)) this.removeListed(specifier)
    }
  }

  /** Babel leaves this to TypeScript, and QuickJS says it in words and at a place of its own. */
  refuseSecondDefault(program: t.Program): void {
    const [, second] = program.body.filter(node => node.type === 'ExportDefaultDeclaration' && !typesOnly.has(node.declaration.type))
    if (second)
      this.errors.push({ code: 'mtl/syntax', message: 'a file has one default export only', start: second.start!, end: second.end! })
  }

  finish(): string {
    const { text } = this
    let code = ''
    let at = 0
    for (const { start, end, fill, fillAt } of [...this.edits].sort((a, b) => a.start - b.start)) {
      if (end <= at) continue
      const from = Math.max(start, at)
      code += text.slice(at, from)
      let spaces = text.slice(from, end).replace(/[^\r\n\u2028\u2029]/g, ' ')
      if (fill && fillAt === 'end') spaces = spaces.slice(0, -1) + fill
      else if (fill) spaces = spaces.replace(' ', fill)
      code += spaces
      at = end
    }
    return code + text.slice(at)
  }

  private remove(start: number, end: number, fill?: string): void {
    this.edits.push({ start, end, fill })
  }

  private removeListed(node: Node): void {
    this.remove(node.start!, node.end!)
    const comma = this.skipSpace(node.end!)
    if (this.text[comma] === ',') this.remove(comma, comma + 1)
  }

  private removeMark(mark: string, from: number): void {
    const at = this.skipSpace(from)
    if (this.text[at] === mark) this.remove(at, at + 1)
  }

  private removeWords(from: number, to: number, words: RegExp): void {
    for (const match of this.text.slice(from, to).matchAll(words)) this.remove(from + match.index, from + match.index + match[0].length)
  }

  private refuse(node: Node): void {
    this.problem(unsupported[node.type]!, node.start!, node.end!)
    this.remove(node.start!, node.end!, ';')
  }

  private problem(message: string, start: number, end: number): void {
    this.errors.push({ code: 'mtl/unsupported-syntax', message, start, end })
  }

  private classHead(node: t.ClassDeclaration | t.ClassExpression): void {
    const body = node.body.start!
    if ((node as t.ClassDeclaration).abstract) this.removeWords(node.start!, body, /\babstract\b/g)
    const first = node.implements?.[0]
    if (!first) return
    const word = this.text.lastIndexOf('implements', first.start!)
    this.remove(word, body)
  }

  private classMember(
    node: t.ClassProperty | t.ClassPrivateProperty | t.ClassAccessorProperty | t.ClassMethod | t.ClassPrivateMethod,
  ): boolean {
    const member = node as t.ClassProperty & { body?: Node }
    if (member.abstract || (node.type === 'ClassMethod' && !member.body)) {
      this.remove(node.start!, node.end!)
      return true
    }
    this.removeWords(node.start!, member.key.start!, /\b(public|private|protected|readonly|override)\b/g)
    if (member.optional || member.definite) {
      const after = member.computed ? this.text.indexOf(']', member.key.end!) + 1 : member.key.end!
      this.removeMark(member.optional ? '?' : '!', after)
    }
    return false
  }

  /** `)` must stay on the line of `=>`: a return type with line breaks moves it there. */
  private arrowReturnType(node: t.ArrowFunctionExpression): Node | undefined {
    const type = node.returnType
    if (!type) return undefined
    const close = this.text.lastIndexOf(')', type.start!)
    if (!this.text.slice(close, type.end!).includes('\n')) return undefined
    this.edits.push({ start: close, end: type.end!, fill: ')', fillAt: 'end' })
    return type
  }

  private thisParameter(node: Node): Node | undefined {
    const first = 'params' in node ? (node.params as Node[])[0] : undefined
    if (first?.type !== 'Identifier' || first.name !== 'this') return undefined
    this.removeListed(first)
    return first
  }

  private skipSpace(from: number): number {
    const space = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y
    space.lastIndex = from
    space.exec(this.text)
    return space.lastIndex
  }
}

const isDeclared = (node: Node): boolean => (node as { declare?: boolean }).declare === true
const isStatement = (node: Node): boolean =>
  /Declaration$|^TSDeclareFunction$/.test(node.type) && node.type !== 'TSTypeParameterDeclaration'
const isTypeSpecifier = (node: Node): boolean => node.type === 'ImportSpecifier' && node.importKind === 'type'
