import { readSync, writeSync } from 'node:fs'
import type { Scratch } from './scratch'

/** Rows that are collected before they are written. */
const bufferRows = 2 ** 16

/** The values of one column as they come from a file: kept in memory, or in a file and read back when they are asked for. */
export class Spool<A extends Float64Array | Int32Array> {
  private readonly buffer: A
  private readonly file: number | null
  private buffered = 0
  private written = 0

  /** @param scratch where they are kept; null for memory */
  constructor(
    private readonly make: (rows: number) => A,
    private readonly rows: number,
    scratch: Scratch | null,
  ) {
    this.buffer = make(scratch === null ? rows : Math.min(rows, bufferRows))
    this.file = scratch === null ? null : scratch.file()
  }

  push(value: number): void {
    if (this.buffered === this.buffer.length) this.flush()
    this.buffer[this.buffered++] = value
  }

  /** All rows; a copy of its own where they are kept in a file. */
  values(): A {
    if (this.file === null) return this.buffer
    this.flush()
    const values = this.make(this.rows)
    readFully(this.file, new Uint8Array(values.buffer), 0)
    return values
  }

  private flush(): void {
    if (this.file === null) throw new RangeError(`more than ${this.rows} rows`)
    const bytes = new Uint8Array(this.buffer.buffer, 0, this.buffered * this.buffer.BYTES_PER_ELEMENT)
    writeFully(this.file, bytes, this.written)
    this.written += bytes.length
    this.buffered = 0
  }
}

/** @throws Error where the file ends before */
export function readFully(file: number, into: Uint8Array, position: number): void {
  for (let done = 0; done < into.length;) {
    const read = readSync(file, into, done, into.length - done, position + done)
    if (read === 0) throw new Error('a scratch file is shorter than what was written to it')
    done += read
  }
}

export function writeFully(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, position + done)
}
