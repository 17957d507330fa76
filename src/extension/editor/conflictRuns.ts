import * as vscode from 'vscode'
import type { Disposable } from '../../base/disposable'
import { Disposables } from '../../base/disposable'
import type { ConflictSummary } from '../../ir/conflict'
import { followEvents } from '../../runs/eventReader'
import { RunFolder } from '../../runs/folder'
import type { RunManifest } from '../../runs/manifest'
import type { RunSummary } from '../../runs/summary'
import type { Model } from '../models/model'
import type { Models } from '../models/models'
import { isLive, type RunStore } from '../runs/runStore'
import { bestText, runName } from '../runs/runText'
import type { SeenConflict } from './conflictFindings'
import { isCurrent } from './taskDeltas'

/** So many runs are looked through for one that has something to say. */
const mostRuns = 8

interface Followed extends Disposable {
  readonly manifest: Pick<RunManifest, 'graphHash' | 'sources'>
  summary: ConflictSummary | null
}

/** What the runs of the open models say of conflict: of the latest run, or of one that was chosen. */
export class ConflictRuns implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly changed = this.disposables.track(new vscode.EventEmitter<void>())
  /** What is seen has changed, or what the models are. */
  readonly onDidChange = this.changed.event
  private readonly followed = new Map<string, Followed>()
  private shown = ''

  constructor(
    private readonly models: Models,
    private readonly runs: RunStore,
    private readonly memory: vscode.Memento,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.disposables.track(models.onDidChange(() => (this.follow(), this.changed.fire())))
    this.disposables.track(models.onDidClose(() => this.follow()))
    this.disposables.track(runs.onDidChange(() => this.follow()))
  }

  seen(model: Model): (SeenConflict & { readonly run: string }) | undefined {
    for (const run of this.candidates(model)) {
      const followed = this.followed.get(run.id)
      const summary = followed?.summary
      if (summary) return { summary, run: run.id, name: runName(run), stale: !isCurrent(model, followed.manifest) }
      if (run.status === 'completed') return undefined
    }
    return undefined
  }

  /** The run whose findings stand on a model's lines; before there are any, its newest. */
  shownFor(uri: vscode.Uri | undefined): string | undefined {
    const model = uri && this.models.of(uri)
    return model && (this.seen(model)?.run ?? this.runs.ofModel(model.uri)[0]?.id)
  }

  /** Lets the user choose whose findings stand on the lines of a model. */
  async choose(uri: vscode.Uri): Promise<void> {
    const runs = this.runs.ofModel(uri)
    if (runs.length === 0) return void vscode.window.showInformationMessage('This model has no runs yet. Train it first.')
    const chosen = this.chosen(uri)
    const mark = (is: boolean) => (is ? '$(check) ' : '')
    const items = [
      { label: `${mark(chosen === undefined)}Latest run`, description: 'whichever that is', id: undefined },
      ...runs.map(run => ({
        label: `${mark(chosen === run.id)}${run.model}, ${runName(run)}`,
        description: [run.weighting, run.status, bestText(run)].filter(Boolean).join(' · '),
        id: run.id,
      })),
    ]
    const placeHolder = 'Show the conflict seen by which run?'
    const answer = await vscode.window.showQuickPick<(typeof items)[number]>(items, { placeHolder, matchOnDescription: true })
    if (!answer) return
    await this.memory.update(keyOf(uri), answer.id)
    this.follow()
    this.changed.fire()
  }

  dispose(): void {
    for (const followed of this.followed.values()) followed.dispose()
    this.disposables.dispose()
  }

  private chosen(uri: vscode.Uri): string | undefined {
    const id = this.memory.get<string>(keyOf(uri))
    return id !== undefined && this.runs.of(id) ? id : undefined
  }

  /** The run that was chosen; else the newest ones, down to one that has been trained to its end. */
  private candidates({ uri }: Model): readonly RunSummary[] {
    const chosen = this.chosen(uri)
    if (chosen !== undefined) return [this.runs.of(chosen)!]
    const runs = this.runs.ofModel(uri).slice(0, mostRuns)
    const last = runs.findIndex(run => run.status === 'completed')
    return last < 0 ? runs : runs.slice(0, last + 1)
  }

  private follow(): void {
    const wanted = new Map(this.models.all.flatMap(model => this.candidates(model)).map(run => [run.id, run]))
    for (const [id, followed] of this.followed) {
      if (wanted.has(id)) continue
      followed.dispose()
      this.followed.delete(id)
    }
    for (const run of wanted.values()) if (!this.followed.has(run.id)) this.open(run)
    const shown = [...wanted.values()].map(run => `${run.id} ${run.status === 'completed'}`).join('\n')
    if (shown === this.shown) return
    this.shown = shown
    this.changed.fire()
  }

  private open(run: RunSummary): void {
    const folder = new RunFolder(run.folder)
    try {
      const { graphHash, sources } = folder.readManifest()
      const reading = followEvents(
        folder.events,
        events => {
          const last = events.findLast(event => event.type === 'conflict')
          if (!last) return
          followed.summary = last.summary
          this.changed.fire()
        },
        // A run that has ended can be resumed; file watching makes that prompt, polling only certain.
        { pollMilliseconds: isLive(run) ? 500 : 5000 },
      )
      const followed: Followed = { manifest: { graphHash, sources }, summary: null, dispose: () => reading.dispose() }
      this.followed.set(run.id, followed)
    } catch (error) {
      this.log.warn(`conflict of ${run.id}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

const keyOf = (uri: vscode.Uri): string => `mtl.conflictRun ${uri.toString()}`
