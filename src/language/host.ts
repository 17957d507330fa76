import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Disposable } from '../base/disposable'
import type { GraphEdit, Proposal } from '../ir/graphEdit'
import type { EvaluationRequest, EvaluationResult } from './evaluation'
import type { FromWorker, ToWorker, WorkerData } from './messages'

export interface LanguageHostOptions {
  /** The folder of evaluator.js, quickjs.wasm and mtl.js. */
  readonly dist: string
  /** Milliseconds that a model file may take. */
  readonly deadline?: number
  /**
   * Milliseconds for reading the files, and again for running them, after which the worker is killed: native calls of the
   * interpreter don't look at the clock.
   */
  readonly watchdog?: number
}

/** Why an evaluation has no result: a newer request for the same file came, or the host was disposed. */
export class Superseded extends Error {
  constructor(file: string) {
    super(`the evaluation of ${file} was overtaken by a newer one`)
  }
}

interface Job {
  readonly id: number
  readonly request: EvaluationRequest
  readonly task: Evaluation | Question
  readonly reject: (reason: Error) => void
  /** Set where the worker was killed over it once. */
  message?: string
  overtaken?: boolean
}

interface Evaluation {
  readonly kind: 'evaluation'
  readonly resolve: (result: EvaluationResult) => void
}

interface Question {
  readonly kind: 'question'
  readonly edit: GraphEdit
  readonly resolve: (result: Proposal) => void
}

/**
 * Evaluates model files in a worker thread. A newer request for a file overtakes an older one; a file that hangs is
 * stopped, by force where it must be, and a spare worker that is ready goes on.
 */
export class LanguageHost implements Disposable {
  private readonly options: Required<LanguageHostOptions>
  private current: EvaluationWorker | undefined
  private spare: EvaluationWorker | undefined
  private readonly queue: Job[] = []
  private running: Job | undefined
  private timer: NodeJS.Timeout | undefined
  private count = 0
  private disposed = false

  constructor({ dist, deadline = 800, watchdog = 1500 }: LanguageHostOptions) {
    this.options = { dist, deadline, watchdog }
  }

  /** Starts the worker before the first request needs it. */
  start(): void {
    this.current ??= this.spawn()
  }

  /**
   * @returns the graph and what is wrong with the file; problems of the file are diagnostics, never exceptions
   * @throws Superseded where a newer request for the same file came before this one was done
   */
  evaluate(request: EvaluationRequest): Promise<EvaluationResult> {
    return new Promise((resolve, reject) => {
      if (this.disposed) return reject(new Superseded(request.file))
      this.overtake(request.file)
      this.queue.push({ id: ++this.count, request, task: { kind: 'evaluation', resolve }, reject })
      this.next()
    })
  }

  /**
   * The edits of the text that change the model as asked in its graph, tried in the worker: nothing is parsed here.
   * @param request with the text that the graph was made of
   * @throws Superseded where the host was disposed
   */
  proposeEdit(request: EvaluationRequest, edit: GraphEdit): Promise<Proposal> {
    return new Promise((resolve, reject) => {
      if (this.disposed) return reject(new Superseded(request.file))
      this.queue.push({ id: ++this.count, request, task: { kind: 'question', edit, resolve }, reject })
      this.next()
    })
  }

  dispose(): void {
    this.disposed = true
    clearTimeout(this.timer)
    for (const job of [...this.queue.splice(0), ...(this.running ? [this.running] : [])]) job.reject(new Superseded(job.request.file))
    this.running = undefined
    this.current?.kill()
    this.spare?.kill()
  }

  private overtake(file: string): void {
    for (const job of this.queue.filter(job => job.request.file === file && job.task.kind === 'evaluation')) {
      this.queue.splice(this.queue.indexOf(job), 1)
      job.reject(new Superseded(file))
    }
    if (this.running?.request.file !== file || this.running.task.kind !== 'evaluation') return
    this.running.overtaken = true
    this.current?.cancel(this.running.id)
    this.running.reject(new Superseded(file))
  }

