import type { Disposable } from '../../base/disposable'
import { followEvents } from '../../runs/eventReader'
import type { RunEvent } from '../../runs/events'
import { RunFolder } from '../../runs/folder'
import { supersede } from '../../runs/summary'
import { chartEvents, stepPointLimit, type EventChoice } from './thinning'

/** More events than this at once are a backlog: the panel gets them as a thinned whole instead of one by one. */
const backlog = 500

/** The events of one run that is shown in charts, followed while they are written. */
export class RunHistory implements Disposable {
  private events: RunEvent[] = []
  private fresh: RunEvent[] = []
  private replaced = true
  private readonly following: Disposable

  constructor(
    readonly id: string,
    folder: string,
    live: boolean,
    onChange: () => void,
    private readonly choice: EventChoice = chartEvents,
  ) {
    const changed = (events: readonly RunEvent[]) => {
      this.add(events)
      onChange()
    }
    // A run that has ended is still followed, as it can be resumed; file watching makes that prompt, polling only certain.
    this.following = followEvents(new RunFolder(folder).events, changed, { pollMilliseconds: live ? 250 : 5000 })
  }

  /** All that is known, thinned. */
  whole(): readonly RunEvent[] {
    return this.choice.thin(this.events)
  }

  /** @returns what was added since the last call, or 'replaced' where only the whole is right now */
  takeFresh(): readonly RunEvent[] | 'replaced' {
    const fresh = this.fresh
    this.fresh = []
    if (!this.replaced) return fresh
    this.replaced = false
    return 'replaced'
  }

  dispose(): void {
    this.following.dispose()
  }

  private add(events: readonly RunEvent[]): void {
    if (events.some(event => event.type === 'resume')) {
      // What the resumed run repeats is dropped from what stands already.
      this.events = supersede([...this.events, ...events]).flatMap(event =>
        event.type === 'resume' ? event : (this.choice.pick(event) ?? []),
      )
      this.replaced = true
    } else {
      const shown = events.flatMap(event => this.choice.pick(event) ?? [])
      this.events.push(...shown)
      this.fresh.push(...shown)
      if (this.fresh.length > backlog) this.replaced = true
    }
    // Bounded memory for runs of any length: what will never be shown again is dropped, with room to spare between two rounds.
    if (this.events.length > 8 * stepPointLimit) this.events = [...this.choice.thin(this.events, 2)]
  }
}
