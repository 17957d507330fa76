import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { builtFile } from '../../distribution'
import type { Measurement } from './measure'
import type { ProbeAnswer, ProbeRequest } from './probeRequest'
import { providerOf } from './providers'

export interface ProbeResult {
  readonly cpu: Measurement | null
  readonly device: Measurement | null
  /** Why the device can't be used; null where it can. */
  readonly problem: string | null
}

/** Losses of one step may differ by rounding; more means that the device computes something else. */
const tolerance = 1e-2

/**
 * Tries a provider in a process of its own, whatever becomes of that.
 * @param patience milliseconds after which it is given up
 */
export async function probeProvider(request: ProbeRequest, patience: number): Promise<ProbeResult> {
  const child = spawn(process.execPath, [builtFile('gpuProbe.js')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: patience,
    killSignal: 'SIGKILL',
    windowsHide: true,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  })
  const answers = new Map<ProbeAnswer['type'], ProbeAnswer>()
  createInterface(child.stdout).on('line', line => {
    const answer = answerIn(line)
    if (answer) answers.set(answer.type, answer)
  })
  let complaints = ''
  child.stderr.on('data', (part: Buffer) => void (complaints = (complaints + part.toString()).slice(-2000)))
  // The process may be gone before it has read the request.
  child.stdin.on('error', () => {})
  child.stdin.end(JSON.stringify(request))
  const ending = await new Promise<string | null>(resolve => {
    child.on('error', error => resolve(`its trial can't be started: ${error.message}`))
    child.on('close', (code, signal) =>
      resolve(
        signal === 'SIGKILL'
          ? `no answer within ${patience / 1000} s`
          : code === 0
            ? null
            : [`it ended the process that tried it (${signal ?? `code ${code}`})`, lastLine(complaints)].filter(Boolean).join(': '),
      ),
    )
  })
  const measured = (type: 'cpu' | 'device') => {
    const answer = answers.get(type)
    return answer && answer.type !== 'failure' ? answer.measurement : null
  }
  const [cpu, device, failure] = [measured('cpu'), measured('device'), answers.get('failure')]
  // What a driver does while the process ends is not the training's concern.
  if (cpu && device) return { cpu, device, problem: disagreement(cpu, device) }
  const problem = failure?.type === 'failure' ? failure.message : (ending ?? 'its trial gave no answer')
  return { cpu, device: null, problem: withTitle(request.provider, problem) }
}

const withTitle = (provider: string, problem: string): string => {
  const { title } = providerOf(provider)!
  return problem.startsWith(title) ? problem : `${title} can't be used: ${problem}`
}

function disagreement(cpu: Measurement, device: Measurement): string | null {
  const wrong = cpu.losses.findIndex((loss, t) => !(Math.abs(loss - device.losses[t]!) <= tolerance * Math.max(1, Math.abs(loss))))
  if (wrong < 0) return null
  const [expected, got] = [cpu, device].map(({ losses }) => losses[wrong]!.toPrecision(5))
  return `its results are wrong: the first loss is ${got}, and ${expected} on the CPU`
}

function answerIn(line: string): ProbeAnswer | undefined {
  try {
    return JSON.parse(line) as ProbeAnswer
  } catch {
    return undefined
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)!
