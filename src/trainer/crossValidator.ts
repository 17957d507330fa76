import { join } from 'node:path'
import type { CrossValidationRequest } from '../runs/crossValidation'
import { crossValidationSession } from './crossValidationSession'
import { detach, problemOf, tell } from './processMessages'

/**
 * The cross-validating process: starts one training process after the other, one for each fold. Its one argument is a
 * `CrossValidationRequest` as JSON. SIGTERM ends the present fold with a checkpoint, and the series as stopped.
 */
async function main(): Promise<number> {
  const request = JSON.parse(process.argv[2]!) as CrossValidationRequest
  const abort = new AbortController()
  detach(() => abort.abort())
  try {
    await crossValidationSession(request, join(__dirname, 'trainer.js'), abort, message => void tell(message))
    return 0
  } catch (error) {
    const problem = problemOf(error)
    console.error(problem.message)
    await tell({ type: 'problem', problem })
    return 1
  }
}

void main().then(code => process.exit(code))
