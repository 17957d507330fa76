import { tooLate } from '../runs/control'

/** What may be asked of a training in progress. The loop looks at the requests between two steps. */
export class TrainingControls {
  private pausing = false
  private ending = false
  private failure: Error | null = null
  private rate: number | null = null
  private waiting: { readonly settle: () => void; readonly fail: (error: Error) => void; readonly checkpoint: boolean }[] = []
  private wake: (() => void) | null = null
  private over = false

  /** @returns a promise of the moment in which the request has taken effect */
  pause(): Promise<void> {
    this.pausing = true
    return this.request()
  }

  resume(): Promise<void> {
    this.pausing = false
    return this.request()
  }

  /** Ends the run with a checkpoint. */
  stop(): void {
    this.ending = true
    this.wake?.()
  }

  checkpoint(): Promise<void> {
    return this.request(true)
  }

  setLearningRate(value: number): Promise<void> {
    this.rate = value
    return this.request()
  }

  /** Something outside the loop makes the run worthless: it ends as failed. */
  fail(error: Error): void {
    this.failure ??= error
    this.wake?.()
  }

  // The loop's side.

  get paused(): boolean {
    return this.pausing && !this.ending
  }

  get stopped(): boolean {
    return this.ending
  }

  get asked(): boolean {
    return this.waiting.length > 0 || this.ending || this.failure !== null || this.pausing
  }

  get wantsCheckpoint(): boolean {
    return this.waiting.some(request => request.checkpoint)
  }

  throwIfFailed(): void {
    if (this.failure) throw this.failure
  }

  /** @returns the learning rate asked for since the last call */
  takeLearningRate(): number | null {
    const rate = this.rate
    this.rate = null
    return rate
  }

  /** Everything that was asked so far has taken effect. */
  settle(): void {
    for (const request of this.waiting.splice(0)) request.settle()
  }

  /** Settles with the next request. */
  changed(): Promise<void> {
    if (this.waiting.length > 0 || this.ending || this.failure) return Promise.resolve()
    return new Promise(resolve => {
      this.wake = () => {
        this.wake = null
        resolve()
      }
    })
  }

  /** The training is over: requests fail from now on. */
  close(): void {
    this.over = true
    for (const request of this.waiting.splice(0)) request.fail(new Error(tooLate))
  }

  private request(checkpoint = false): Promise<void> {
    if (this.over) return Promise.reject(new Error(tooLate))
    return new Promise((settle, fail) => {
      this.waiting.push({ settle, fail, checkpoint })
      this.wake?.()
    })
  }
}
