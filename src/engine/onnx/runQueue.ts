/**
 * Runs of one pass over a batch, taken by threads in any order, in shared memory. Whoever is free takes the next: a thread
 * that the system holds up does not make the others wait for more than the run it is in.
 */
export class RunQueue {
  /** [number of the pass, pass and next run, runs done, dropout key, dropout step] */
  private readonly words: Int32Array

  constructor(
    private readonly runs: number,
    readonly memory = new SharedArrayBuffer(20),
  ) {
    this.words = new Int32Array(memory)
  }

  /** Starts a pass: wakes the threads that wait. */
  open(dropout: { readonly key: number; readonly step: number }): void {
    this.words[3] = dropout.key
    this.words[4] = dropout.step
    Atomics.store(this.words, 2, 0)
    const pass = (Atomics.load(this.words, 0) + 1) & 0x7fff
    // Pass and run in one word: a thread that comes late from the last pass sees which pass its run belongs to.
    Atomics.store(this.words, 1, pass << 16)
    Atomics.store(this.words, 0, pass)
    Atomics.notify(this.words, 0)
  }

  /** The next run that nobody has taken, or null. */
  take(): { readonly pass: number; readonly run: number } | null {
    const word = Atomics.add(this.words, 1, 1)
    const run = word & 0xffff
    return run < this.runs ? { pass: word >>> 16, run } : null
  }

  get dropout(): { readonly key: number; readonly step: number } {
    return { key: this.words[3]!, step: this.words[4]! }
  }

  done(): void {
    Atomics.add(this.words, 2, 1)
    Atomics.notify(this.words, 2)
  }

  /** Blocks until all runs of the pass are done. */
  waitForAll(): void {
    spin(() => Atomics.load(this.words, 2) >= this.runs)
    for (let done = Atomics.load(this.words, 2); done < this.runs; done = Atomics.load(this.words, 2)) Atomics.wait(this.words, 2, done)
  }

  /** Blocks until a pass other than `last` is open. */
  waitForPass(last: number): number {
    spin(() => Atomics.load(this.words, 0) !== last)
    for (;;) {
      const pass = Atomics.load(this.words, 0)
      if (pass !== last) return pass
      Atomics.wait(this.words, 0, last)
    }
  }
}

/**
 * Milliseconds that a thread looks again and again before it sleeps: about what lies between two passes. A thread that sleeps
 * at each step is often woken on the processor of the one that wakes it, and the two then take turns.
 */
const patience = 0.5

function spin(ready: () => boolean): void {
  const end = performance.now() + patience
  while (!ready() && performance.now() < end);
}
