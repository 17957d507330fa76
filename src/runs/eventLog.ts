import { closeSync, fstatSync, fsyncSync, openSync, readSync } from 'node:fs'
import { writeAll } from './atomic'
import type { RunEvent } from './events'

/**
 * Appends to a run's `events.ndjson`. Events are buffered until `flush`, which the training loop calls at every turn of
 * the event loop; a line is always written whole, except when the process is killed within the write.
 */
export class EventLog {
  private readonly file: number
  private pending: string[] = []

  constructor(path: string) {
    this.file = openSync(path, 'a+')
    // A process that was killed within a write left a torn line: it is ended, so that readers can step over it.
    if (!endsWithLineBreak(this.file)) this.pending.push('\n')
  }

  append(event: RunEvent): void {
    this.pending.push(`${JSON.stringify(event)}\n`)
  }

  /** @throws the file system's error, such as ENOSPC */
  flush(): void {
    if (this.pending.length === 0) return
    const bytes = Buffer.from(this.pending.join(''))
    this.pending = []
    writeAll(this.file, bytes)
  }

  /** Flushes and makes the events durable. */
  sync(): void {
    this.flush()
    fsyncSync(this.file)
  }

  close(): void {
    try {
      this.flush()
    } finally {
      closeSync(this.file)
    }
  }
}

function endsWithLineBreak(file: number): boolean {
  const { size } = fstatSync(file)
  if (size === 0) return true
  const last = Buffer.alloc(1)
  readSync(file, last, 0, 1, size - 1)
  return last[0] === 10
}
