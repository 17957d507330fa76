/** Values under one entry of the next level. */
const fan = 8

interface Level {
  /** Indices of the smallest and largest value under each entry; -1 where there is none. */
  readonly lowest: Int32Array
  readonly highest: Int32Array
}

/**
 * Where a curve is lowest and highest within any stretch of it, found in about 16 log₈ n looks instead of n: a tree over the
 * values, made once.
 */
export class Extremes {
  private readonly levels: Level[] = []
  lowest = -1
  highest = -1

  /** @param positive whether only values above 0 count, as on a logarithmic scale; what is not finite never does */
  constructor(
    private readonly ys: Float64Array,
    private readonly positive: boolean,
  ) {
    for (let length = Math.ceil(ys.length / fan), below = ys.length; below > fan; below = length, length = Math.ceil(length / fan)) {
      const level: Level = { lowest: new Int32Array(length), highest: new Int32Array(length) }
      const under = this.levels.at(-1)
      for (let i = 0; i < length; i++) {
        this.lowest = this.highest = -1
        for (let child = i * fan; child < Math.min(below, (i + 1) * fan); child++) this.take(child, under)
        level.lowest[i] = this.lowest
        level.highest[i] = this.highest
      }
      this.levels.push(level)
    }
  }

  /** Sets `lowest` and `highest` to the indices of the extremes within [from, to); -1 where there is no value. */
  find(from: number, to: number): void {
    this.lowest = this.highest = -1
    for (let i = from; i < to;) {
      let [level, size] = [-1, 1]
      while (level + 1 < this.levels.length && i % (size * fan) === 0 && i + size * fan <= to) {
        level++
        size *= fan
      }
      this.take(i / size, this.levels[level])
      i += size
    }
  }

  private take(index: number, level: Level | undefined): void {
    const [low, high] = level ? [level.lowest[index]!, level.highest[index]!] : [index, index]
    if (low < 0) return
    const { ys } = this
    if (!level && !(Number.isFinite(ys[index]!) && (!this.positive || ys[index]! > 0))) return
    if (this.lowest < 0 || ys[low]! < ys[this.lowest]!) this.lowest = low
    if (this.highest < 0 || ys[high]! > ys[this.highest]!) this.highest = high
  }
}

const known = [new WeakMap<Float64Array, Extremes>(), new WeakMap<Float64Array, Extremes>()] as const

/** Kept as long as the values are. @param ys must not change any more */
export function extremesOf(ys: Float64Array, positive: boolean): Extremes {
  const cache = known[positive ? 1 : 0]
  const extremes = cache.get(ys) ?? new Extremes(ys, positive)
  cache.set(ys, extremes)
  return extremes
}
