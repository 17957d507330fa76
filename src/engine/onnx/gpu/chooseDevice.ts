import { isAbsence, type DeviceChoice } from '../../../ir/deviceChoice'
import { physicalCores } from '../../threads'
import type { Workload } from './measure'
import { probeProvider, type ProbeResult } from './probeProvider'
import { providers, type Provider } from './providers'

export interface DeviceDecision {
  /** null: the processor. */
  readonly provider: Provider | null
  /** Why, with what was measured. */
  readonly reason: string
  /** Whether something else was to be expected: the GPU was asked for, or is there and does not work. */
  readonly fallback: boolean
}

export interface DeviceQuestion {
  readonly choice: Exclude<DeviceChoice, 'cpu'>
  readonly workload: Workload
  readonly threads?: number
  /** Title of the provider that a run began with: only this one is tried. */
  readonly known?: string
}

/** Milliseconds for a few steps, shaders' compilation among them: what takes longer hangs, or is not worth waiting for unless asked for. */
const patience = { auto: 60_000, gpu: 180_000 } as const
/** A GPU must be at least this much faster to be worth its memory traffic and its risks. */
const worthwhile = 0.9

interface Trial extends ProbeResult {
  readonly provider: Provider
}

/** Tries what this platform has, one after the other, with the very steps that the training would take. */
export async function chooseDevice({ choice, workload, threads = physicalCores(), known }: DeviceQuestion): Promise<DeviceDecision> {
  const present = providers.filter(provider => provider.isPresent() && (known === undefined || provider.title === known))
  const trials: Trial[] = []
  for (const provider of present)
    trials.push({ provider, ...(await probeProvider({ provider: provider.name, workload, threads }, patience[choice])) })
  const working = trials.filter(({ problem }) => problem === null).sort((a, b) => a.device!.step - b.device!.step)
  const [best] = working
  const problems = trials.flatMap(({ problem }) => (problem === null ? [] : [problem]))
  if (!best) return withoutDevice(choice, problems)
  const times = [...working.map(({ provider, device }) => `${milliseconds(device!.step)} a step on the GPU (${provider.title})`)]
  const measured = `Measured: ${times.join(', ')}, ${milliseconds(best.cpu!.step)} on the CPU`
  const faster = best.device!.step < worthwhile * best.cpu!.step
  if (choice === 'gpu') return { provider: best.provider, reason: `The GPU was asked for. ${measured}`, fallback: false }
  return faster
    ? { provider: best.provider, reason: `The GPU is faster for this model. ${measured}`, fallback: false }
    : { provider: null, reason: `The CPU is as fast or faster for this model. ${measured}`, fallback: false }
}

function withoutDevice(choice: DeviceQuestion['choice'], problems: readonly string[]): DeviceDecision {
  const why = problems.length > 0 ? problems.join('. ') : `ONNX Runtime has no GPU provider for ${process.platform}-${process.arch}`
  const fallback = choice === 'gpu' || !problems.every(isAbsence)
  return {
    provider: null,
    reason: `${fallback ? 'The GPU can’t be used, so the CPU trains' : 'There is no GPU that can be used'}. ${why}`,
    fallback,
  }
}

const milliseconds = (value: number): string => `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value)} ms`
