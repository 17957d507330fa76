import type { DeviceChoice } from '../ir/deviceChoice'
import type { EngineChoice } from '../ir/engineChoice'

/** What a doctor's process is asked: its one argument, as JSON. */
export interface DoctorRequest {
  readonly engine: Exclude<EngineChoice, 'auto'>
  /** Name of ONNX Runtime's provider for a graphics processor; the processor when not given. */
  readonly provider?: string
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
  /** What this platform's ONNX Runtime has for graphics processors. */
  readonly providers: readonly { readonly name: string; readonly title: string }[]
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

export interface GpuFindings extends EngineFindings {
  /** 'WebGPU', … */
  readonly provider: string
}

export interface EngineReport {
  readonly device: DeviceChoice

  readonly product: string
  readonly choice: EngineChoice
  readonly process: ProcessFacts | null
  readonly engines: readonly EngineFindings[]
  /** ONNX Runtime on graphics processors, provider by provider; empty where only the CPU was asked for. */
  readonly gpu: readonly GpuFindings[]
  /** The engine that a training started now would take, where that one works. */
  readonly used: 'onnxruntime' | 'tensorflow' | null
  /** Which engine trains here, or why none does, and the fallback taken and why. */
  readonly verdict: string
}

const titles = { onnxruntime: 'ONNX Runtime', tensorflow: 'TensorFlow.js' } as const

/** Says which engine a training would take: by `auto` the first that loads. */
export function verdictOf(
  choice: EngineChoice,
  engines: readonly EngineFindings[],
  device: DeviceChoice = 'cpu',
  gpu: readonly GpuFindings[] = [],
): Pick<EngineReport, 'used' | 'verdict'> {
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
  const onGpu = wanted.engine === 'onnxruntime' ? gpuVerdict(device, gpu) : ''
  return { used: wanted.engine, verdict: `${name} trains here, ${where}.${fallback}${onGpu}` }
}

function gpuVerdict(device: DeviceChoice, gpu: readonly GpuFindings[]): string {
  if (device === 'cpu') return ''
  const working = gpu.filter(({ ok }) => ok).map(({ provider }) => provider)
  if (working.length > 0) {
    const use = device === 'gpu' ? 'it is taken' : 'each training measures some steps on both and takes the faster'
    return ` The GPU works (${working.join(', ')}): ${use}.`
  }
  const why = gpu.map(failureOf).join(' ') || 'This platform has no provider for it.'
  return device === 'gpu' ? ` It is the fallback: the GPU can’t be used. ${why}` : ` There is no GPU that can be used. ${why}`
}

function failureOf(findings: EngineFindings | GpuFindings): string {
  const { checks } = findings
  const title = titleOf(findings)
  const failed = checks.find(({ ok }) => !ok)
  return failed ? `${title}: ${failed.name} failed: ${failed.detail.replace(/\.?$/, '.')}` : `${title} was not checked.`
}

const titleOf = (findings: EngineFindings | GpuFindings): string => ('provider' in findings ? findings.provider : titles[findings.engine])

const threadsOf = ({ threads }: EngineFindings) => `${threads} ${threads === 1 ? 'thread' : 'threads'}`

const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`

/** The report as lines to read. */
export function reportText({ product, choice, device, process, engines, gpu, verdict }: EngineReport): string {
  const lines = [verdict, '', `MTL Workbench ${product}, engine: ${choice}, device: ${device}`]
  if (process) {
    const electron = process.electron === null ? '' : `, Electron ${process.electron}`
    lines.push(
      `${process.program} (Node ${process.node}${electron}) on ${process.platform}`,
      `${process.cpu}, ${process.cores} cores; memory ${mebibytes(process.memory)}, ${mebibytes(process.freeMemory)} free`,
    )
  }
  for (const findings of [...engines, ...gpu]) {
    const { engine, version, device: where, notes, checks, memory } = findings
    const title = 'provider' in findings ? `${titles[engine]} on the GPU by ${titleOf(findings)}` : titles[engine]
    lines.push('', version === null ? title : `${title} ${version}: ${where}, ${threadsOf(findings)}`)
    for (const { name, ok, detail } of checks) lines.push(`  ${ok ? '✓' : '✗'} ${name}: ${detail}`)
    for (const note of notes) lines.push(`  · ${note}`)
    if (memory !== null) lines.push(`  · the process held ${mebibytes(memory)}`)
  }
  return lines.join('\n')
}
