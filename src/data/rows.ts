import { ftruncateSync, read } from 'node:fs'
import type { FloatableArray } from './source'
import type { SharedFileRows, SharedMemoryRows, SharedRows } from './dataset'
import type { Scratch } from './scratch'
import { shared } from './shared'
import { readFully, writeFully } from './spool'

/**
 * The encoded rows of one input. Positions count the rows of the training, validation and test split in this order, so that
 * a split is a range and its rows lie side by side.
 */
export interface EncodedRows {
  /** Values per row. */
  readonly size: number
  /** Rows that are read together, where it matters in which order rows are asked for. */
  readonly blockRows?: number
  /** Copies the rows at these positions (each plus `from`) to the start of `into`. */
  fill(positions: ArrayLike<number>, from: number, into: Float32Array): void
  /** Begins to read what `fill` will ask for soon. */
  readAhead?(positions: ArrayLike<number>, from: number): void
  /** For another thread: what lies in memory is shared, not copied, from then on. */
  share(): SharedRows
}

/** Where a column's encoding goes, some rows at a time. */
export interface RowWriter {
  /** @param values [rows, width], for the rows from `position` on; they stand at `offset` among the values of a row */
  write(position: number, offset: number, width: number, values: ArrayLike<number>): void
}

/** Rows in memory, in their own number type. */
export class MemoryRows implements EncodedRows, RowWriter {
  /** Keeps the compiler from leaving out the reads that only bring rows into the cache. */
  protected touched = 0

  /** @param index position → row of `values`; null where they are in order */
  constructor(
    private values: FloatableArray,
    readonly size: number,
    private index: Int32Array | null = null,
  ) {}

  write(position: number, offset: number, width: number, values: ArrayLike<number>): void {
    let from = 0
    for (let row = position; from < values.length; row++) {
      const at = row * this.size + offset
      for (let j = 0; j < width; j++) this.values[at + j] = values[from++]!
    }
  }

  fill(positions: ArrayLike<number>, from: number, into: Float32Array): void {
    const { values, size, index } = this
    for (let first = 0; first < positions.length; first += rowsAhead) {
      const end = Math.min(positions.length, first + rowsAhead)
      // Rows lie far apart: asked for all at once, one value of each cache line, they come in together instead of one after another.
      let touched = 0
      for (let i = first; i < end; i++) {
        const start = (index === null ? positions[i]! + from : index[positions[i]! + from]!) * size
        for (let j = start; j < start + size; j += lineValues) touched += values[j]!
      }
      this.touched = touched
      let at = first * size
      for (let i = first; i < end; i++) {
        const start = (index === null ? positions[i]! + from : index[positions[i]! + from]!) * size
        copyRow(values, start, size, into, at)
        at += size
      }
    }
  }

  share(): SharedMemoryRows {
    this.values = shared(this.values)
    this.index &&= shared(this.index)
    return { values: this.values, size: this.size, index: this.index }
  }
}

/** From this size on a row is copied faster by one call than value by value. */
const longRow = 32

function copyRow(from: FloatableArray, start: number, size: number, into: Float32Array, at: number): void {
  if (size >= longRow) into.set(from.subarray(start, start + size), at)
  else for (let j = 0; j < size; j++) into[at + j] = from[start + j]!
}

const rowsAhead = 32
const lineValues = 16

const blockBytes = 2 ** 18
/** Memory for blocks that were read; enough for the windows of `BatchOrder`, the present one and the next. */
const residentBytes = 2 ** 25

/** Rows of a block, given the bytes of a row over all inputs. */
export const blockRowsFor = (rowBytes: number): number => Math.min(4096, Math.max(16, 2 ** Math.floor(Math.log2(blockBytes / rowBytes))))

/** Blocks that are shuffled together: a third of those that stay in memory. */
export const windowBlocksFor = (rowBytes: number, blockRows: number): number =>
  Math.max(4, Math.floor(residentBytes / 3 / (rowBytes * blockRows)))

type Block = Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>

/**
 * Rows in a file. A block holds some rows, column after column as they were encoded; when it is read, its rows are put
 * together. Blocks that were read stay in memory until newer ones push them out.
 */
