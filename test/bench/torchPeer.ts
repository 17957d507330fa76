import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Batch } from '../../src/ir/batch'

/** What both sides compute: the same initial weights, the same batch. */
export interface Handover {
  readonly workload: string
  readonly mode: string
  readonly threads: number
  readonly learningRate: number
  readonly parameters: ReadonlyMap<string, Float32Array>
  readonly batch: Batch
}

/** A PyTorch process that measures steps when told to. */
export class TorchPeer {
  private constructor(
    private readonly child: ReturnType<typeof spawn>,
    private readonly lines: AsyncIterator<string>,
  ) {}

  /** @returns null where there is no Python with PyTorch */
  static async start(script: string): Promise<TorchPeer | null> {
    // Threads that wait passively: a spinning pool of an idle process would slow the other side down.
    const child = spawn('/usr/bin/python3', [script], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, OMP_WAIT_POLICY: 'passive' },
    })
    const failed = new Promise<null>(resolve => child.on('error', () => resolve(null)).on('exit', () => resolve(null)))
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const hello = await Promise.race([lines.next(), failed])
    return hello && !hello.done ? new TorchPeer(child, lines) : null
  }

  /** @returns the losses per task before each of the first steps */
  async load(handover: Handover, steps: number): Promise<number[][]> {
    const folder = mkdtempSync(join(tmpdir(), 'mtl-bench-'))
    try {
      const file = join(folder, 'handover.bin')
      writeFileSync(file, encode(handover))
      return (await this.ask({ load: file, steps })) as number[][]
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  /** @returns milliseconds of each step */
  async measure(seconds: number, minimum: number): Promise<number[]> {
    return (await this.ask({ measure: seconds, minimum })) as number[]
  }

  stop(): void {
    this.child.stdin!.end()
  }

  private async ask(request: object): Promise<unknown> {
    this.child.stdin!.write(`${JSON.stringify(request)}\n`)
    const { value, done } = await this.lines.next()
    if (done) throw new Error('the PyTorch process has ended')
    return JSON.parse(value)
  }
}

/** A line of JSON that says where each array starts, then the arrays as float32. */
function encode({ parameters, batch, ...settings }: Handover): Buffer {
  const arrays: [string, Float32Array][] = [
    ...[...parameters].map(([name, values]): [string, Float32Array] => [`parameter/${name}`, values]),
    ...Object.entries(batch.inputs).map(([, values]): [string, Float32Array] => ['input', values]),
    ...Object.entries(batch.targets).map(([name, values]): [string, Float32Array] => [`target/${name}`, values]),
  ]
  const header = Buffer.from(
    `${JSON.stringify({ ...settings, rows: batch.rows, arrays: arrays.map(([name, values]) => [name, values.length]) })}\n`,
  )
  return Buffer.concat([header, ...arrays.map(([, values]) => Buffer.from(values.buffer, values.byteOffset, values.byteLength))])
}
