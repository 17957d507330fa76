import type { Random } from '../base/random'
import type { Split } from '../data/dataset'

/**
 * How often each row is taken in an epoch, so that all classes are equally frequent. 'over': as often as the most frequent
 * class has rows, each row as often as another of its class or once more; 'under': as often as the rarest has, each row once or
 * not at all. Who gets more or is left out is drawn anew for each epoch. Rows without a class are taken once.
 */
export class Resampling {
  /** Rows of an epoch. */
  readonly total: number
  private readonly rows: readonly (readonly number[])[]
  private readonly wanted: number
  private readonly times: Uint32Array

  constructor({ classes, way }: NonNullable<Split['resampling']>) {
    const rows: number[][] = []
    let without = 0
    classes.forEach((own, row) => {
      if (own < 0) without++
      else (rows[own] ??= []).push(row)
    })
    this.rows = rows.filter(members => members !== undefined)
    const sizes = this.rows.map(members => members.length)
    this.wanted = way === 'over' ? Math.max(...sizes) : Math.min(...sizes)
    this.total = without + this.wanted * this.rows.length
    this.times = new Uint32Array(classes.length)
  }

  /** @returns by row; reused by the next call */
  draw(random: Random): Uint32Array {
    this.times.fill(1)
    for (const members of this.rows) {
      const whole = Math.floor(this.wanted / members.length)
      const more = this.wanted - whole * members.length
      const order = random.shuffle([...members])
      order.forEach((row, i) => void (this.times[row] = whole + (i < more ? 1 : 0)))
    }
    return this.times
  }
}
