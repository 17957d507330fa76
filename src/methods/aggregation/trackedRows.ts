import type { Row } from '../method'

/** Numbers over the shared parameters that a method keeps for each task: made on first use, stored as slots of the checkpoint. */
export class TrackedRows {
  private readonly rows = new Map<number, Row>()

  /** @param name of the slots: `${name}/${task}` */
  constructor(
    private readonly name: string,
    private readonly tasks: readonly string[],
  ) {}

  /** Of a task; zeros of the length of `like` at first. */
  of(task: number, like: Row): Row {
    let row = this.rows.get(task)
    if (!row) this.rows.set(task, (row = zeros(like)))
    return row
  }

  slots(): Map<string, Float32Array> {
    return new Map([...this.rows].map(([task, row]) => [`${this.name}/${this.tasks[task]!}`, Float32Array.from(row)]))
  }

  restoreSlots(slots: ReadonlyMap<string, Float32Array>): void {
    this.rows.clear()
    this.tasks.forEach((task, i) => {
      const row = slots.get(`${this.name}/${task}`)
      if (row) this.rows.set(i, row.slice())
    })
  }
}

/** As long and as precise as another row. */
export const zeros = (like: Row): Row => (like instanceof Float64Array ? new Float64Array(like.length) : new Float32Array(like.length))

export function squareOf(row: Row): number {
  let sum = 0
  for (let p = 0; p < row.length; p++) sum += row[p]! * row[p]!
  return sum
}
