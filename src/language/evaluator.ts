import { folderOf, joinPath } from '../base/paths'
import { sourceOf } from '../data/sources/table'
import type { Diagnostic, Fix } from '../ir/diagnostic'
import { profileKey } from '../ir/profile'
import type { Recording } from '../ir/recording'
import { Assembly } from './assemble'
import { insertAt } from './edits/text'
import type { DataWanted, EvaluationRequest, EvaluationResult } from './evaluation'
import { failureDiagnostic } from './failures'
import { FileProblem, WorkspaceFiles } from './files'
import { loadModules, type ModuleSet } from './modules'
import { SandboxFactory, type SandboxModules } from './sandbox'
import type { SourceText } from './sourceText'

export interface EvaluationLimits {
  /** Milliseconds that the file itself may run; reading it and getting ready are not counted. */
  readonly deadline: number
  /** Asked while the file runs: true ends it. */
  readonly cancelled?: () => boolean
  /** Called when the files are read and the model file begins to run. */
  readonly onRun?: () => void
}

/** Evaluates model files one after the other. Runs in the worker, and directly in the command line's processes. */
export class Evaluator {
  private readonly factory: SandboxFactory

  /** @param dist the folder of quickjs.wasm and mtl.js */
  constructor(dist: string) {
    this.factory = new SandboxFactory(dist)
  }

  /** Gets ready for the next evaluation. */
  prepare(): Promise<void> {
    return this.factory.prepare()
  }

  async evaluate(request: EvaluationRequest, { deadline, cancelled = () => false, onRun }: EvaluationLimits): Promise<EvaluationResult> {
    const started = performance.now()
    const finish = (result: Partial<EvaluationResult>): EvaluationResult => ({
      graph: null,
      diagnostics: [],
      files: [request.file],
      profilesWanted: [],
      ...result,
      milliseconds: performance.now() - started,
    })
    const names = await this.factory.names()
    let modules: ModuleSet
    try {
      modules = loadModules(request.file, new WorkspaceFiles(request.root, request.overlay), names)
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error
      return finish({
        diagnostics: [{ code: error.code, severity: 'error', message: error.message, span: { file: request.file, start: 0, end: 0 } }],
      })
    }
    const files = [...modules.sources.keys(), ...modules.json.keys()]
    if (modules.diagnostics.length > 0) return finish({ files, diagnostics: inOrder(modules.diagnostics, request.file) })
    onRun?.()
    const ran = await this.run(request, modules, deadline, cancelled)
    return finish({ files, ...ran, diagnostics: inOrder(ran.diagnostics, request.file) })
  }

  private async run(
    request: EvaluationRequest,
    modules: ModuleSet,
    deadline: number,
    cancelled: () => boolean,
  ): Promise<Pick<EvaluationResult, 'graph' | 'diagnostics' | 'profilesWanted'>> {
    const sources = [...modules.sources.values()]
    const sandbox = await this.factory.take()
    const end = performance.now() + deadline
    const { recording, failure } = sandbox.run(
      { file: request.file, profiles: request.profiles },
      sandboxModules(modules, sources),
      () => performance.now() > end || cancelled(),
    )
    await this.factory.discard(sandbox, failure !== null || recording === null)
    const assembly = recording && new Assembly(recording, sources)
    const diagnostics = assembly?.diagnostics() ?? []
    if (failure) diagnostics.push(failureDiagnostic(failure, sources))
    else if (recording && assembly && !recording.model) diagnostics.push(noModel(recording, assembly, sources[0]!))
    return {
      graph: failure ? null : (assembly?.graph() ?? null),
      diagnostics,
      profilesWanted: recording ? profilesWanted(recording, request.file) : [],
    }
  }
}

/** Inside the sandbox a file is called `mtl-file-N`: names that no text of a message or path can imitate by chance. */
function sandboxModules({ sources, json, resolved }: ModuleSet, order: readonly SourceText[]): SandboxModules {
  const files = [...sources.keys(), ...json.keys()]
  const nameOf = (file: string) => `mtl-file-${files.indexOf(file)}`
  const fileOf = (name: string) => files[Number(/^mtl-file-(\d+)$/.exec(name)?.[1] ?? NaN)]
  return {
    entry: { name: nameOf(order[0]!.file), code: order[0]!.code },
    resolve(importer, specifier) {
      const file = fileOf(importer)
      const target = file === undefined ? undefined : resolved.get(`${file}\n${specifier}`)
      return target === undefined ? undefined : nameOf(target)
    },
    code(name) {
      const file = fileOf(name)
      return file === undefined ? undefined : (sources.get(file)?.code ?? json.get(file))
    },
  }
}

function noModel({ defaultExport }: Recording, assembly: Assembly, main: SourceText): Diagnostic {
  const common = { code: 'mtl/no-model', severity: 'error' } as const
  const exported = main.ast?.body.find(node => node.type === 'ExportDefaultDeclaration')
  if (defaultExport && exported)
    return { ...common, message: 'the default export must be a model: export default model({ … })', span: main.spanOf(exported) }
  const call = assembly.lastModel()
  if (!call || call.source !== main)
    return {
      ...common,
      message: 'this file exports no model: write export default model({ … })',
      span: main.span(0, Math.min(1, main.text.length)),
    }
  const statement = call.call && main.parentOf(call.call)
  const fixes: Fix[] =
    statement?.type === 'ExpressionStatement'
      ? [{ title: 'Export the model', edits: [insertAt(main, statement.start!, 'export default ')] }]
      : []
  return { ...common, message: 'the model is not exported: write export default before it', span: call.span, fixes }
}

/** @param file the model's, relative to root */
function profilesWanted({ sources }: Recording, file: string): DataWanted[] {
  const wanted = sources.flatMap(({ kind, resolved, options, split }): DataWanted[] => {
    if (resolved === null) return []
    const { files, names, endings } = sourceOf(kind) ?? {}
    const others = (files?.(options) ?? []).map(path => joinPath(folderOf(resolved), path))
    const parts = Object.values(split.files ?? {}).map(path => joinPath(folderOf(file), path))
    const made = [...(names === 'query' ? [] : [resolved]), ...others, ...parts]
    return [{ kind, path: resolved, options, files: made, ...(endings && options.column !== undefined && { endings }) }]
  })
  return [...new Map(wanted.map(profile => [profileKey(profile), profile])).values()]
}

/** Errors before warnings are not wanted here: the order of the text is, the model file's first. */
function inOrder(diagnostics: readonly Diagnostic[], main: string): Diagnostic[] {
  const rank = ({ file }: { file: string }) => (file === main ? 0 : 1)
  return [...diagnostics].sort(
    (a, b) => rank(a.span) - rank(b.span) || a.span.file.localeCompare(b.span.file) || a.span.start - b.span.start,
  )
}
