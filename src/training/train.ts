import { DeviceError, EngineError, type CompiledModel } from '../engine/engine'
import type { TaskMetrics } from '../runs/events'
import type { TrainingControls } from './controls'
import { BatchThread } from './batchThread'
import { TrainingFailure } from './failure'
import { TrainingLoop } from './loop'
import type { TrainingOutcome, TrainingRequest, TrainingSinks } from './request'
import { fromJson } from './trainingState'
import { workloadOf } from './workload'

/** Rows per evaluation call: enough to keep the processor busy, few enough for images. */
const evaluationRows = 256

/**
 * Trains a model to its end, or until the controls stop it. Never throws for what goes wrong in training itself: the outcome
 * says `failed` and why, and so do the last events.
 * @throws DeviceError where the engine's device failed: another device can take over from the last checkpoint, under the same
 *   controls
 */
export async function train(request: TrainingRequest, sinks: TrainingSinks, controls: TrainingControls): Promise<TrainingOutcome> {
  const { graph, dataset, engine } = request
  sinks.event({ type: 'status', time: Date.now(), status: 'starting' })
  sinks.flush()
  let batches: BatchThread | null = null
  let loop: TrainingLoop | null = null
  let outcome: TrainingOutcome
  try {
    controls.throwIfFailed()
    const { train, validation, test } = dataset
    const longest = [validation, test].flatMap(split => split.parts ?? [split]).reduce((most, { rows }) => Math.max(most, rows), 1)
    const evaluationBatchSize = Math.min(evaluationRows, longest)
    const state = request.resumeFrom?.state ? fromJson(request.resumeFrom.state.state) : null
    const from = { order: state?.order ?? null, step: state?.step ?? 0 }
    batches = await BatchThread.start(train, { graph, seed: request.seed, from })
    const model = await engine.compile({
      ...workloadOf(graph),
      batchSize: batches.size,
      evaluationBatchSize,
      seed: request.seed,
      ...request.choices,
    })
    noteChoices(model, request, sinks)
    loop = new TrainingLoop(request, model, batches, evaluationBatchSize, sinks, controls)
    const status = await loop.run()
    outcome = { status, metrics: await loop.bestMetrics() }
  } catch (error) {
    if (error instanceof DeviceError) throw error
    outcome = {
      status: 'failed',
      metrics: await bestSoFar(loop),
      message: explain(error),
      ...(error instanceof TrainingFailure && error.setting !== undefined && { setting: error.setting }),
    }
  } finally {
    loop?.dispose()
    await batches?.close()
  }
  controls.close()
  finish(sinks, outcome)
  return outcome
}

/** What the engine chose for a new run is kept with it. */
function noteChoices(
  { imageLayout, gradientPasses, parameters }: CompiledModel,
  { choices, graph }: TrainingRequest,
  sinks: TrainingSinks,
): void {
  const made = { ...(imageLayout && { imageLayout }), ...(gradientPasses && { gradientPasses }) }
  if (choices || Object.keys(made).length === 0) return
  sinks.saveChoices?.(made)
  if (gradientPasses !== 2) return
  const shared = parameters.filter(({ tasks, statistic }) => tasks.length > 1 && !statistic)
  const floats = graph.tasks.length * shared.reduce((n, { shape }) => n + shape.reduce((n, d) => n * d, 1), 0)
  const message = `The gradients of ${graph.tasks.length} tasks by the shared parameters would take ${Math.round((floats * 4) / 2 ** 20)} MiB: steps are computed in two passes, which keep none of them`
  sinks.event({ type: 'note', time: Date.now(), severity: 'information', message })
}

function finish(sinks: TrainingSinks, outcome: TrainingOutcome): void {
  const { status, metrics, message, setting } = outcome
  const said = message === undefined ? {} : { message }
  sinks.event({ type: 'status', time: Date.now(), status, ...said })
  sinks.event({ type: 'end', time: Date.now(), status, metrics, ...said, ...(setting !== undefined && { setting }) })
  sinks.flush()
}

async function bestSoFar(loop: TrainingLoop | null): Promise<TaskMetrics> {
  try {
    const metrics = (await loop?.bestMetrics()) ?? {}
    loop?.rescue()
    return metrics
  } catch {
    return {}
  }
}

function explain(error: unknown): string {
  const { code, message, stack } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return `The disk is full. The last good checkpoint is kept; make room and resume the run. (${message})`
  if (error instanceof TrainingFailure) return message
  if (error instanceof EngineError) return `The model can’t be computed: ${message}`
  if (code !== undefined) return `A file of the run can’t be written: ${message}`
  return `Internal error: ${stack ?? message}`
}
