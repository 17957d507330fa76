import { join } from 'node:path'
import type { TrainerMessage } from '../runs/launch'
import { detach, problemOf, tell } from './processMessages'

/**
 * A process that starts one training process after the other. Its one argument is a request as JSON; SIGTERM ends the present
 * member with a checkpoint, and the series as stopped.
 */
export function runSeriesProgram<Request>(
  session: (request: Request, trainer: string, abort: AbortController, tell: (message: TrainerMessage) => void) => Promise<unknown>,
): void {
  void run().then(code => process.exit(code))

  async function run(): Promise<number> {
    const request = JSON.parse(process.argv[2]!) as Request
    const abort = new AbortController()
    detach(() => abort.abort())
    try {
      await session(request, join(__dirname, 'trainer.js'), abort, message => void tell(message))
      return 0
    } catch (error) {
      const problem = problemOf(error)
      console.error(problem.message)
      await tell({ type: 'problem', problem })
      return 1
    }
  }
}
