import { promises as fs } from 'node:fs'
import * as path from 'node:path'
import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import { obstaclesToTraining } from '../../ir/analysis'
import type { DataReport } from '../../ir/dataReport'
import type { ModelGraph } from '../../ir/graph'
import type { DataStatus } from '../../protocol/dataPanel'
import type { Model } from './model'
import type { Models } from './models'
import { startReport, type ReportSettings, type RunningReport } from './reportProcess'

/** What is known of a model's data. */
export interface KnownData {
  readonly status: DataStatus
  readonly message: string | null
  readonly report: DataReport | null
}

interface Entry extends KnownData {
  /** What the report depends on. */
  readonly key: string
}

/** Typing is over, and profiles have come. */
const pause = 1000
/** Reports are kept by what they depend on, so that undoing a change shows the former one at once. */
const mostKept = 20

/** Data reports of the open models, made in child processes one at a time, anew when what a report depends on changes; in trusted workspaces only. */
export class DataReports implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly changed = this.disposables.track(new vscode.EventEmitter<Model>())
  readonly onDidChange = this.changed.event
  private readonly entries = new Map<Model, Entry>()
  private readonly kept = new Map<string, DataReport>()
  private readonly timers = new Map<Model, NodeJS.Timeout>()
  private readonly waiting: { readonly model: Model; readonly key: string }[] = []
  private running: { readonly model: Model; readonly key: string; readonly report: RunningReport } | null = null

  /** @param wanted whether a report of the model is shown somewhere, also where the setting is off */
  constructor(
    private readonly models: Models,
    private readonly settings: ReportSettings,
    private readonly log: vscode.LogOutputChannel,
    private readonly wanted: (model: Model) => boolean,
  ) {
    this.disposables.track(models.onDidChange(model => this.schedule(model, pause)))
    this.disposables.track(models.onDidClose(model => this.forget(model)))
    this.disposables.track(vscode.workspace.onDidGrantWorkspaceTrust(() => models.all.forEach(model => this.schedule(model, 0))))
  }

  of(model: Model): KnownData {
    return this.entries.get(model) ?? { status: vscode.workspace.isTrusted ? 'waiting' : 'untrusted', message: null, report: null }
  }

  /** Makes a report now, where there is none of the present text and files. @param anew also where there is one */
  async request(model: Model, anew = false): Promise<void> {
    clearTimeout(this.timers.get(model))
    const { graph } = model
    const before = this.entries.get(model)
    if (!vscode.workspace.isTrusted) return this.set(model, { key: '', status: 'untrusted', message: null, report: null })
    if (!graph || model.stale || model.errors.length > 0) {
      const message = model.errors[0]?.message.split('\n', 1)[0] ?? null
      return this.set(model, { key: '', status: model.result ? 'broken' : 'waiting', message, report: before?.report ?? null })
    }
    const [obstacle] = obstaclesToTraining(graph)
    if (obstacle) return this.set(model, { key: '', status: 'broken', message: obstacle.message, report: null })
    const key = await keyOf(graph, model)
    if (this.models.of(model.uri) !== model) return
    if (!anew && this.entries.get(model)?.key === key && this.entries.get(model)!.status !== 'stopped') return
    const known = anew ? undefined : this.kept.get(key)
    if (known) return this.set(model, { key, status: 'ready', message: null, report: known })
    this.set(model, { key, status: 'reading', message: null, report: before?.report ?? null })
    if (this.running?.model === model) this.running.report.stop()
    this.drop(model)
    this.waiting.push({ model, key })
    void this.next()
  }

  stop(model: Model): void {
    this.drop(model)
    const entry = this.entries.get(model)
    if (entry?.status === 'reading') this.set(model, { ...entry, status: 'stopped', message: null })
    if (this.running?.model === model) this.running.report.stop()
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer)
    this.waiting.length = 0
    this.running?.report.stop()
    this.disposables.dispose()
  }

  private schedule(model: Model, delay: number): void {
    if (!this.wanted(model) && !vscode.workspace.getConfiguration('mtl', model.uri).get<boolean>('dataWarnings', true)) return
    clearTimeout(this.timers.get(model))
    this.timers.set(
      model,
      setTimeout(() => void this.request(model), delay),
    )
  }

  private forget(model: Model): void {
    clearTimeout(this.timers.get(model))
    this.timers.delete(model)
    this.stop(model)
    this.entries.delete(model)
    // Nobody sees its data change from now on.
    for (const key of this.kept.keys()) if (key.startsWith(keyStart(model))) this.kept.delete(key)
    this.changed.fire(model)
  }

  private drop(model: Model): void {
    const at = this.waiting.findIndex(one => one.model === model)
    if (at >= 0) this.waiting.splice(at, 1)
  }

  private async next(): Promise<void> {
    const one = this.running ? undefined : this.waiting.shift()
    if (!one) return
    const { model, key } = one
    const started = Date.now()
    const report = startReport({ graph: model.graph!, folder: path.dirname(model.uri.fsPath), root: model.root.fsPath }, this.settings)
    this.running = { model, key, report }
    const made = await report.done
    this.running = null
    if (!('kind' in made)) this.keep(key, made)
    const entry = this.entries.get(model)
    if (entry?.key === key && entry.status === 'reading') {
      const failed = 'kind' in made ? made.message : null
      this.log.info(
        `data of ${model.file}: ${failed ?? `${'warnings' in made ? made.warnings.length : 0} warnings`} (${Date.now() - started} ms)`,
      )
      if ('kind' in made) this.set(model, { ...entry, status: 'failed', message: made.message })
      else this.set(model, { ...entry, status: 'ready', message: null, report: made })
    }
    void this.next()
  }

  private keep(key: string, report: DataReport): void {
    this.kept.delete(key)
    this.kept.set(key, report)
    const [oldest] = this.kept.keys()
    if (this.kept.size > mostKept) this.kept.delete(oldest!)
  }

  private set(model: Model, entry: Entry): void {
    const before = this.entries.get(model)
    if (
      before &&
      before.key === entry.key &&
      before.status === entry.status &&
      before.message === entry.message &&
      before.report === entry.report
    )
      return
    this.entries.set(model, entry)
    this.changed.fire(model)
  }
}

const keyStart = ({ uri }: Model): string => `${uri.fsPath}\n`

/** The parts of a graph that decide what the network sees of the data, and the state of the files: what lies in folders has changed where that was seen. */
async function keyOf({ sources, nodes, tasks, training }: ModelGraph, model: Model): Promise<string> {
  const folder = path.dirname(model.uri.fsPath)
  const names = sources.flatMap(({ path, options, split }) => [
    path,
    ...Object.values(split.files ?? {}),
    ...Object.values((options.files ?? {}) as Record<string, string>),
  ])
  const stamps = await Promise.all(
    names.map(name =>
      fs.stat(path.join(folder, name)).then(
        ({ size, mtimeMs }) => [name, size, mtimeMs],
        () => [name],
      ),
    ),
  )
  const parts = [
    stamps,
    model.dataChanges,
    training.seed,
    sources.map(({ id, kind, path, options, split }) => ({ id, kind, path, options, split })),
    nodes
      .filter(({ kind }) => ['features', 'input', 'embedding'].includes(kind))
      .map(({ kind, name, inputs, options, shape }) => ({ kind, name, inputs, options, shape })),
    tasks.map(({ name, kind, label, options }) => [name, kind, label && [label.source, label.column], options]),
  ]
  return keyStart(model) + JSON.stringify(parts)
}
