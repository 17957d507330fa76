/** A growing row of numbers; NaN where there is none. */
export class Column {
  private data = new Float64Array(256)
  length = 0
  private view: Float64Array | null = null

  push(value: number): void {
    this.view = null
    if (this.length === this.data.length) {
      const larger = new Float64Array(this.data.length * 2)
      larger.set(this.data)
      this.data = larger
    }
    this.data[this.length++] = value
  }

  at(index: number): number {
    return index >= 0 && index < this.length ? this.data[index]! : NaN
  }

  truncate(length: number): void {
    if (length >= this.length) return
    this.length = length
    this.view = null
  }

  /** The values so far, without a copy; valid until the next `push`. The same array until then, so that what follows from it can be kept. */
  get values(): Float64Array {
    return (this.view ??= this.data.subarray(0, this.length))
  }
}

/** Rows over steps with named columns that may appear late: what is missing in a row is NaN. */
export class Table {
  readonly step = new Column()
  readonly time = new Column()
  private readonly columns = new Map<string, Column>()

  get length(): number {
    return this.step.length
  }

  get names(): string[] {
    return [...this.columns.keys()]
  }

  /** Drops the rows of later steps. */
  dropAbove(step: number): void {
    let keep = this.length
    while (keep > 0 && this.step.at(keep - 1) > step) keep--
    if (keep < this.length) for (const column of [this.step, this.time, ...this.columns.values()]) column.truncate(keep)
  }

  column(name: string): Column | undefined {
    return this.columns.get(name)
  }

  /**
   * Adds a row; rows of this step and later ones are dropped first, so that steps always rise.
   */
  push(step: number, time: number, values: Readonly<Record<string, number | null>>): void {
    this.dropAbove(step - 1)
    for (const name of Object.keys(values)) {
      if (this.columns.has(name)) continue
      const column = new Column()
      for (let i = 0; i < this.length; i++) column.push(NaN)
      this.columns.set(name, column)
    }
    this.step.push(step)
    this.time.push(time)
    for (const [name, column] of this.columns) column.push(values[name] ?? NaN)
  }
}
