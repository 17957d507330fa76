import type { RunEvent } from '../../runs/events'
import { stepPointLimit, thinEvents, type EventChoice } from './thinning'

/** Numbers of Gram blocks that a panel gets at most, and samples: enough for every pixel of its charts. */
const numbersLimit = 400_000
const samplesLimit = 1000

/** What the conflict panel gets: samples without their halves, of which only the summary makes use, and the newest summary. */
export const conflictEvents: EventChoice = {
  pick(event) {
    if (event.type === 'gram') return { ...event, halves: undefined }
    return event.type === 'step' || event.type === 'conflict' ? event : null
  },
  thin(events, room = 1) {
    const samples = events.filter(event => event.type === 'gram')
    const numbers = samples.reduce((sum, { blocks }) => sum + blocks.reduce((all, block) => all + block.length, 0), 0)
    const stride = Math.max(1, Math.ceil(Math.max(samples.length / (room * samplesLimit), numbers / (room * numbersLimit))))
    const kept = new Set<RunEvent>(samples.filter((_, i) => i % stride === 0 || i === samples.length - 1))
    for (const event of events.filter(event => event.type === 'conflict').slice(-1)) kept.add(event)
    for (const event of thinEvents(
      events.filter(event => event.type === 'step'),
      room * stepPointLimit,
    ))
      kept.add(event)
    return events.filter(event => kept.has(event) || event.type === 'resume')
  },
}
