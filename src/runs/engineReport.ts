import { isAbsence, type DeviceChoice } from '../ir/deviceChoice'
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
  readonly product: string
  readonly choice: EngineChoice
  readonly device: DeviceChoice
  readonly process: ProcessFacts | null
  readonly engines: readonly EngineFindings[]
  /** ONNX Runtime on graphics processors, provider by provider; empty where only the CPU was asked for. */
  readonly gpu: readonly GpuFindings[]
  /** The engine that a training started now would take, where that one works. */
  readonly used: 'onnxruntime' | 'tensorflow' | null
  /** Whether it is not what was asked for, or fails on what is there. */
  readonly fallback: boolean
  /** Which engine trains here, or why none does, and the fallback taken and why. */
  readonly verdict: string
}

export const titles = { onnxruntime: 'ONNX Runtime', tensorflow: 'TensorFlow.js' } as const

/** Says which engine a training would take: by `auto` the first that loads. */
export function verdictOf(
  choice: EngineChoice,
  engines: readonly EngineFindings[],
  device: DeviceChoice = 'cpu',
  gpu: readonly GpuFindings[] = [],
): Pick<EngineReport, 'used' | 'fallback' | 'verdict'> {
  const wanted = choice === 'auto' ? engines.find(({ version }) => version !== null) : engines.find(({ engine }) => engine === choice)
  const nothing = (verdict: string) => ({ used: null, fallback: true, verdict })
  if (!wanted) return nothing(`Nothing can train here: no engine loads. ${engines.map(failureOf).join(' ')}`)
  const name = `${titles[wanted.engine]}${wanted.version === null ? '' : ` ${wanted.version}`}`
  const other = engines.find(({ engine, ok }) => ok && engine !== wanted.engine)
  if (!wanted.ok) {
    const advice = other ? ` ${titles[other.engine]} works: choose it (setting mtl.engine, option --engine ${other.engine}).` : ''
    return nothing(`${name} does not work here. ${failureOf(wanted)}${advice}`)
  }
  const before = choice === 'auto' ? engines.slice(0, engines.indexOf(wanted)) : []
  const second = before.length > 0 ? ` It is the fallback. ${before.map(failureOf).join(' ')}` : ''
  const onGpu = wanted.engine === 'onnxruntime' ? gpuVerdict(device, gpu) : tensorflowVerdict(device, wanted)
  return {
    used: wanted.engine,
    fallback: before.length > 0 || onGpu.fallback,
    verdict: `${name} trains here, ${placeOf(wanted)}.${second}${onGpu.verdict}`,
  }
}

function gpuVerdict(device: DeviceChoice, gpu: readonly GpuFindings[]): Pick<EngineReport, 'fallback' | 'verdict'> {
  if (device === 'cpu') return { fallback: false, verdict: '' }
  const working = gpu.filter(({ ok }) => ok).map(({ provider }) => provider)
  if (working.length > 0) {
    const use = device === 'gpu' ? 'it is taken' : 'each training measures some steps on both and takes the faster'
    return { fallback: false, verdict: ` The GPU works (${working.join(', ')}): ${use}.` }
  }
  const why = gpu.map(failureOf).join(' ') || 'This platform has no provider for it.'
  if (device === 'gpu') return { fallback: true, verdict: ` It is the fallback: the GPU can’t be used. ${why}` }
  return gpu.every(isAbsent)
    ? { fallback: false, verdict: ' There is no GPU.' }
    : { fallback: true, verdict: ` The GPU can’t be used. ${why}` }
}

function tensorflowVerdict(asked: DeviceChoice, { device }: EngineFindings): Pick<EngineReport, 'fallback' | 'verdict'> {
  if (asked !== 'gpu' || device === 'gpu') return { fallback: false, verdict: '' }
  return { fallback: true, verdict: ' It is the fallback: for the GPU it needs @tensorflow/tfjs-node-gpu.' }
}

/** Whether the provider found nothing to compute on. */
const isAbsent = ({ checks }: GpuFindings): boolean => checks.every(({ ok, detail }) => ok || isAbsence(detail))

function failureOf(findings: EngineFindings | GpuFindings): string {
  const { checks } = findings
  const title = titleOf(findings)
  const failed = checks.find(({ ok }) => !ok)
  return failed ? `${title}: ${failed.name} failed: ${failed.detail.replace(/\.?$/, '.')}` : `${title} was not checked.`
}

const titleOf = (findings: EngineFindings | GpuFindings): string => ('provider' in findings ? findings.provider : titles[findings.engine])

/** `on the CPU with 4 threads`; on the GPU threads prepare its work and don't compute. */
const placeOf = ({ device, threads }: EngineFindings): string =>
  device === 'gpu' ? 'on the GPU' : `on the CPU with ${threads} ${threads === 1 ? 'thread' : 'threads'}`

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
    const { engine, version, notes, checks, memory } = findings
    const title = version === null ? titles[engine] : `${titles[engine]} ${version}`
    const by = 'provider' in findings ? ` by ${titleOf(findings)}` : ''
    lines.push('', `${title}${version === null ? by : `${by}, ${placeOf(findings)}`}`)
    for (const { name, ok, detail } of checks)
      lines.push(`  ${ok ? '✓' : device !== 'gpu' && isAbsence(detail) ? '–' : '✗'} ${name}: ${detail}`)
    for (const note of notes) lines.push(`  · ${note}`)
    if (memory !== null) lines.push(`  · the process held ${mebibytes(memory)}`)
  }
  return lines.join('\n')
}
