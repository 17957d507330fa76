import * as path from 'node:path'
import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import { defaultRunsFolder } from '../../runs/folder'
import { affinity, type AffinityManifest, type AffinitySummary } from '../../runs/affinity'
import { comparison, type ComparisonManifest, type ComparisonSummary } from '../../runs/comparison'
import { crossValidation, type CrossValidationSummary } from '../../runs/crossValidation'
import { SeriesSummaries } from '../../runs/seriesKind'
import { RunSummaries } from '../../runs/summaries'
import type { RunSummary } from '../../runs/summary'
import { workspaceOf } from '../../runs/workspace'
import type { Models } from '../models/models'

export const isLive = (run: RunSummary): boolean => run.status === 'starting' || run.status === 'training' || run.status === 'paused'

/** A comparison, a cross-validation, …: runs that belong together. */
export type Series = ComparisonSummary | CrossValidationSummary | AffinitySummary
export type SeriesName = Series['kind']
export type SeriesOf<Name extends SeriesName> = Extract<Series, { readonly kind: Name }>

/** A series whose process works on it. */
export const isUnderWay = ({ status }: Pick<Series, 'status'>): boolean => status === 'running'

/** One that did not come to its end, and can. */
export const canGoOn = ({ status }: Pick<Series, 'status'>): boolean =>
  status === 'interrupted' || status === 'stopped' || status === 'failed'

/** A run that was seen in one state and then in another. */
export interface RunChange {
  readonly run: RunSummary
  /** Undefined for a run that was not known before. */
  readonly before: RunSummary['status'] | undefined
}

/** A live run's numbers are read this often; others only when their files appear or vanish. */
const livePeriod = 500
/** File watching may be switched off or fail on network disks: look at the folders from time to time as well. */
const discoveryPeriod = 10_000

/**
 * All runs of this workspace, whoever started them: this window, another one, or a terminal. The run folders are the truth
 * and this is only a view of them, so that a reloaded window finds everything again.
 */