  private next(): void {
    if (this.running || this.disposed) return
    const job = this.queue.shift()
    if (!job) return
    this.running = job
    this.current ??= this.takeSpare()
    this.current.send(this.messageFor(job))
    // A worker that is still starting is given the time for it.
    this.watch(this.options.watchdog + (this.current.ready ? 0 : 5000))
  }

  private watch(milliseconds: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(
      () => this.killed('evaluation was stopped by force because it took too long: is this without an end, or far too large?'),
      milliseconds,
    )
  }

  private messageFor({ id, request, task, message }: Job): ToWorker {
    const { deadline } = this.options
    if (task.kind === 'question') return { type: 'propose', id, request, edit: task.edit, deadline }
    return message === undefined ? { type: 'evaluate', id, request, deadline } : { type: 'suspect', id, request, message }
  }

  private finished(answer: Answer): void {
    const job = this.running
    if (job?.id !== answer.id) return
    clearTimeout(this.timer)
    this.running = undefined
    if (job.task.kind === 'evaluation' && answer.type === 'result') job.task.resolve(answer.result)
    if (job.task.kind === 'question' && answer.type === 'proposal') job.task.resolve(answer.result)
    this.spare ??= this.disposed ? undefined : this.spawn()
    this.next()
  }

  /** The worker hangs or has died: another one takes over and says what in the file may be the reason. */
  private killed(message: string): void {
    clearTimeout(this.timer)
    this.current?.kill()
    this.current = undefined
    const job = this.running
    this.running = undefined
    if (job && !job.overtaken) {
      if (job.task.kind === 'question') job.task.resolve({ kind: 'refused', reason: message, span: null })
      else if (job.message === undefined) this.queue.unshift({ ...job, message })
      else job.task.resolve(unexplained(job.request, message))
    }
    this.next()
  }

  private takeSpare(): EvaluationWorker {
    const worker = this.spare ?? this.spawn()
    this.spare = undefined
    return worker
  }

  private spawn(): EvaluationWorker {
    const worker: EvaluationWorker = new EvaluationWorker(this.options.dist, {
      running: id => {
        if (this.running?.id === id) this.watch(this.options.watchdog)
      },
      answered: answer => this.finished(answer),
      died: reason => {
        if (this.spare === worker) this.spare = undefined
        else if (this.current === worker) this.killed(`evaluation broke down: ${reason}`)
      },
    })
    return worker
  }
}

function unexplained({ file }: EvaluationRequest, message: string): EvaluationResult {
  const diagnostic = { code: 'mtl/time-limit', severity: 'error', message, span: { file, start: 0, end: 0 } } as const
  return { graph: null, diagnostics: [diagnostic], files: [file], profilesWanted: [], milliseconds: 0 }
}

type Answer = Extract<FromWorker, { type: 'result' | 'proposal' }>

interface WorkerEvents {
  readonly running: (id: number) => void
  readonly answered: (answer: Answer) => void
  readonly died: (reason: string) => void
}

class EvaluationWorker {
  ready = false
  private readonly cancelled = new SharedArrayBuffer(4)
  private readonly worker: Worker
  private gone = false

  constructor(dist: string, { running, answered, died }: WorkerEvents) {
    const workerData: WorkerData = { dist, cancelled: this.cancelled }
    this.worker = new Worker(join(dist, 'evaluator.js'), {
      workerData,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 256, stackSizeMb: 4 },
    })
    this.worker.unref()
    this.worker.on('message', (message: FromWorker) => {
      if (message.type === 'ready') this.ready = true
      else if (this.gone) return
      else if (message.type === 'running') running(message.id)
      else answered(message)
    })
    this.worker.on('error', error => this.end(died, error.message))
    this.worker.on('exit', code => this.end(died, `the worker ended with code ${code}`))
  }

  send(message: ToWorker): void {
    this.worker.postMessage(message)
  }

  /** Ends the evaluation of this request and all before it as soon as the interpreter looks. */
  cancel(id: number): void {
    Atomics.store(new Int32Array(this.cancelled), 0, id)
  }

  kill(): void {
    this.gone = true
    void this.worker.terminate()
  }

  private end(died: (reason: string) => void, reason: string): void {
    if (this.gone) return
    this.gone = true
    died(reason)
  }
}
