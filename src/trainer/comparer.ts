import { join } from 'node:path'
import type { ComparisonRequest } from '../runs/comparison'
import { comparisonSession } from './comparisonSession'
import { detach, problemOf, tell } from './processMessages'

/**
 * The comparing process: starts one training process after the other and works out what they say. Its one argument is a
 * `ComparisonRequest` as JSON. SIGTERM ends the present member with a checkpoint, and the comparison as stopped.
 */
async function main(): Promise<number> {
  const request = JSON.parse(process.argv[2]!) as ComparisonRequest
  const abort = new AbortController()
  detach(() => abort.abort())
  try {
    await comparisonSession(request, join(__dirname, 'trainer.js'), abort, message => void tell(message))
    return 0
  } catch (error) {
    const problem = problemOf(error)
    console.error(problem.message)
    await tell({ type: 'problem', problem })
    return 1
  }
}

void main().then(code => process.exit(code))
