import { EventReader } from './eventReader'
import { runFolders, type RunFolder } from './folder'
import { liveProcess } from './live'
import type { RunManifest } from './manifest'
import { afterEvent, noProgress, type RunProgress, type RunSummary } from './summary'

/** Summaries of the runs in one folder. Keeps how far it has read each log, so that looking again costs what is new. */
export class RunSummaries {
  private readonly known = new Map<string, { manifest: RunManifest; reader: EventReader; progress: RunProgress }>()

  constructor(readonly runs: string) {}

  /** Newest first. Folders that can't be read as a run, such as those of a later version, are left out. */
  list(): RunSummary[] {
    const folders = runFolders(this.runs)
    const there = new Set(folders.map(folder => folder.path))
    for (const path of this.known.keys()) if (!there.has(path)) this.known.delete(path)
    return folders.flatMap(folder => this.summary(folder) ?? [])
  }

  summary(folder: RunFolder): RunSummary | null {
    // The lock is read first: a run that ends in between has then said so in its log.
    const live = liveProcess(folder) !== null
    let known = this.known.get(folder.path)
    if (!known) {
      try {
        known = { manifest: folder.readManifest(), reader: new EventReader(folder.events), progress: noProgress }
      } catch {
        return null
      }
      this.known.set(folder.path, known)
    }
    known.progress = known.reader.read().reduce(afterEvent, known.progress)
    return summarise(folder, known.manifest, known.progress, live)
  }
}

export function summarise(folder: RunFolder, manifest: RunManifest, progress: RunProgress, live: boolean): RunSummary {
  const ended = progress.status === 'completed' || progress.status === 'stopped' || progress.status === 'failed'
  const interrupted = !ended && !live
  return {
    id: manifest.id,
    folder: folder.path,
    model: manifest.model,
    modelFile: manifest.modelFile,
    created: manifest.created,
    status: interrupted ? 'interrupted' : progress.status,
    tasks: manifest.tasks,
    seed: manifest.seed,
    weighting: manifest.graph.training.weighting.kind,
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
  }
}

/** @returns 'CPU', 'GPU (WebGPU)' */
function deviceText({ device, provider }: { readonly device: string; readonly provider?: string | null | undefined }): string {
  return provider ? `${device.toUpperCase()} (${provider})` : device.toUpperCase()
}
