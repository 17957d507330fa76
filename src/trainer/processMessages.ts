import { EngineError } from '../engine/engine'
import { RunError } from '../runs/folder'
import { LaunchError, type LaunchProblem, type TrainerMessage } from '../runs/launch'
import { ModelProblem } from './modelProblem'

/** What a detached process says to the one that started it, until it goes its own way. */
export function tell(message: TrainerMessage): Promise<void> {
  return new Promise(resolve => {
    if (!process.send || !process.connected) return resolve()
    process.send(message, () => resolve())
  })
}

export function problemOf(error: unknown): LaunchProblem {
  if (error instanceof ModelProblem || error instanceof LaunchError) return error.problem
  if (error instanceof RunError || error instanceof EngineError) return { message: error.message, diagnostics: [] }
  return { message: (error as Error).stack ?? String(error), diagnostics: [] }
}

/** The terminal or window of whoever started the process may close; SIGTERM asks it to end in good order. */
export function detach(stop: () => void): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop)
  process.on('SIGHUP', () => {})
  process.on('disconnect', () => {})
}