export class FileRows implements EncodedRows, RowWriter {
  readonly size: number
  readonly blockRows: number
  private readonly type: typeof Float32Array | typeof Uint8Array
  private readonly blocks: (Block | undefined)[] = []
  private readonly resident: number[] = []
  private readonly pending = new Set<number>()
  /** Memory of blocks that were pushed out, for those to come. */
  private readonly free: ArrayBuffer[] = []

  constructor(private readonly place: SharedFileRows) {
    this.size = place.size
    this.blockRows = place.blockRows
    this.type = place.bytes ? Uint8Array : Float32Array
  }

  static create(scratch: Scratch, rows: number, layout: Omit<SharedFileRows, 'file' | 'widths'>): FileRows {
    const created = new FileRows({ ...layout, file: scratch.file(), widths: new Map() })
    ftruncateSync(created.place.file, created.start(Math.ceil(rows / layout.blockRows))) // the last block is read whole
    return created
  }

  share(): SharedFileRows {
    return this.place
  }

  write(position: number, offset: number, width: number, values: ArrayLike<number>): void {
    this.place.widths.set(offset, width)
    const typed = this.type.from(values)
    const element = this.type.BYTES_PER_ELEMENT
    const rows = values.length / width
    for (let done = 0; done < rows;) {
      const row = (position + done) % this.blockRows
      const count = Math.min(rows - done, this.blockRows - row)
      const bytes = new Uint8Array(typed.buffer, done * width * element, count * width * element)
      writeFully(
        this.place.file,
        bytes,
        this.start(Math.floor((position + done) / this.blockRows)) + (offset * this.blockRows + row * width) * element,
      )
      done += count
    }
  }

  fill(positions: ArrayLike<number>, from: number, into: Float32Array): void {
    const { size, blockRows } = this
    for (let i = 0; i < positions.length; i++) {
      const position = positions[i]! + from
      const block = Math.floor(position / blockRows)
      copyRow(this.blocks[block] ?? this.load(block), (position % blockRows) * size, size, into, i * size)
    }
  }

  readAhead(positions: ArrayLike<number>, from: number): void {
    let last = -1
    for (let i = 0; i < positions.length; i++) {
      const block = Math.floor((positions[i]! + from) / this.blockRows)
      if (block === last || this.blocks[block] !== undefined || this.pending.has(block)) continue
      last = block
      this.pending.add(block)
      const bytes = this.allocate()
      read(this.place.file, bytes, 0, bytes.length, this.start(block), (error, length) => {
        this.pending.delete(block)
        // A failure comes up again, and is told, when the rows are asked for.
        if (error === null && length === bytes.length && this.blocks[block] === undefined) this.keep(block, bytes)
      })
    }
  }

  private load(block: number): Block {
    const bytes = this.allocate()
    readFully(this.place.file, bytes, this.start(block))
    return this.keep(block, bytes)
  }

  private keep(block: number, bytes: Uint8Array<ArrayBuffer>): Block {
    const stored = new this.type(bytes.buffer)
    const values = this.place.widths.size === 1 ? stored : this.byRow(stored)
    this.blocks[block] = values
    this.resident.push(block)
    if (this.resident.length > this.place.residentBlocks) {
      const last = this.resident.shift()!
      this.free.push(this.blocks[last]!.buffer)
      this.blocks[last] = undefined
    }
    return values
  }

  private byRow(stored: Block): Block {
    const { size, blockRows } = this
    const values = new this.type(this.allocate().buffer)
    for (const [offset, width] of this.place.widths) {
      let from = offset * blockRows
      for (let row = 0; row < blockRows; row++) for (let j = 0; j < width; j++) values[row * size + offset + j] = stored[from++]!
    }
    this.free.push(stored.buffer)
    return values
  }

  private allocate(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.free.pop() ?? new ArrayBuffer(this.start(1)))
  }

  /** Byte in the file at which a block begins. */
  private start(block: number): number {
    return block * this.blockRows * this.size * this.type.BYTES_PER_ELEMENT
  }
}
