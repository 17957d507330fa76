import * as vscode from 'vscode'
import type { ComparisonSummary } from '../../runs/comparison'
import { comparisonName } from './comparisonText'
import { moveToTrash } from './moveToTrash'
import { isUnderWay, type RunStore } from './runStore'
import { withPhases } from './startTraining'
import type { TrainerProcesses } from './trainerProcesses'
import { trusted } from './trust'

/** What can be done to comparisons, from lenses, the list, the status bar, their panel and the palette. */
export class ComparisonCommands {
  constructor(
    private readonly runs: RunStore,
    private readonly processes: TrainerProcesses,
  ) {}

  async stop(given: unknown): Promise<void> {
    if (!(await trusted('Stopping a comparison ends processes.'))) return
    const comparison = await this.choose(given, isUnderWay, 'Stop which comparison?')
    if (comparison) await this.processes.stop(comparison)
    await this.runs.look()
  }

  async resume(given: unknown): Promise<void> {
    if (!(await trusted())) return
    const canGoOn = ({ status }: ComparisonSummary) => status === 'interrupted' || status === 'stopped' || status === 'failed'
    const comparison = await this.choose(given, canGoOn, 'Go on with which comparison?')
    if (comparison) await withPhases(`Comparing ${comparison.model}`, onPhase => this.processes.resumeComparison(comparison, onPhase))
    await this.runs.look()
  }

  async delete(given: unknown): Promise<void> {
    const comparison = this.runs.comparison(String(given))
    if (!comparison) return
    if (isUnderWay(comparison)) throw new Error(`${comparison.id} is under way. Stop it before you delete it.`)
    const members = this.runs.all.filter(({ partOf }) => partOf?.id === comparison.id)
    const question = `Delete the ${comparisonName(comparison)} with its ${members.length} runs?`
    if ((await vscode.window.showWarningMessage(question, { modal: true }, 'Delete')) !== 'Delete') return
    for (const { folder } of [comparison, ...members]) await moveToTrash(vscode.Uri.file(folder))
    await this.runs.look()
  }

  /** @throws where the comparison that is named is gone */
  async choose(given: unknown, fits: (comparison: ComparisonSummary) => boolean, question: string): Promise<ComparisonSummary | undefined> {
    if (typeof given === 'string') {
      const comparison = this.runs.comparison(given)
      if (!comparison) throw new Error(`There is no comparison ${given} any more.`)
      return comparison
    }
    const fitting = this.runs.comparisons.filter(fits)
    if (fitting.length <= 1) return fitting[0]
    const items = fitting.map(comparison => ({
      label: comparison.model,
      description: `${comparisonName(comparison)}, ${comparison.status}`,
      comparison,
    }))
    return (await vscode.window.showQuickPick(items, { placeHolder: question }))?.comparison
  }
}
