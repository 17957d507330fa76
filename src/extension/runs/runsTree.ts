import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import type { RunSummary } from '../../runs/summary'
import { ageText, bestText, metricText, progressText } from './runText'
import { isLive, type RunStore, type Series } from './runStore'
import { wordsFor } from './seriesWords'

/** The list of runs in the Activity Bar's container, newest first; the members of a series are below it, in their order. */
export class RunsTree implements vscode.TreeDataProvider<string>, vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly changed = this.disposables.track(new vscode.EventEmitter<string | undefined>())
  readonly onDidChangeTreeData = this.changed.event
  private readonly view: vscode.TreeView<string>
  private readonly commands = new Map<string, string>()
  private structure = ''
  private shown = new Map<string, string>()

  /** @param show what a click on a row does */
  constructor(
    private readonly runs: RunStore,
    private readonly show: { readonly run: (run: string) => void; readonly series: (series: Series) => void },
  ) {
    this.view = this.disposables.track(vscode.window.createTreeView<string>('mtl.runs', { treeDataProvider: this }))
    this.disposables.track(runs.onDidChange(() => this.update()))
  }

  /** Tree elements are ids: VS Code keeps selection and focus by them while the numbers change. */
  getChildren(element?: string): string[] {
    if (element !== undefined) return this.runs.all.flatMap(run => (run.partOf?.id === element ? [run.id] : [])).reverse()
    const { all, series } = this.runs
    // A member whose series was deleted by hand is a run like any other.
    const own = all.filter(({ partOf }) => !partOf || !this.runs.oneSeries(partOf.id))
    return [...own, ...series].sort((a, b) => b.created - a.created).map(({ id }) => id)
  }

  getTreeItem(id: string): vscode.TreeItem {
    const series = this.runs.oneSeries(id)
    const run = this.runs.of(id)
    const item = series ? seriesItem(series) : run ? runItem(run, run.partOf !== undefined) : new vscode.TreeItem(id)
    item.id = id
    if (series) item.command = { command: this.commandOf(id), title: `Show ${wordsFor(series).command}` }
    else if (run) item.command = { command: this.commandOf(id), title: 'Show Curves' }
    return item
  }

  dispose(): void {
    this.disposables.dispose()
  }

  /**
   * Each row has a command of its own, without arguments: VS Code forgets a row's arguments when the row is refreshed, and a
   * click that meets a refresh would find no command.
   */
  private commandOf(id: string): string {
    let command = this.commands.get(id)
    if (command === undefined) {
      command = `mtl.showRun.${id}`
      this.commands.set(id, command)
      const show = () => {
        const series = this.runs.oneSeries(id)
        if (series) this.show.series(series)
        else this.show.run(id)
      }
      this.disposables.track(vscode.commands.registerCommand(command, show))
    }
    return command
  }

  private update(): void {
    const live = this.runs.live.length
    this.view.badge =
      live > 0 ? { value: live, tooltip: live === 1 ? '1 run is being trained' : `${live} runs are being trained` } : undefined
    const rows = [...this.runs.all, ...this.runs.series]
    const structure = JSON.stringify(this.getChildren().map(id => [id, this.getChildren(id)]))
    const before = this.shown
    this.shown = new Map(rows.map(row => [row.id, JSON.stringify(row)]))
    if (structure !== this.structure) {
      this.structure = structure
      return this.changed.fire(undefined)
    }
    for (const [id, text] of this.shown) if (before.get(id) !== text) this.changed.fire(id)
  }
}

/** @param isMember its series' row has told the model and the rest */
function runItem(run: RunSummary, isMember: boolean): vscode.TreeItem {
  const name = run.partOf?.label ?? run.model
  const item = new vscode.TreeItem(name)
  const ended = [bestText(run), run.status === 'completed' ? '' : run.status, isMember ? '' : ageText(run.created)]
  item.description = (isLive(run) ? [run.status === 'training' ? '' : run.status, progressText(run)] : ended).filter(Boolean).join(' · ')
  item.iconPath = icon(run.status)
  item.contextValue = `${isMember ? 'member' : 'run'}.${run.status}`
  item.tooltip = tooltip(run)
  item.accessibilityInformation = { label: `${name}, ${run.status}, ${item.description}` }
  return item
}

function seriesItem(series: Series): vscode.TreeItem {
  const { model, status, created, message, id } = series
  const { kind, progress, outcome, details } = wordsFor(series)
  const label = `${model}: ${kind(series)}`
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed)
  item.description =
    status === 'running'
      ? progress(series)
      : [outcome(series), status === 'completed' ? '' : status, ageText(created)].filter(Boolean).join(' · ')
  item.iconPath = icon(status === 'running' ? 'training' : status)
  item.contextValue = `${series.kind}.${status}`
  const text = new vscode.MarkdownString()
  text.appendMarkdown(`**${model}**, ${kind(series)}: ${status}\n\n`)
  if (message) text.appendText(message).appendMarkdown('\n\n')
  text.appendMarkdown(`${details(series)}\n\n\`${id}\``)
  item.tooltip = text
  item.accessibilityInformation = { label: `${label}, ${status}, ${item.description}` }
  return item
}

function icon(status: RunSummary['status']): vscode.ThemeIcon {
  switch (status) {
    case 'starting':
    case 'training':
      return new vscode.ThemeIcon('sync~spin', new vscode.ThemeColor('charts.blue'))
    case 'paused':
      return new vscode.ThemeIcon('debug-pause', new vscode.ThemeColor('charts.yellow'))
    case 'completed':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'))
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'))
    case 'stopped':
      return new vscode.ThemeIcon('circle-slash')
    case 'interrupted':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('charts.orange'))
  }
}

function tooltip(run: RunSummary): vscode.MarkdownString {
  const text = new vscode.MarkdownString()
  text.appendMarkdown(`**${run.model}** ${run.status}\n\n`)
  if (run.message) text.appendText(run.message).appendMarkdown('\n\n')
  text.appendMarkdown(
    `Seed ${run.seed}, weighting \`${run.weighting}\`, epoch ${run.epoch} of ${run.epochs}, started ${new Date(run.created).toLocaleString()}\n\n`,
  )
  const rows = run.tasks.flatMap(task =>
    Object.entries(run.best[task] ?? {}).map(([name, value]) => `| ${task} | ${name.replaceAll('_', ' ')} | ${metricText(value)} |`),
  )
  if (rows.length > 0) text.appendMarkdown(`| task | best checkpoint | |\n|---|---|---:|\n${rows.join('\n')}\n\n`)
  text.appendMarkdown(`\`${run.id}\``)
  return text
}
