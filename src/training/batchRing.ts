import type { WritableBatch } from '../data/dataset'
import type { Batch } from '../ir/batch'
import type { RowOrderState } from './rowOrder'

/** Batches in shared memory, which one thread makes and another uses, in turn. Plain data. */
export interface BatchRing {
  /** Slots filled and slots given back since the beginning; both may run over. */
  readonly counts: Int32Array
  readonly slots: readonly Slot[]
}

/** A batch, or the mark that an epoch begins. */
interface Slot {
  readonly batch: WritableBatch
  /** Whether it is a batch, its rows, and those of each data set. */
  readonly rows: Int32Array
  /** State of the order behind it as JSON, and how many bytes of it count. */
  readonly state: Uint8Array
  readonly stateBytes: Int32Array
}

const [filled, givenBack] = [0, 1]

/** The ring should bridge a moment in which a file is slow or the processor is taken, and not fill the memory. */
const ringBytes = 2 ** 24
const mostSlots = 512

export function makeRing(allocate: (floats: (length: number) => Float32Array) => WritableBatch): BatchRing {
  const slot = (): Slot => {
    const batch = allocate(length => new Float32Array(new SharedArrayBuffer(length * 4)))
    const sets = Object.keys(batch.setRows ?? {}).length
    const ints = (length: number) => new Int32Array(new SharedArrayBuffer(length * 4))
    return { batch, rows: ints(2 + sets), state: new Uint8Array(new SharedArrayBuffer(128 * (1 + sets))), stateBytes: ints(1) }
  }
  const first = slot()
  const { inputs, targets, masks } = first.batch
  const bytes = [inputs, targets, masks].flatMap(arrays => Object.values(arrays)).reduce((n, { byteLength }) => n + byteLength, 0)
  const count = Math.max(2, Math.min(mostSlots, Math.floor(ringBytes / Math.max(1, bytes))))
  const others = Array.from({ length: count - 1 }, slot)
  return { counts: new Int32Array(new SharedArrayBuffer(8)), slots: [first, ...others] }
}

/** The side that makes batches. */
export class RingWriter {
  private next = 0

  constructor(private readonly ring: BatchRing) {}

  /** Blocks until there is room. */
  room(): WritableBatch {
    const { counts, slots } = this.ring
    if (this.ahead() >= slots.length) {
      for (
        let used = Atomics.load(counts, givenBack);
        this.ahead() > slots.length - share(slots.length);
        used = Atomics.load(counts, givenBack)
      )
        Atomics.wait(counts, givenBack, used)
    }
    return slots[this.next % slots.length]!.batch
  }

  /** Hands over what stands in the room: a batch, or that an epoch begins. @param state of the order behind it */
  put(isBatch: boolean, state: RowOrderState): void {
    const { counts, slots } = this.ring
    const slot = slots[this.next % slots.length]!
    const { rows, setRows } = slot.batch
    slot.rows.set([isBatch ? 1 : 0, rows, ...Object.values(setRows ?? {})])
    slot.stateBytes[0] = encoder.encodeInto(JSON.stringify(state), slot.state).written
    this.next++
    Atomics.store(counts, filled, this.next | 0)
    if (this.next === 1 || this.ahead() === 1 + share(slots.length)) Atomics.notify(counts, filled)
  }

  private ahead(): number {
    return (this.next - Atomics.load(this.ring.counts, givenBack)) | 0
  }
}

/** The side that uses them: one slot at a time, which it keeps until it takes the next. */
export class RingReader {
  private at = -1

  constructor(private readonly ring: BatchRing) {}

  /** Blocks for some milliseconds at most. @returns whether a slot can be taken */
  wait(milliseconds: number): boolean {
    const { counts } = this.ring
    const seen = Atomics.load(counts, filled)
    return this.isFilled(seen) || Atomics.wait(counts, filled, seen, milliseconds) !== 'timed-out'
  }

  /** Whether the next slot can be taken. */
  get ready(): boolean {
    return this.isFilled(Atomics.load(this.ring.counts, filled))
  }

  /** Whether the next slot holds a batch; only where it is ready. */
  get nextIsBatch(): boolean {
    return this.slot(this.at + 1).rows[0] === 1
  }

  /** @returns the next slot's batch; the one before is given back */
  take(): Batch {
    const { counts, slots } = this.ring
    this.at++
    Atomics.store(counts, givenBack, this.at | 0)
    if (((Atomics.load(counts, filled) - this.at) | 0) === slots.length - share(slots.length)) Atomics.notify(counts, givenBack)
    const { batch, rows } = this.slot(this.at)
    batch.rows = rows[1]!
    if (batch.setRows) batch.setRows = Object.fromEntries(Object.keys(batch.setRows).map((id, i) => [id, rows[2 + i]!]))
    return batch
  }

  /** Of the order behind the slot that was taken last. */
  state(): RowOrderState {
    const { state, stateBytes } = this.slot(this.at)
    return JSON.parse(decoder.decode(state.slice(0, stateBytes[0]))) as RowOrderState
  }

  private slot(at: number): Slot {
    return this.ring.slots[at % this.ring.slots.length]!
  }

  private isFilled(count: number): boolean {
    return ((count - (this.at + 1)) | 0) > 0
  }
}

/**
 * A writer that found the ring full sleeps until so many slots are free, and a reader that found it empty until so many are filled: to
 * wake a thread costs microseconds, and on a busy machine often the processor of the one that wakes it.
 */
const share = (slots: number): number => Math.max(1, slots >> 3)

const encoder = new TextEncoder()
const decoder = new TextDecoder()
