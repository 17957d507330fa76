import ELK, { type ELK as Elk, type ElkNode } from 'elkjs/lib/elk-api'

export interface LayoutListener {
  /** @param request the key that was given with the graph */
  placed(graph: ElkNode, request: string): void
  /** The layout takes longer than 2.5 s; shown until `placed`, `failed` or `cancel`. */
  slow(): void
  failed(message: string): void
}

interface Request {
  readonly graph: ElkNode
  readonly key: string
}

const patience = 2500

/**
 * Lays graphs out in a worker. The library's promise never settles once its worker has crashed, so a layout is known by
 * its generation number: an answer to an older one is dropped, a crash ends it, and the next layout gets a new worker.
 * One layout runs at a time; of those that arrive meanwhile only the last one is kept.
 */
export class Layout {
  private elk: Elk | null = null
  private generation = 0
  private running = false
  private waiting: Request | null = null
  private timer: number | undefined
  private workerUrl: Promise<string> | undefined

  /** @param script address of elk-worker.min.js: a worker can't be loaded from a webview's resource, so its text goes through a Blob */
  constructor(
    private readonly script: string,
    private readonly listener: LayoutListener,
  ) {}

  /** @param key comes back with the answer */
  place(graph: ElkNode, key: string): void {
    if (this.running) this.waiting = { graph, key }
    else void this.run({ graph, key })
  }

  keepWaiting(): void {
    if (this.running) this.watch(this.generation)
  }

  cancel(): void {
    this.waiting = null
    this.end()
  }

  private async run({ graph, key }: Request): Promise<void> {
    const generation = ++this.generation
    this.running = true
    this.watch(generation)
    try {
      const elk = await this.start()
      if (generation !== this.generation) return
      const placed = await elk.layout(graph)
      if (generation !== this.generation) return
      this.settle()
      // What arrived meanwhile is newer: this answer would only make the drawing move twice.
      if (!this.next()) this.listener.placed(placed, key)
    } catch (error) {
      this.crash(generation, messageOf(error))
    }
  }

  private async start(): Promise<Elk> {
    if (this.elk) return this.elk
    this.workerUrl ??= fetch(this.script)
      .then(answer => (answer.ok ? answer.text() : Promise.reject(new Error(`layout worker: HTTP ${answer.status}`))))
      .then(source => URL.createObjectURL(new Blob([source], { type: 'text/javascript' })))
    const url = await this.workerUrl.catch(error => {
      this.workerUrl = undefined
      throw error
    })
    return (this.elk ??= new ELK({
      workerFactory: () => {
        const worker = new Worker(url)
        worker.onerror = event => this.crash(this.generation, event.message || 'the layout worker stopped')
        return worker
      },
    }))
  }

  private watch(generation: number): void {
    clearTimeout(this.timer)
    this.timer = window.setTimeout(() => generation === this.generation && this.running && this.listener.slow(), patience)
  }

  private crash(generation: number, message: string): void {
    if (generation !== this.generation) return
    this.end()
    if (!this.next()) this.listener.failed(message)
  }

  private settle(): void {
    clearTimeout(this.timer)
    this.running = false
  }

  private end(): void {
    this.generation++
    this.settle()
    this.elk?.terminateWorker()
    this.elk = null
  }

  private next(): boolean {
    const request = this.waiting
    this.waiting = null
    if (request) void this.run(request)
    return request !== null
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : typeof error === 'string' ? error : JSON.stringify(error)
