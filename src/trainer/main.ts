import type { TrainerRequest } from '../runs/launch'
import { TrainingControls } from '../training/controls'
import { detach, problemOf, tell } from './processMessages'
import { runSession } from './session'

/**
 * The training process. Its one argument is a `TrainerRequest` as JSON; until the run has begun it answers over the channel to
 * the process that started it, and afterwards only in the run's folder. SIGTERM ends the run with a checkpoint.
 */
async function main(): Promise<number> {
  const request = JSON.parse(process.argv[2]!) as TrainerRequest
  const controls = new TrainingControls()
  detach(() => controls.stop())
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

// The runtime's native threads need not be waited for.
void main().then(code => process.exit(code))
