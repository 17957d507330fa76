import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core'
import type { Recording, SandboxInput } from '../ir/recording'
import type { VocabularyNames } from './modules'

const memoryLimit = 64 << 20
const stackLimit = 256 << 10
/** A WebAssembly memory never shrinks: beyond this an instance is replaced. */
const instanceLimit = 32 << 20

type Loaded<K extends 'importFFI' | 'importModuleLoader'> = Awaited<ReturnType<QuickJSSyncVariant[K]>>

/**
 * The package's own entry loads its parts by import(), which chooses files that a CommonJS bundle can't hold;
 * require() chooses the CommonJS ones.
 */
/* eslint-disable @typescript-eslint/no-require-imports */
const variant: QuickJSSyncVariant = {
  type: 'sync',
  importFFI: () => Promise.resolve((require('@jitl/quickjs-wasmfile-release-sync/ffi') as { QuickJSFFI: Loaded<'importFFI'> }).QuickJSFFI),
  importModuleLoader: () => {
    const loaded = require('@jitl/quickjs-wasmfile-release-sync/emscripten-module') as { default?: unknown }
    return Promise.resolve((loaded.default ?? loaded) as Loaded<'importModuleLoader'>)
  },
}
/* eslint-enable @typescript-eslint/no-require-imports */

/** WebAssembly's types belong to the browser's library, which has no place here. */
interface WasmModule {
  readonly compiled?: never
}
const wasm = (globalThis as unknown as { WebAssembly: { compile(bytes: Uint8Array): Promise<WasmModule> } }).WebAssembly

/** The modules of one evaluation, under the names that QuickJS knows them by. */
export interface SandboxModules {
  readonly entry: { readonly name: string; readonly code: string }
  /** @returns the name of the module that `specifier` means in `importer`, or undefined */
  resolve(importer: string, specifier: string): string | undefined
  code(name: string): string | undefined
}

export interface SandboxOutcome {
  /** Null where the recording could not be read. */
  readonly recording: Recording | null
  readonly failure: SandboxFailure | null
}

export interface SandboxFailure {
  readonly kind: 'error' | 'time' | 'memory' | 'recursion' | 'internal'
  readonly name: string
  readonly message: string
  readonly stack: string
}

/** Makes sandboxes: QuickJS in WebAssembly with the vocabulary loaded, the outside world absent. */
export class SandboxFactory {
  private compiled: Promise<WasmModule> | undefined
  private instance: Promise<QuickJSWASMModule> | undefined
  private prepared: Sandbox | undefined
  private library: string | undefined
  private known: VocabularyNames | undefined

  /** @param dist the folder of quickjs.wasm and mtl.js */
  constructor(private readonly dist: string) {}

  async take(): Promise<Sandbox> {
    const sandbox = this.prepared ?? (await this.create())
    this.prepared = undefined
    return sandbox
  }

  /** Makes the next sandbox in advance. */
  async prepare(): Promise<void> {
    this.prepared ??= await this.create()
  }

  /** Gives a used sandbox back. A failed one takes its instance with it: traps leave it in an unknown state. */
  async discard(sandbox: Sandbox, failed: boolean): Promise<void> {
    const instance = await this.instance
    let sound = !failed
    try {
      if (sound) sandbox.dispose()
    } catch {
      sound = false
    }
    if (!sound || (instance && (instance.getWasmMemory() as unknown as { buffer: ArrayBuffer }).buffer.byteLength > instanceLimit)) {
      this.instance = undefined
      this.prepared = undefined
    }
  }

  async names(): Promise<VocabularyNames> {
    if (!this.known) await this.prepare()
    return this.known!
  }

  private async create(): Promise<Sandbox> {
    this.compiled ??= wasm.compile(readFileSync(join(this.dist, 'quickjs.wasm')))
    const wasmModule = await this.compiled
    this.instance ??= newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmModule: wasmModule as never }))
    this.library ??= readFileSync(join(this.dist, 'mtl.js'), 'utf8')
    const sandbox = new Sandbox((await this.instance).newRuntime(), this.library)
    this.known ??= sandbox.names()
    return sandbox
  }
}

/** One evaluation: a runtime and a context of its own. */
export class Sandbox {
  private readonly context: QuickJSContext
  private readonly library: QuickJSHandle

  constructor(
    private readonly runtime: QuickJSRuntime,
    library: string,
  ) {
    runtime.setMemoryLimit(memoryLimit)
    runtime.setMaxStackSize(stackLimit)
    this.context = runtime.newContext()
    this.library = this.context.unwrapResult(this.context.evalCode(library, 'mtl:sandbox', { type: 'module' }))
  }

  names(): VocabularyNames {
    return JSON.parse(this.text('names')) as VocabularyNames
  }

