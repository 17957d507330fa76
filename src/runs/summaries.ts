import { weightingName } from '../ir/tracedWeighting'
import type { RunEvent } from './events'
import { EventReader } from './eventReader'
import { runFolders, type RunFolder } from './folder'
import { liveProcess } from './live'
import type { RunManifest } from './manifest'
import { afterEvent, noProgress, type RunProgress, type RunSummary } from './summary'
import { Turns } from './turns'

/** The end of a run that has ended says all that its summary needs, and stands within so many bytes. */
const endBytes = 1 << 16

interface Known {
  readonly manifest: RunManifest
  readonly reader: EventReader
  progress: RunProgress
}

/**
 * Summaries of the runs in one folder. Keeps how far it has read each log, so that looking again costs what is new. Long logs
 * are read in short turns, between which the thread is free.
 */
export class RunSummaries {
  private readonly known = new Map<string, Known>()
  /** Folders that the last `list` could not read as a run, and why. */
  unreadable: readonly { readonly id: string; readonly problem: string }[] = []
  private readonly turns = new Turns()

  constructor(readonly runs: string) {}

  /** Newest first. Folders that can't be read as a run, such as those of a later version, are left out and are `unreadable`. */
  async list(): Promise<RunSummary[]> {
    const folders = runFolders(this.runs)
    const there = new Set(folders.map(folder => folder.path))
    for (const path of this.known.keys()) if (!there.has(path)) this.known.delete(path)
    const found: RunSummary[] = []
    const unreadable: { id: string; problem: string }[] = []
    for (const folder of folders) {
      try {
        found.push(await this.summary(folder))
      } catch (error) {
        unreadable.push({ id: folder.id, problem: error instanceof Error ? error.message : String(error) })
      }
      await this.turns.next()
    }
    this.unreadable = unreadable
    return found
  }

  /** @throws RunError where the folder can't be read as a run */
  async summary(folder: RunFolder): Promise<RunSummary> {
    // The lock is read first: a run that ends in between has then said so in its log.
    const live = liveProcess(folder) !== null
    const known = this.known.get(folder.path) ?? open(folder)
    this.known.set(folder.path, known)
    for (let more = true; more;) {
      const events: RunEvent[] = []
      more = known.reader.readChunk(events)
      known.progress = events.reduce(afterEvent, known.progress)
      if (more) await this.turns.next()
    }
    return summarise(folder, known.manifest, known.progress, live)
  }
}

function open(folder: RunFolder): Known {
  const manifest = folder.readManifest()
  const reader = new EventReader(folder.events)
  const progress = progressOfEnded(reader.readEnd(endBytes))
  // One that goes on, or was interrupted, is read from the start.
  if (!progress) reader.offset = 0
  return { manifest, reader, progress: progress ?? noProgress }
}

/** @returns the same as all events of the log would give; null where these last ones do not tell */
function progressOfEnded(last: readonly RunEvent[]): RunProgress | null {
  const end = last.at(-1)
  const told = end?.type === 'end' && Object.keys(end.metrics).length > 0 && last.some(event => event.type === 'progress')
  return told ? last.reduce(afterEvent, noProgress) : null
}

export function summarise(folder: RunFolder, manifest: RunManifest, progress: RunProgress, live: boolean): RunSummary {
  const ended = progress.status === 'completed' || progress.status === 'stopped' || progress.status === 'failed'
  const interrupted = !ended && !live
  return {
    // A folder that was copied or renamed is a run of its own, whatever its manifest says.
    id: folder.id,
    folder: folder.path,
    model: manifest.model,
    modelFile: manifest.modelFile,
    created: manifest.created,
    status: interrupted ? 'interrupted' : progress.status,
    tasks: manifest.tasks,
    seed: manifest.seed,
    weighting: weightingName(manifest.graph.training.weighting),
    epoch: progress.epoch,
    epochs: progress.epochs || manifest.epochs,
    step: progress.step,
    steps: progress.steps,
    secondsLeft: interrupted ? null : progress.secondsLeft,
    examplesPerSecond: progress.examplesPerSecond,
    best: progress.best,
    device: deviceText(progress.device ?? manifest.engine),
    ...(progress.device?.fallback && { deviceProblem: progress.device.reason }),
    ...(progress.message !== undefined && { message: progress.message }),
    ...(manifest.partOf && { partOf: manifest.partOf }),
  }
}

/** @returns 'CPU', 'GPU (WebGPU)' */
function deviceText({ device, provider }: { readonly device: string; readonly provider?: string | null | undefined }): string {
  return provider ? `${device.toUpperCase()} (${provider})` : device.toUpperCase()
}
