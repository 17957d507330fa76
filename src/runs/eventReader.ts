import { closeSync, fstatSync, openSync, readSync, statSync, watch, type FSWatcher } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Disposable } from '../base/disposable'
import type { RunEvent } from './events'

/** Read and parsed in a millisecond, as readers share their thread. */
const chunkBytes = 1 << 16

/**
 * Reads a run's event log from an offset on, also while it is being written: a torn last line is left for the next read.
 * Lines that are no JSON objects are left out: a process killed within a write leaves one.
 */
export class EventReader {
  constructor(
    readonly path: string,
    /** Byte offset of the next line to read. */
    public offset = 0,
  ) {}

  /** @returns the events of whole lines that were added since; empty where the file does not exist yet */
  read(): RunEvent[] {
    const events: RunEvent[] = []
    while (this.readChunk(events));
    return events
  }

  /** Reads some ten kilobytes. @returns whether there may be more */
  readChunk(events: RunEvent[]): boolean {
    const bytes = this.bytesFromOffset()
    const end = bytes === null ? -1 : bytes.lastIndexOf(10)
    if (bytes === null || end < 0) return false
    for (const line of bytes.toString('utf8', 0, end).split('\n')) {
      const event = parseEvent(line)
      if (event) events.push(event)
    }
    this.offset += end + 1
    return true
  }

  /**
   * What stands at the end of the log; the offset is behind it then.
   * @param bytes how much of the log is read at most
   */
  readEnd(bytes: number): RunEvent[] {
    const size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0
    // The first line is most often cut: it is no JSON then, and left out.
    this.offset = Math.max(0, size - bytes)
    return this.read()
  }

  private bytesFromOffset(): Buffer | null {
    let file: number
    try {
      file = openSync(this.path, 'r')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
    try {
      const left = fstatSync(file).size - this.offset
      if (left <= 0) return null
      // A line longer than a chunk is read with twice as much, until its end is there.
      for (let size = Math.min(left, chunkBytes); ; size = Math.min(left, size * 2)) {
        const buffer = Buffer.allocUnsafe(size)
        const bytes = buffer.subarray(0, readSync(file, buffer, 0, size, this.offset))
        if (bytes.includes(10) || size === left) return bytes
      }
    } finally {
      closeSync(file)
    }
  }
}

function parseEvent(line: string): RunEvent | null {
  if (line === '') return null
  try {
    const event = JSON.parse(line) as RunEvent
    return typeof event === 'object' && event !== null && typeof event.type === 'string' ? event : null
  } catch {
    return null
  }
}

/**
 * Follows an event log. `onEvents` gets the events that are there and then new ones as they are written, in batches and in
 * order. File watching makes it prompt and polling makes it certain: not every file system reports changes.
 */
export function followEvents(
  path: string,
  onEvents: (events: readonly RunEvent[]) => void,
  { offset = 0, pollMilliseconds = 250 }: { offset?: number; pollMilliseconds?: number } = {},
): Disposable {
  const reader = new EventReader(path, offset)
  let watcher: FSWatcher | null = null
  let wake: NodeJS.Timeout | null = null
  let hurried = false
  let ended = false
  const look = () => {
    wake = null
    hurried = false
    if (ended) return
    const events: RunEvent[] = []
    const more = reader.readChunk(events)
    if (events.length > 0) onEvents(events)
    if (ended) return
    watcher ??= tryWatch(path, soon)
    wake ??= setTimeout(look, more ? 0 : pollMilliseconds)
  }
  const soon = () => {
    // A log that changes all the time must not put the look off again and again.
    if (ended || hurried || wake === null) return
    hurried = true
    clearTimeout(wake)
    wake = setTimeout(look, 20)
  }
  wake = setTimeout(look, 0)
  return {
    dispose() {
      ended = true
      if (wake) clearTimeout(wake)
      watcher?.close()
    },
  }
}

function tryWatch(path: string, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watch(dirname(path), (_, name) => {
      if (name === null || name === basename(path)) onChange()
    })
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return null
  }
}
