/** Acts once, a while after the first of however many requests. */
export class Coalesced {
  private timer: NodeJS.Timeout | undefined

  /** @param period in milliseconds */
  constructor(
    private readonly act: () => void,
    private readonly period: number,
  ) {}

  request(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      this.act()
    }, this.period)
  }

  dispose(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }
}
