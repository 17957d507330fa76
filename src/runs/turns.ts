/** A reader that shares its thread, such as the extension host's, lets go of it after this long. */
const turnMilliseconds = 2

/** Splits long work into short turns: `await turns.next()` between two small parts of it gives way where the turn is over. */
export class Turns {
  private began = performance.now()

  next(): Promise<void> | undefined {
    if (performance.now() - this.began < turnMilliseconds) return undefined
    return new Promise(resolve => {
      setImmediate(() => {
        this.began = performance.now()
        resolve()
      })
    })
  }
}
