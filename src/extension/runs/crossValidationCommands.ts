import * as vscode from 'vscode'
import type { CrossValidationSummary } from '../../runs/crossValidation'
import { followCrossValidation, progressText, showCrossValidation } from './crossValidate'
import { moveToTrash } from './moveToTrash'
import { isUnderWay, type RunStore } from './runStore'
import { dayOf, timeOf } from './runText'
import { withPhases } from './startTraining'
import type { TrainerProcesses } from './trainerProcesses'
import { trusted } from './trust'

/** `5-fold cross-validation of 22 Nov, 03:50`: tells it from others of the model. */
const nameOf = ({ folds, created }: CrossValidationSummary): string =>
  `${folds}-fold cross-validation of ${dayOf(created)}, ${timeOf(created)}`

/** What can be done to cross-validations, from the list, the status bar and the palette. */
export class CrossValidationCommands {
  constructor(
    private readonly runs: RunStore,
    private readonly processes: TrainerProcesses,
  ) {}

  async show(given: unknown): Promise<void> {
    const chosen = await this.choose(given, () => true, 'Show which cross-validation?')
    if (chosen) await showCrossValidation(chosen)
  }

  async stop(given: unknown): Promise<void> {
    if (!(await trusted('Stopping a cross-validation ends processes.'))) return
    const chosen = await this.choose(given, isUnderWay, 'Stop which cross-validation?')
    if (chosen) await this.processes.stop(chosen)
    await this.runs.look()
  }

  async resume(given: unknown): Promise<void> {
    if (!(await trusted())) return
    const chosen = await this.choose(given, canGoOn, 'Go on with which cross-validation?')
    if (!chosen) return
    await withPhases(`Cross-validating ${chosen.model}`, onPhase => this.processes.resumeCrossValidation(chosen, onPhase))
    await this.runs.look()
    void followCrossValidation(chosen.id, chosen.model, this.runs)
  }

  /** Its folds go with it: alone they say nothing. */
  async delete(given: unknown): Promise<void> {
    const chosen = this.runs.crossValidation(String(given))
    if (!chosen) return
    if (isUnderWay(chosen)) throw new Error(`${chosen.id} is under way. Stop it before you delete it.`)
    const members = this.runs.all.filter(({ partOf }) => partOf?.id === chosen.id)
    const runs = members.length === 1 ? 'its run' : `its ${members.length} runs`
    const question = `Delete the ${nameOf(chosen)}${members.length > 0 ? ` with ${runs}` : ''}?`
    if ((await vscode.window.showWarningMessage(question, { modal: true }, 'Delete')) !== 'Delete') return
    for (const { folder } of [chosen, ...members]) await moveToTrash(vscode.Uri.file(folder))
    await this.runs.look()
  }

  /** @throws Error where the cross-validation that is named is gone */
  private async choose(
    given: unknown,
    fits: (one: CrossValidationSummary) => boolean,
    question: string,
  ): Promise<CrossValidationSummary | undefined> {
    if (typeof given === 'string') {
      const named = this.runs.crossValidation(given)
      if (!named) throw new Error(`There is no cross-validation ${given} any more.`)
      return named
    }
    const fitting = this.runs.crossValidations.filter(fits)
    if (fitting.length <= 1) return fitting[0]
    const items = fitting.map(one => ({
      label: one.model,
      description: `${nameOf(one)}, ${isUnderWay(one) ? progressText(one) : one.status}`,
      one,
    }))
    return (await vscode.window.showQuickPick(items, { placeHolder: question }))?.one
  }
}

export const canGoOn = ({ status }: Pick<CrossValidationSummary, 'status'>): boolean =>
  status === 'interrupted' || status === 'stopped' || status === 'failed'