export class RunStore implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly changed = this.disposables.track(new vscode.EventEmitter<void>())
  readonly onDidChange = this.changed.event
  private readonly stateChanged = this.disposables.track(new vscode.EventEmitter<RunChange>())
  readonly onDidChangeState = this.stateChanged.event
  private readonly folders = new Map<string, FolderSummaries>()
  private known: readonly RunSummary[] = []
  private knownSeries: readonly Series[] = []
  private fingerprint = ''
  private timer: NodeJS.Timeout | undefined
  private lastDiscovery = 0
  private looking: Promise<void> | undefined

  constructor(
    private readonly models: Models,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const watcher = this.disposables.track(
      vscode.workspace.createFileSystemWatcher(
        '**/.mtl/runs/*/{run,comparison,cross-validation,affinity,control}.json',
        false,
        true,
        false,
      ),
    )
    this.disposables.track(watcher.onDidCreate(file => this.appeared(file)))
    this.disposables.track(watcher.onDidDelete(() => void this.look()))
    this.disposables.track(vscode.workspace.onDidChangeWorkspaceFolders(() => void this.refresh()))
    this.disposables.track({ dispose: () => clearTimeout(this.timer) })
    void this.refresh()
  }

  /** Newest first. */
  get all(): readonly RunSummary[] {
    return this.known
  }

  get live(): readonly RunSummary[] {
    return this.known.filter(isLive)
  }

  of(id: string): RunSummary | undefined {
    return this.known.find(run => run.id === id)
  }

  /** Its runs, without those that are part of a comparison or the like. */
  ofModel(uri: vscode.Uri): readonly RunSummary[] {
    return this.known.filter(run => run.modelFile === uri.fsPath && !run.partOf)
  }

  /** Newest first. */
  get series(): readonly Series[] {
    return this.knownSeries
  }

  seriesOf<Name extends SeriesName>(kind: Name): readonly SeriesOf<Name>[] {
    return this.knownSeries.filter((one): one is SeriesOf<Name> => one.kind === kind)
  }

  oneSeries(id: string): Series | undefined {
    return this.knownSeries.find(one => one.id === id)
  }

  comparisonsOfModel(uri: vscode.Uri): readonly ComparisonSummary[] {
    return this.seriesOf('comparison').filter(({ modelFile }) => modelFile === uri.fsPath)
  }

  /** What a known comparison compares. */
  manifestOf({ id, folder }: ComparisonSummary): ComparisonManifest | undefined {
    return this.folders.get(path.dirname(folder))?.comparisons.manifest(id)
  }

  /** What a known affinity was measured of. */
  measured({ id, folder }: AffinitySummary): AffinityManifest | undefined {
    return this.folders.get(path.dirname(folder))?.affinities.manifest(id)
  }

  /** Searches for folders with runs anew. */
  async refresh(): Promise<void> {
    this.lastDiscovery = Date.now()
    for (const folder of vscode.workspace.workspaceFolders ?? []) this.add(defaultRunsFolder(folder.uri.fsPath))
    for (const model of this.models.all) {
      this.add(defaultRunsFolder(model.root.fsPath))
      // Where a run started in a terminal goes.
      this.add(defaultRunsFolder(workspaceOf(model.uri.fsPath)))
    }
    await this.look()
    try {
      const manifests = await vscode.workspace.findFiles('**/.mtl/runs/*/run.json', '**/node_modules/**')
      for (const manifest of manifests) this.add(path.dirname(path.dirname(manifest.fsPath)))
    } catch (error) {
      this.log.warn(`search for runs: ${error instanceof Error ? error.message : String(error)}`)
    }
    await this.look()
  }

  /** Reads what is new in the known folders. */
  look(): Promise<void> {
    this.looking ??= this.read().finally(() => (this.looking = undefined))
    return this.looking
  }

  /** Makes the runs in a folder known, and reads them. */
  async include(runs: string): Promise<void> {
    this.add(runs)
    await this.looking
    await this.look()
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private add(runs: string): void {
    if (!this.folders.has(runs)) this.folders.set(runs, folderSummaries(runs))
  }

  private appeared(file: vscode.Uri): void {
    this.add(path.dirname(path.dirname(file.fsPath)))
    void this.look()
  }

  private async read(): Promise<void> {
    clearTimeout(this.timer)
    const found: RunSummary[] = []
    const series: Series[] = []
    for (const [folder, { runs, comparisons, crossValidations, affinities }] of this.folders) {
      try {
        for (const kind of [comparisons, crossValidations, affinities]) series.push(...(await kind.list()))
        found.push(...(await runs.list()))
      } catch (error) {
        this.log.warn(`runs in ${folder}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
    found.sort((a, b) => b.created - a.created)
    series.sort((a, b) => b.created - a.created)
    this.replace(found, series)
    const discover = Date.now() - this.lastDiscovery > discoveryPeriod
    const live = this.live.length > 0 || series.some(isUnderWay)
    this.timer = setTimeout(() => void (discover && !live ? this.refresh() : this.look()), live ? livePeriod : discoveryPeriod)
  }

  private replace(found: readonly RunSummary[], series: readonly Series[]): void {
    const before = new Map(this.known.map(run => [run.id, run.status]))
    this.known = found
    this.knownSeries = series
    const fingerprint = JSON.stringify([found, series])
    if (fingerprint === this.fingerprint) return
    this.fingerprint = fingerprint
    for (const run of found) if (before.get(run.id) !== run.status) this.stateChanged.fire({ run, before: before.get(run.id) })
    this.changed.fire()
  }
}

/** What is read of one folder. */
const folderSummaries = (runs: string) => ({
  runs: new RunSummaries(runs),
  comparisons: new SeriesSummaries(comparison, runs),
  crossValidations: new SeriesSummaries(crossValidation, runs),
  affinities: new SeriesSummaries(affinity, runs),
})

type FolderSummaries = ReturnType<typeof folderSummaries>
