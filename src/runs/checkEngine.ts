import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { DeviceChoice } from '../ir/deviceChoice'
import type { EngineChoice } from '../ir/engineChoice'
import {
  titles,
  verdictOf,
  type DoctorMessage,
  type DoctorRequest,
  type EngineCheck,
  type EngineFindings,
  type EngineReport,
  type GpuFindings,
  type ProcessFacts,
} from './engineReport'
import { trainerEnvironment } from './launch'
import { productVersion } from './version'

export interface CheckEngineRequest {
  /** Path of `dist/doctor.js`. */
  readonly doctor: string
  /** The Node to run it with; the present process's own when not given. */
  readonly node?: string
  readonly engine: EngineChoice
  readonly device: DeviceChoice
  readonly tensorflow?: string
  readonly onPhase?: (message: string) => void
  readonly signal?: AbortSignal
}

/** A check that takes longer than this hangs. */
const patience = 120_000

/**
 * Checks engines in processes of the very kind that trains: same Node, same environment; each in one of its own, so that a
 * native library that ends its process is a finding, too.
 * @throws AbortError where the signal ends it
 */
export async function checkEngine({ engine: choice, device, ...request }: CheckEngineRequest): Promise<EngineReport> {
  const engines: EngineFindings[] = []
  let facts: ProcessFacts | null = null
  for (const engine of ['onnxruntime', 'tensorflow'] as const) {
    if (choice !== 'auto' && choice !== engine) continue
    const { process, ...findings } = await examine(request, { engine }, titles[engine])
    facts ??= process
    engines.push(findings)
  }
  const gpu: GpuFindings[] = []
  const present = device !== 'cpu' && engines[0]?.engine === 'onnxruntime' && engines[0].version !== null ? facts!.providers : []
  for (const { name, title } of present) {
    const { process: _, ...findings } = await examine(
      request,
      { engine: 'onnxruntime', provider: name },
      `${titles.onnxruntime} by ${title}`,
    )
    gpu.push({ ...findings, provider: title })
  }
  return { product: productVersion(), choice, device, process: facts, engines, gpu, ...verdictOf(choice, engines, device, gpu) }
}

async function examine(
  { doctor, node, tensorflow, onPhase, signal }: Omit<CheckEngineRequest, 'engine' | 'device'>,
  asked: Pick<DoctorRequest, 'engine' | 'provider'>,
  title: string,
): Promise<EngineFindings & { readonly process: ProcessFacts | null }> {
  const message: DoctorRequest = { ...asked, ...(tensorflow !== undefined && { tensorflow }) }
  const child = spawn(node ?? process.execPath, [doctor, JSON.stringify(message)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: trainerEnvironment(),
    timeout: patience,
    killSignal: 'SIGKILL',
    windowsHide: true,
    ...(signal && { signal }),
  })
  const checks: EngineCheck[] = []
  let [begun, complaints]: [string, string] = ['the process starts', '']
  let facts: ProcessFacts | null = null
  let opened: Pick<EngineFindings, 'version' | 'device' | 'threads' | 'notes'> = { version: null, device: null, threads: null, notes: [] }
  let memory: number | null = null
  createInterface(child.stdout).on('line', line => {
    const said = messageIn(line)
    if (said?.type === 'process') facts = said.process
    else if (said?.type === 'begin') onPhase?.(`${title}: ${(begun = said.name)}`)
    else if (said?.type === 'check') checks.push(said.check)
    else if (said?.type === 'engine') opened = { version: said.version, device: said.device, threads: said.threads, notes: said.notes }
    else if (said?.type === 'end') memory = said.memory
  })
  child.stderr.on('data', (part: Buffer) => void (complaints = (complaints + part.toString()).slice(-2000)))
  const ending = await new Promise<string | null>(resolve => {
    child.on('error', error => resolve(error.message))
    child.on('close', (code, name) =>
      resolve(code === 0 ? null : `the process ended ${name === null ? `with code ${code}` : `by ${name}`}`),
    )
  })
  signal?.throwIfAborted()
  if (memory === null) {
    const last = complaints.trim().split('\n').at(-1)!
    checks.push({ name: begun, ok: false, detail: [ending ?? 'the process ended without an answer', last].filter(Boolean).join(': ') })
  }
  return { engine: asked.engine, ok: checks.every(({ ok }) => ok), ...opened, checks, memory, process: facts }
}

/** @returns undefined for what a library prints by itself */
function messageIn(line: string): DoctorMessage | undefined {
  try {
    return JSON.parse(line) as DoctorMessage
  } catch {
    return undefined
  }
}
