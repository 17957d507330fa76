import { existsSync } from 'node:fs'
import * as vscode from 'vscode'
import { RunFolder } from '../../runs/folder'
import type { RunSummary } from '../../runs/summary'
import { moveToTrash } from './moveToTrash'
import { isLive, type RunStore } from './runStore'
import { withPhases } from './startTraining'
import type { TrainerProcesses } from './trainerProcesses'
import { trusted } from './trust'

/** What can be done to runs, from lenses, the list, the status bar, the curves panel and the palette. */
export class RunCommands {
  constructor(
    private readonly runs: RunStore,
    private readonly processes: TrainerProcesses,
  ) {}

  async stop(given: unknown): Promise<void> {
    if (!(await trusted('Stopping a run ends a process.'))) return
    const run = await this.choose(given, isLive, 'Stop which run?')
    if (run) await this.processes.stop(run)
    await this.runs.look()
  }

  async pause(given: unknown): Promise<void> {
    if (!(await trusted('Pausing a run talks to a process.'))) return
    const run = await this.choose(given, r => r.status === 'training' || r.status === 'starting', 'Pause which run?')
    if (run) await this.processes.pause(run)
    await this.runs.look()
  }

  /** A paused run goes on in its process; one whose process is gone goes on from its last checkpoint in a new one. */
  async resume(given: unknown): Promise<void> {
    if (!(await trusted())) return
    const run = await this.choose(given, isResumable, 'Resume which run?')
    // Another window may have been quicker.
    if (run && isResumable(run)) await withPhases(`Resuming ${run.model}`, onPhase => this.processes.resume(run, onPhase))
    await this.runs.look()
  }

  async openModel(given: unknown): Promise<void> {
    const run = await this.choose(given, () => true, 'Open the model of which run?')
    if (!run) return
    const uri = vscode.Uri.file(run.modelFile)
    await vscode.window.showTextDocument(existsSync(run.modelFile) ? await vscode.workspace.openTextDocument(uri) : await recordedText(run))
  }

  async reveal(given: unknown): Promise<void> {
    const run = await this.choose(given, () => true, 'Reveal the folder of which run?')
    if (!run) return
    const folder = vscode.Uri.file(run.folder)
    // In the browser there is no file manager of the system: the workspace's own tree shows the folder.
    const command = vscode.env.uiKind === vscode.UIKind.Desktop && !vscode.env.remoteName ? 'revealFileInOS' : 'revealInExplorer'
    await vscode.commands.executeCommand(command, folder)
  }

  async delete(given: unknown, selected?: unknown): Promise<void> {
    await this.runs.look()
    const ids = Array.isArray(selected) && selected.length > 0 ? selected : [given]
    const chosen = ids.map(id => this.runs.of(String(id))).filter(run => run !== undefined)
    const live = chosen.find(isLive)
    if (live) throw new Error(`${live.id} is still being trained. Stop it before you delete it.`)
    if (chosen.length === 0) return
    const question =
      chosen.length === 1
        ? `Delete the run ${chosen[0]!.id}, with its curves and weights?`
        : `Delete ${chosen.length} runs, with their curves and weights?`
    if ((await vscode.window.showWarningMessage(question, { modal: true }, 'Delete')) !== 'Delete') return
    for (const run of chosen) await moveToTrash(vscode.Uri.file(run.folder))
    await this.runs.look()
  }

  private async choose(given: unknown, fits: (run: RunSummary) => boolean, question: string): Promise<RunSummary | undefined> {
    await this.runs.look()
    if (typeof given === 'string') {
      const run = this.runs.of(given)
      if (!run) throw new Error(`There is no run ${given} any more.`)
      return run
    }
    const fitting = this.runs.all.filter(fits)
    if (fitting.length <= 1) return fitting[0]
    const items = fitting.map(run => ({ label: run.model, description: run.status, detail: run.id, run }))
    return (await vscode.window.showQuickPick(items, { placeHolder: question }))?.run
  }
}

export const isResumable = (run: RunSummary): boolean => run.status === 'paused' || run.status === 'interrupted' || run.status === 'stopped'

/** The model's text as it was trained, for a run whose model file has gone, as a new document. */
async function recordedText(run: RunSummary): Promise<vscode.TextDocument> {
  const { sources, graph } = new RunFolder(run.folder).readManifest()
  return vscode.workspace.openTextDocument({ language: 'typescript', content: sources[graph.file] ?? '' })
}
