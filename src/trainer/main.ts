import type { LaunchProblem, TrainerMessage, TrainerRequest } from '../runs/launch'
import { EngineError } from '../engine/engine'
import { RunError } from '../runs/folder'
import { TrainingControls } from '../training/controls'
import { ModelProblem } from './modelProblem'
import { runSession } from './session'

/**
 * The training process. Its one argument is a `TrainerRequest` as JSON; until the run has begun it answers over the channel to
 * the process that started it, and afterwards only in the run's folder. SIGTERM ends the run with a checkpoint.
 */
async function main(): Promise<number> {
  const request = JSON.parse(process.argv[2]!) as TrainerRequest
  const controls = new TrainingControls()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => controls.stop())
  // The terminal of whoever started the run may close.
  process.on('SIGHUP', () => {})
  process.on('disconnect', () => {})
  try {
    const { status, message } = await runSession(request, controls, message => void tell(message))
    if (message !== undefined) console.error(message)
    return status === 'failed' ? 1 : 0
  } catch (error) {
    const problem = problemOf(error)
    console.error(problem.message)
    await tell({ type: 'problem', problem })
    return 1
  }
}

function tell(message: TrainerMessage): Promise<void> {
  return new Promise(resolve => {
    if (!process.send || !process.connected) return resolve()
    process.send(message, () => resolve())
  })
}

function problemOf(error: unknown): LaunchProblem {
  if (error instanceof ModelProblem) return error.problem
  if (error instanceof RunError || error instanceof EngineError) return { message: error.message, diagnostics: [] }
  return { message: (error as Error).stack ?? String(error), diagnostics: [] }
}

// The runtime's native threads need not be waited for.
void main().then(code => process.exit(code))
