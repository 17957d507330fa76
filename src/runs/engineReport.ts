import type { EngineChoice } from '../ir/engineChoice'

/** What a doctor's process is asked: its one argument, as JSON. */
export interface DoctorRequest {
  readonly engine: Exclude<EngineChoice, 'auto'>
  /** Folder in which TensorFlow's native library may have been installed. */
  readonly tensorflow?: string
}

export interface EngineCheck {
  readonly name: string
  readonly ok: boolean
  /** What was measured, or what is wrong. */
  readonly detail: string
}

/** What a doctor's process says, one JSON object per line. */
export type DoctorMessage =
  | { readonly type: 'process'; readonly process: ProcessFacts }
  | { readonly type: 'begin'; readonly name: string }
  | { readonly type: 'check'; readonly check: EngineCheck }
  | {
      readonly type: 'engine'
      readonly version: string
      readonly device: string
      readonly threads: number
      readonly notes: readonly string[]
    }
  | { readonly type: 'end'; readonly memory: number }

export interface ProcessFacts {
  readonly program: string
  readonly node: string
  /** Where the process is Electron's. */
  readonly electron: string | null
  readonly platform: string
  readonly cpu: string
  readonly cores: number
  /** Bytes. */
  readonly memory: number
  readonly freeMemory: number
}

export interface EngineFindings {
  readonly engine: 'onnxruntime' | 'tensorflow'
  readonly ok: boolean
  readonly version: string | null
  readonly device: string | null
  readonly threads: number | null
  readonly notes: readonly string[]
  readonly checks: readonly EngineCheck[]
  /** Bytes that the process held at its end; null where it did not come to its end. */
  readonly memory: number | null
}

export interface EngineReport {
  readonly product: string
  readonly choice: EngineChoice
  readonly process: ProcessFacts | null
  readonly engines: readonly EngineFindings[]
  /** The engine that a training started now would take, where that one works. */
  readonly used: 'onnxruntime' | 'tensorflow' | null
  /** Which engine trains here, or why none does, and the fallback taken and why. */
  readonly verdict: string
}

const titles = { onnxruntime: 'ONNX Runtime', tensorflow: 'TensorFlow.js' } as const

/** Says which engine a training would take: by `auto` the first that loads. */
export function verdictOf(choice: EngineChoice, engines: readonly EngineFindings[]): Pick<EngineReport, 'used' | 'verdict'> {
  const wanted = choice === 'auto' ? engines.find(({ version }) => version !== null) : engines.find(({ engine }) => engine === choice)
  if (!wanted) return { used: null, verdict: `Nothing can train here: no engine loads. ${engines.map(failureOf).join(' ')}` }
  const name = `${titles[wanted.engine]}${wanted.version === null ? '' : ` ${wanted.version}`}`
  const other = engines.find(({ engine, ok }) => ok && engine !== wanted.engine)
  if (!wanted.ok) {
    const advice = other ? ` ${titles[other.engine]} works: choose it (setting mtl.engine, option --engine ${other.engine}).` : ''
    return { used: null, verdict: `${name} does not work here. ${failureOf(wanted)}${advice}` }
  }
  const where = `on the ${wanted.device!.toUpperCase()} with ${threadsOf(wanted)}`
  const before = engines.slice(0, engines.indexOf(wanted))
  const fallback = choice === 'auto' && before.length > 0 ? ` It is the fallback. ${before.map(failureOf).join(' ')}` : ''
  return { used: wanted.engine, verdict: `${name} trains here, ${where}.${fallback}` }
}

function failureOf({ engine, checks }: EngineFindings): string {
  const failed = checks.find(({ ok }) => !ok)
  return failed ? `${titles[engine]}: ${failed.name} failed: ${failed.detail.replace(/\.?$/, '.')}` : `${titles[engine]} was not checked.`
}

const threadsOf = ({ threads }: EngineFindings) => `${threads} ${threads === 1 ? 'thread' : 'threads'}`

const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`

/** The report as lines to read. */
export function reportText({ product, choice, process, engines, verdict }: EngineReport): string {
  const lines = [verdict, '', `MTL Workbench ${product}, engine: ${choice}`]
  if (process) {
    const electron = process.electron === null ? '' : `, Electron ${process.electron}`
    lines.push(
      `${process.program} (Node ${process.node}${electron}) on ${process.platform}`,
      `${process.cpu}, ${process.cores} cores; memory ${mebibytes(process.memory)}, ${mebibytes(process.freeMemory)} free`,
    )
  }
  for (const findings of engines) {
    const { engine, version, device, notes, checks, memory } = findings
    lines.push('', version === null ? titles[engine] : `${titles[engine]} ${version}: ${device}, ${threadsOf(findings)}`)
    for (const { name, ok, detail } of checks) lines.push(`  ${ok ? '✓' : '✗'} ${name}: ${detail}`)
    for (const note of notes) lines.push(`  · ${note}`)
    if (memory !== null) lines.push(`  · the process held ${mebibytes(memory)}`)
  }
  return lines.join('\n')
}
