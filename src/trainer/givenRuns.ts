import { existsSync } from 'node:fs'
import type { ModelGraph } from '../ir/graph'
import { choiceOf, type EngineChoice } from '../ir/engineChoice'
import { variantOf } from '../ir/variant'
import { EventReader } from '../runs/eventReader'
import type { RunEvent } from '../runs/events'
import { runFolders, type RunFolder } from '../runs/folder'
import { liveProcess } from '../runs/live'
import type { RecordedModel } from '../runs/manifest'
import { lastEnd, type Member, type MemberResult } from '../runs/series'
import { hashOf } from './manifest'

interface Wanted {
  readonly graph: ModelGraph
  readonly data: RecordedModel['data']
  readonly epochs: number
  readonly engine: EngineChoice
}

/**
 * Finished runs that are what members of a series would become: of the same model, data, seed and epochs. The newest of each.
 * @returns their folders by member
 */
export function givenRuns(runs: string, { graph, data, epochs, engine }: Wanted, members: readonly Member[]): Map<string, RunFolder> {
  const found = new Map<string, RunFolder>()
  const open = members.map(({ key, request }) => ({ key, request, hash: hashOf(variantOf(graph, request.variant ?? {})) }))
  for (const run of runFolders(runs)) {
    if (found.size === members.length) break
    try {
      const manifest = run.readManifest()
      const member = open.find(({ key, request, hash }) => !found.has(key) && hash === manifest.graphHash && request.seed === manifest.seed)
      if (!member || manifest.epochs !== epochs || !sameData(manifest.data, data)) continue
      if (engine !== 'auto' && choiceOf(manifest.engine.name) !== engine) continue
      if (givenResult(run) && fits(new EventReader(run.events).read(), epochs, member.request)) found.set(member.key, run)
    } catch {
      // A run of a later version is none of these.
    }
  }
  return found
}

/** @returns null where the run is gone, goes on, or has not come to its end */
export function givenResult(run: RunFolder): MemberResult | null {
  if (!existsSync(run.checkpoint('best')) || liveProcess(run)) return null
  const end = lastEnd(run)
  return end?.status === 'completed' ? { run: run.id, end } : null
}

/** A run may have gone on with more epochs than it began with, or not have looked ahead. */
function fits(events: readonly RunEvent[], epochs: number, { lookAhead }: Member['request']): boolean {
  return (
    events.every(event => event.type !== 'epoch' || event.epoch <= epochs) &&
    (lookAhead === undefined || events.some(event => event.type === 'gram' && event.lookAhead))
  )
}

function sameData(a: RecordedModel['data'], b: RecordedModel['data']): boolean {
  const known = new Map(b.map(({ path, sha256 }) => [path, sha256]))
  return a.every(({ path, sha256 }) => known.get(path) === sha256)
}
