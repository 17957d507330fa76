import { openOnnxEngine } from '../onnxEngine'
import { openGpuEngine } from './gpuEngine'
import { measure } from './measure'
import type { ProbeAnswer, ProbeRequest } from './probeRequest'
import { providerOf } from './providers'

// Tries a provider with the work that it would get, in a process of its own: a driver may end the process or never answer.
// The request comes over stdin as JSON; each answer is a line of JSON on stdout.

const say = (answer: ProbeAnswer): void => void process.stdout.write(`${JSON.stringify(answer)}\n`)

async function main(): Promise<void> {
  let text = ''
  for await (const part of process.stdin) text += String(part)
  const { provider, workload, threads } = JSON.parse(text) as ProbeRequest
  try {
    // The device first: where there is none, nobody has to wait for the processor.
    say({ type: 'device', measurement: await measure(await openGpuEngine(providerOf(provider)!), workload) })
    say({ type: 'cpu', measurement: await measure(await openOnnxEngine({ threads }), workload) })
  } catch (error) {
    say({ type: 'failure', message: error instanceof Error ? error.message : String(error) })
  }
}

// The device's threads need not be waited for; what they would print while they end is nobody's business.
void main().then(() => process.stdout.write('', () => process.exit(0)))
