/**
 * Seeded random numbers whose state can be saved: every random choice of a run (initial weights, batch order,
 * dropout masks, a method's permutations) comes from one of these, so that a resumed run repeats an uninterrupted one bit by bit.
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand), 128 bits of state.
 */
export class Random {
  private constructor(
    private a: number,
    private b: number,
    private c: number,
    private d: number,
  ) {}

  /** @param stream separates generators of one seed: 'data', 'weights', 'dropout', … */
  static seeded(seed: number, stream = ''): Random {
    let hash = 0x811c9dc5 ^ Math.trunc(seed)
    for (let i = 0; i < stream.length; i++) hash = Math.imul(hash ^ stream.charCodeAt(i), 0x01000193)
    const random = new Random(hash >>> 0, Math.trunc(seed / 2 ** 32) >>> 0, 0x9e3779b9, 1)
    for (let i = 0; i < 15; i++) random.uint32()
    return random
  }

  static restored(state: readonly number[]): Random {
    const [a, b, c, d] = state
    if (state.length !== 4 || [a, b, c, d].some(x => !Number.isInteger(x))) throw new RangeError('a random state is four whole numbers')
    return new Random(a! >>> 0, b! >>> 0, c! >>> 0, d! >>> 0)
  }

  get state(): number[] {
    return [this.a, this.b, this.c, this.d]
  }

  uint32(): number {
    const t = (this.a + this.b + this.d) | 0
    this.d = (this.d + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0
    return t >>> 0
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992
  }

  /** Standard normal (Box & Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform())
  }

  /** Uniform whole number in [0, n). */
  below(n: number): number {
    return Math.floor(this.uniform() * n)
  }

  /** Shuffles in place (Fisher & Yates). */
  shuffle<A extends { length: number; [i: number]: unknown }>(items: A): A {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const held = items[i]
      items[i] = items[j]
      items[j] = held
    }
    return items
  }
}
