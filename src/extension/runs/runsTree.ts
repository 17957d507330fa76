import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import type { RunSummary } from '../../runs/summary'
import { ageText, bestText, metricText, progressText } from './runText'
import { isLive, type RunStore } from './runStore'

/** The list of runs in the Activity Bar's container, newest first. */
export class RunsTree implements vscode.TreeDataProvider<string>, vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly changed = this.disposables.track(new vscode.EventEmitter<string | undefined>())
  readonly onDidChangeTreeData = this.changed.event
  private readonly view: vscode.TreeView<string>
  private readonly commands = new Map<string, string>()
  private shown: readonly RunSummary[] = []

  /** @param show what a click on a row does */
  constructor(
    private readonly runs: RunStore,
    private readonly show: (run: string) => void,
  ) {
    this.view = this.disposables.track(vscode.window.createTreeView<string>('mtl.runs', { treeDataProvider: this }))
    this.disposables.track(runs.onDidChange(() => this.update()))
  }

  /** Tree elements are ids: VS Code keeps selection and focus by them while the numbers change. */
  getChildren(element?: string): string[] {
    if (element !== undefined) return []
    this.shown = this.runs.all
    return this.shown.map(run => run.id)
  }

  getTreeItem(id: string): vscode.TreeItem {
    const run = this.runs.of(id)
    const item = new vscode.TreeItem(run?.model ?? id)
    item.id = id
    if (!run) return item
    item.description = isLive(run)
      ? [run.status === 'training' ? '' : run.status, progressText(run)].filter(Boolean).join(' · ')
      : [bestText(run), run.status === 'completed' ? '' : run.status, ageText(run.created)].filter(Boolean).join(' · ')
    item.iconPath = icon(run.status)
    item.contextValue = `run.${run.status}`
    item.tooltip = tooltip(run)
    item.accessibilityInformation = { label: `${run.model}, ${run.status}, ${item.description}` }
    item.command = { command: this.commandOf(id), title: 'Show Curves' }
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
      this.disposables.track(vscode.commands.registerCommand(command, () => this.show(id)))
    }
    return command
  }

  private update(): void {
    const live = this.runs.live.length
    this.view.badge =
      live > 0 ? { value: live, tooltip: live === 1 ? '1 run is being trained' : `${live} runs are being trained` } : undefined
    const sameRows = this.shown.length === this.runs.all.length && this.shown.every((run, i) => run.id === this.runs.all[i]!.id)
    if (!sameRows) return this.changed.fire(undefined)
    for (const [i, run] of this.runs.all.entries()) {
      if (JSON.stringify(run) !== JSON.stringify(this.shown[i])) this.changed.fire(run.id)
    }
    this.shown = this.runs.all
  }
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
