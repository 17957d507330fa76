import { join } from 'node:path'
import type { SeriesRequest } from '../runs/seriesKind'
import { affinityWork } from './affinityWork'
import { comparisonWork } from './comparisonWork'
import { crossValidationWork } from './crossValidationWork'
import { detach, problemOf, tell } from './processMessages'
import { runSeriesWork, type SeriesWork } from './seriesWork'

/** Every kind of series: one line each. */
const works = [comparisonWork, crossValidationWork, affinityWork] as unknown as readonly SeriesWork<object, never, never>[]

/**
 * A process that starts one training process after the other. Its one argument is a request as JSON; SIGTERM ends the present
 * member with a checkpoint, and the series as stopped.
 */
async function run(): Promise<number> {
  const request = JSON.parse(process.argv[2]!) as SeriesRequest
  const abort = new AbortController()
  detach(() => abort.abort())
  try {
    const work = works.find(({ kind }) => kind.name === request.kind)!
    await runSeriesWork(work, request, join(__dirname, 'trainer.js'), abort, message => void tell(message))
    return 0
  } catch (error) {
    const problem = problemOf(error)
    console.error(problem.message)
    await tell({ type: 'problem', problem })
    return 1
  }
}

void run().then(code => process.exit(code))
