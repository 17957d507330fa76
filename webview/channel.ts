import type { FromPanel, ToPanel } from '../src/protocol/message'

export interface Listener<Snapshot, Delta> {
  snapshot(snapshot: Snapshot): void
  delta(delta: Delta): void
}

/**
 * The panel's end of the sequenced channel (src/protocol/message.ts), without knowledge of VS Code or the page.
 * Deltas are handed on only in an unbroken row after a snapshot; on a gap one `resync` is asked and everything
 * up to the next snapshot is dropped, because a delta says nothing without what came before it.
 */
export class Channel<Snapshot, Delta, Action> {
  private sequence: number | null = null
  private resyncing = false

  constructor(
    private readonly post: (message: FromPanel<Action>) => void,
    private readonly listener: Listener<Snapshot, Delta>,
  ) {}

  ready(): void {
    this.post({ type: 'ready', lastSequence: this.sequence })
  }

  send(action: Action): void {
    this.post({ type: 'action', action })
  }

  report(message: string): void {
    this.post({ type: 'error', message })
  }

  /** @param message whatever arrived at the page; what is not ours is ignored */
  receive(message: unknown): void {
    if (!isToPanel<Snapshot, Delta>(message)) return
    if (message.type === 'snapshot') {
      this.sequence = message.sequence
      this.resyncing = false
      this.listener.snapshot(message.snapshot)
      return
    }
    if (this.resyncing || (this.sequence !== null && message.sequence <= this.sequence)) return
    if (this.sequence === null || message.sequence !== this.sequence + 1) {
      this.resyncing = true
      this.post({ type: 'resync' })
      return
    }
    this.sequence = message.sequence
    this.listener.delta(message.delta)
  }
}

function isToPanel<Snapshot, Delta>(message: unknown): message is ToPanel<Snapshot, Delta> {
  if (typeof message !== 'object' || message === null) return false
  const { type, sequence } = message as { type?: unknown; sequence?: unknown }
  return typeof sequence === 'number' && (type === 'snapshot' || type === 'delta')
}
