import { parentPort, workerData } from 'node:worker_threads'
import { proposeEdit } from './edits/propose'
import type { EvaluationRequest, EvaluationResult } from './evaluation'
import { Evaluator } from './evaluator'
import { suspectIn } from './failures'
import { WorkspaceFiles } from './files'
import type { FromWorker, ToWorker, WorkerData } from './messages'
import { loadModules } from './modules'

/** Entry of the worker thread in which model files are evaluated. */
const { dist, cancelled } = workerData as WorkerData
const port = parentPort!
const lastCancelled = new Int32Array(cancelled)
const evaluator = new Evaluator(dist)
const send = (message: FromWorker) => port.postMessage(message)

port.on('message', (message: ToWorker) => void answer(message))
void evaluator.prepare().then(() => send({ type: 'ready' }))

async function answer(message: ToWorker): Promise<void> {
  send(message.type === 'propose' ? await propose(message) : { type: 'result', id: message.id, result: await evaluate(message) })
  await evaluator.prepare()
}

async function evaluate(message: Exclude<ToWorker, { type: 'propose' }>): Promise<EvaluationResult> {
  const { id, request } = message
  try {
    if (message.type === 'suspect') return suspected(request, message.message)
    const cancelled = () => Atomics.load(lastCancelled, 0) >= id
    return await evaluator.evaluate(request, { deadline: message.deadline, cancelled, onRun: () => send({ type: 'running', id }) })
  } catch (error) {
    return failed(request, 'mtl/internal', `the evaluator failed: ${(error as Error).message}`)
  }
}

async function propose({ id, request, edit, deadline }: Extract<ToWorker, { type: 'propose' }>): Promise<FromWorker> {
  try {
    return { type: 'proposal', id, result: await proposeEdit(evaluator, request, edit, { deadline }) }
  } catch (error) {
    const reason = `the evaluator failed: ${(error as Error).message}`
    return { type: 'proposal', id, result: { kind: 'refused', reason, span: null } }
  }
}

function suspected(request: EvaluationRequest, message: string): EvaluationResult {
  const { sources } = loadModules(request.file, new WorkspaceFiles(request.root, request.overlay), { values: [], types: [] })
  const diagnostic = { code: 'mtl/time-limit', severity: 'error', message, span: suspectIn([...sources.values()]) } as const
  return { graph: null, diagnostics: [diagnostic], files: [...sources.keys()], profilesWanted: [], milliseconds: 0 }
}

function failed({ file }: EvaluationRequest, code: string, message: string): EvaluationResult {
  return {
    graph: null,
    diagnostics: [{ code, severity: 'error', message, span: { file, start: 0, end: 0 } }],
    files: [file],
    profilesWanted: [],
    milliseconds: 0,
  }
}