  /** @param shouldStop asked every few thousand operations */
  run(input: SandboxInput, modules: SandboxModules, shouldStop: () => boolean): SandboxOutcome {
    let stopped = false
    this.runtime.setInterruptHandler(() => (stopped ||= shouldStop()))
    this.loadFrom(modules)
    try {
      this.call('begin', this.context.newString(JSON.stringify(input))).dispose()
      const { failure, exports } = this.evaluate(modules, () => stopped || (stopped = shouldStop()))
      const recording = this.finish(exports)
      return { recording, failure: failure && stopped ? { ...failure, kind: 'time' } : failure }
    } catch (error) {
      return { recording: null, failure: trap(error as Error, stopped) }
    }
  }

  dispose(): void {
    this.library.dispose()
    this.context.dispose()
    this.runtime.dispose()
  }

  private loadFrom(modules: SandboxModules): void {
    const vocabulary = this.text('moduleText')
    this.runtime.setModuleLoader(
      name => (name === 'mtl' ? vocabulary : (modules.code(name) ?? { error: new Error(`there is no module '${name}'`) })),
      (importer, specifier) => {
        if (specifier === 'mtl' || (specifier === 'mtl:sandbox' && importer === 'mtl')) return specifier
        return modules.resolve(importer, specifier) ?? { error: new Error(`'${specifier}' can’t be imported here`) }
      },
    )
  }

  private evaluate(modules: SandboxModules, stopped: () => boolean): { failure: SandboxFailure | null; exports: QuickJSHandle | null } {
    const result = this.context.evalCode(modules.entry.code, modules.entry.name, { type: 'module' })
    if (result.error) return { failure: this.describe(result.error), exports: null }
    const failure = this.runJobs(stopped)
    if (failure) return { failure, exports: null }
    const state = this.context.getPromiseState(result.value)
    if (state.type === 'rejected') return { failure: this.describe(state.error), exports: null }
    return { failure: null, exports: result.value }
  }

  /** What promises do later still belongs to the evaluation, and must end. */
  private runJobs(stopped: () => boolean): SandboxFailure | null {
    while (this.runtime.hasPendingJob()) {
      if (stopped()) return { kind: 'time', name: '', message: 'promises that never end', stack: '' }
      const result = this.runtime.executePendingJobs(100)
      if (result.error) return this.describe(result.error)
    }
    // A promise swallows even the interruption of what it calls.
    return stopped() ? { kind: 'time', name: '', message: 'promises that never end', stack: '' } : null
  }

  /** Reads the recording; the limits are lifted, as the file may have used them up, but not the patience. */
  private finish(exports: QuickJSHandle | null): Recording | null {
    const deadline = performance.now() + 1000
    this.runtime.setInterruptHandler(() => performance.now() > deadline)
    this.runtime.setMemoryLimit(-1)
    const model = exports ? this.context.getProp(exports, 'default') : this.context.undefined
    const text = this.call('finish', model)
    model.dispose()
    exports?.dispose()
    const recording = JSON.parse(this.context.getString(text)) as Recording
    text.dispose()
    return recording
  }

  private call(name: 'begin' | 'finish', argument: QuickJSHandle): QuickJSHandle {
    const method = this.context.getProp(this.library, name)
    const result = this.context.callFunction(method, this.context.undefined, argument)
    method.dispose()
    return this.context.unwrapResult(result)
  }

  private text(name: 'names' | 'moduleText'): string {
    const handle = this.context.getProp(this.library, name)
    const text = this.context.getString(handle)
    handle.dispose()
    return text
  }

  private describe(error: QuickJSHandle): SandboxFailure {
    const part = (name: string): string => {
      const handle = this.context.getProp(error, name)
      const text = this.context.typeof(handle) === 'string' ? this.context.getString(handle) : ''
      handle.dispose()
      return text.slice(0, longestPart)
    }
    let failure: SandboxFailure
    try {
      const type = this.context.typeof(error)
      const [name, message, stack] =
        type === 'object'
          ? [part('name'), part('message'), part('stack')]
          : ['', `thrown: ${type === 'symbol' ? 'a symbol' : this.context.getString(error).slice(0, 200)}`, '']
      failure = { kind: failureKind(name, message), name: name.slice(0, 100), message, stack }
    } catch {
      failure = { kind: 'error', name: '', message: 'an error that can’t be shown', stack: '' }
    }
    error.dispose()
    return failure
  }
}

/** A file may throw errors of its own, whose texts are as long as it likes. */
const longestPart = 10_000

function failureKind(name: string, message: string): SandboxFailure['kind'] {
  // Without memory even the error may be lacking: what is thrown then has no type.
  if (/out of memory|string too long|\[unsupported type\]$/.test(message)) return 'memory'
  if (/stack overflow|Maximum call stack/.test(message)) return 'recursion'
  if (name === 'InternalError' && /interrupted/.test(message)) return 'time'
  return 'error'
}

/** An exception out of WebAssembly itself: out of memory or stack, or a fault of the interpreter. */
function trap({ name, message, stack = '' }: Error, stopped: boolean): SandboxFailure {
  const kind = stopped ? 'time' : /memory/i.test(message) ? 'memory' : /stack|recursion|call/i.test(message) ? 'recursion' : 'internal'
  return { kind, name, message, stack }
}
