import * as vscode from 'vscode'
import { moveToTrash } from './moveToTrash'
import { canGoOn, isUnderWay, type RunStore, type SeriesName, type SeriesOf } from './runStore'
import { seriesTitle, wordsOf, type SeriesWords } from './seriesWords'
import { withPhases } from './startTraining'
import type { TrainerProcesses } from './trainerProcesses'
import { trusted } from './trust'

/** What can be done to series of one kind, from lenses, the list, the status bar, their pages and the palette. */
export class SeriesCommands<Name extends SeriesName> {
  private readonly words: SeriesWords<SeriesOf<Name>>

  constructor(
    private readonly kind: Name,
    private readonly runs: RunStore,
    private readonly processes: TrainerProcesses,
    /** Shows one, or its result. */
    private readonly open: (series: SeriesOf<Name>) => unknown,
    /** Called when one goes on. */
    private readonly resumed: (series: SeriesOf<Name>) => void = () => {},
  ) {
    this.words = wordsOf(kind)
  }

  /** The commands by name. */
  get all(): Readonly<Record<string, (given: unknown) => Promise<void>>> {
    const { command } = this.words
    return {
      [`mtl.show${command}`]: given => this.show(given),
      [`mtl.stop${command}`]: given => this.stop(given),
      [`mtl.resume${command}`]: given => this.resume(given),
      [`mtl.delete${command}`]: given => this.delete(given),
    }
  }

  private async show(given: unknown): Promise<void> {
    const chosen = await this.choose(given, () => true, `Show which ${this.words.noun}?`)
    if (chosen) await this.open(chosen)
  }

  private async stop(given: unknown): Promise<void> {
    if (!(await trusted(`Stopping a ${this.words.noun} ends processes.`))) return
    const chosen = await this.choose(given, isUnderWay, `Stop which ${this.words.noun}?`)
    if (chosen) await this.processes.stop(chosen)
    await this.runs.look()
  }

  private async resume(given: unknown): Promise<void> {
    if (!(await trusted())) return
    const chosen = await this.choose(given, canGoOn, `Go on with which ${this.words.noun}?`)
    if (!chosen) return
    await withPhases(`${this.words.doing}: ${chosen.model}`, onPhase => this.processes.resumeSeries(chosen, onPhase))
    await this.runs.look()
    this.resumed(chosen)
  }

  /** Its runs go with it: alone they say nothing. */
  private async delete(given: unknown): Promise<void> {
    const chosen = this.runs.oneSeries(String(given))
    if (!chosen) return
    if (isUnderWay(chosen)) throw new Error(`${chosen.id} is under way. Stop it before you delete it.`)
    const members = this.runs.all.filter(({ partOf }) => partOf?.id === chosen.id)
    const runs = members.length === 1 ? 'its run' : `its ${members.length} runs`
    const question = `Delete the ${seriesTitle(chosen)}${members.length > 0 ? ` with ${runs}` : ''}?`
    if ((await vscode.window.showWarningMessage(question, { modal: true }, 'Delete')) !== 'Delete') return
    for (const { folder } of [chosen, ...members]) await moveToTrash(vscode.Uri.file(folder))
    await this.runs.look()
  }

  /** @throws Error where the one that is named is gone */
  private async choose(given: unknown, fits: (one: SeriesOf<Name>) => boolean, question: string): Promise<SeriesOf<Name> | undefined> {
    const all = this.runs.seriesOf(this.kind)
    if (typeof given === 'string') {
      const named = all.find(({ id }) => id === given)
      if (!named) throw new Error(`There is no ${this.words.noun} ${given} any more.`)
      return named
    }
    const fitting = all.filter(fits)
    if (fitting.length <= 1) return fitting[0]
    const items = fitting.map(one => ({
      label: one.model,
      description: `${seriesTitle(one)}, ${isUnderWay(one) ? this.words.progress(one) : one.status}`,
      one,
    }))
    return (await vscode.window.showQuickPick(items, { placeHolder: question }))?.one
  }
}
