import * as path from 'node:path'
import type * as vscode from 'vscode'
import { affinity } from '../../runs/affinity'
import { comparison } from '../../runs/comparison'
import type { ControlRequest } from '../../runs/control'
import { crossValidation } from '../../runs/crossValidation'
import { RunEnded, sendControl } from '../../runs/controlClient'
import { defaultRunsFolder, RunError, RunFolder } from '../../runs/folder'
import { launch, stopRun } from '../../runs/launch'
import { liveProcess } from '../../runs/live'
import { lockHolder } from '../../runs/lock'
import { launchSeries, textChanged, unfinishedSeries, type SeriesKind, type SeriesManifest } from '../../runs/seriesKind'
import type { RunSummary } from '../../runs/summary'
import type { Model } from '../models/model'
import { deviceChoice, engineChoice } from '../engineChoice'
import { nodeProgram } from '../nodeProgram'
import type { Series, SeriesName } from './runStore'
import type { TensorFlowLibrary } from './tensorflow'

const kinds: Readonly<Record<SeriesName, SeriesKind<SeriesManifest, { readonly format: 1 }, unknown>>> = {
  comparison,
  crossValidation,
  affinity,
}

/** Starts training processes and talks to them, whoever started them. They are detached: closing VS Code ends none. */
export class TrainerProcesses {
  constructor(
    /** Paths of the programs in `dist`. */
    private readonly programs: { readonly trainer: string; readonly series: string },
    private readonly tensorflow: TensorFlowLibrary,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** @throws LaunchError where the model or its data are at fault */
  async start(model: Model, onPhase: (message: string) => void): Promise<RunFolder> {
    const folder = await launch({
      ...this.program(onPhase),
      runs: defaultRunsFolder(model.root.fsPath),
      modelFile: model.uri.fsPath,
      root: model.root.fsPath,
      engine: engineChoice(),
      device: deviceChoice(),
    })
    this.log.info(`${folder.id}: started`)
    return folder
  }

  /** @throws LaunchError as above, or where there is nothing to compare */
  async compare(model: Model, onPhase: (message: string) => void): Promise<RunFolder> {
    return this.startSeries('comparison', model, {}, onPhase, null)
  }

  /** Goes on with one of the same file and folds that was interrupted. @throws LaunchError as above */
  async crossValidate(model: Model, folds: number, onPhase: (message: string) => void): Promise<RunFolder> {
    return this.startOrGoOn('crossValidation', model, { folds }, onPhase)
  }

  /** Goes on with one of the same file that was interrupted. @throws LaunchError as above */
  async measureAffinity(model: Model, onPhase: (message: string) => void): Promise<RunFolder> {
    return this.startOrGoOn('affinity', model, {}, onPhase)
  }

  async resumeSeries({ kind, id, folder }: Series, onPhase: (message: string) => void): Promise<void> {
    await launchSeries(kinds[kind], { ...this.series(onPhase), runs: path.dirname(folder), resume: folder })
    this.log.info(`${id}: resumed`)
  }

  /** A run that has just ended, or was stopped from another window, needs no pause. */
  async pause(run: RunSummary): Promise<void> {
    try {
      await this.send(run, { command: 'pause' })
    } catch (error) {
      if (!(error instanceof RunEnded)) throw error
      this.log.info(error.message)
    }
  }

  async resume(run: RunSummary, onPhase: (message: string) => void): Promise<void> {
    if (run.status === 'paused') return this.send(run, { command: 'resume' })
    try {
      await launch({ ...this.program(onPhase), runs: path.dirname(run.folder), resume: run.folder })
      this.log.info(`${run.id}: resumed`)
    } catch (error) {
      // Of two windows that resume a run at once one gets it, and both have what they wanted.
      if (!lockHolder(new RunFolder(run.folder))) throw error
      this.log.info(`${run.id}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  /** Ends a run, or a series with the run that it is at. */
  async stop({ folder }: { readonly folder: string }): Promise<void> {
    await stopRun(new RunFolder(folder))
  }

  private program(onPhase: (message: string) => void) {
    return { trainer: this.programs.trainer, node: nodeProgram(), ...this.tensorflow.request, onPhase }
  }

  private series(onPhase: (message: string) => void) {
    return { program: this.programs.series, node: nodeProgram(), ...this.tensorflow.request, onPhase }
  }

  private async startOrGoOn(kind: SeriesName, model: Model, wishes: object, onPhase: (message: string) => void): Promise<RunFolder> {
    const asked = { ...wishes, engine: engineChoice(), device: deviceChoice() }
    const before = unfinishedSeries(kinds[kind], defaultRunsFolder(model.root.fsPath), model.uri.fsPath, asked)
    const folder = before && !textChanged(before.manifest) ? before.folder : null
    if (folder && liveProcess(folder)) return folder
    return this.startSeries(kind, model, wishes, onPhase, folder)
  }

  private async startSeries(
    kind: SeriesName,
    model: Model,
    wishes: object,
    onPhase: (message: string) => void,
    before: RunFolder | null,
  ): Promise<RunFolder> {
    const folder = await launchSeries(kinds[kind], {
      ...this.series(onPhase),
      runs: defaultRunsFolder(model.root.fsPath),
      modelFile: model.uri.fsPath,
      root: model.root.fsPath,
      asked: { ...wishes, engine: engineChoice(), device: deviceChoice() },
      ...(before && { resume: before.path }),
    })
    this.log.info(`${folder.id}: ${before ? 'resumed' : 'started'}`)
    return folder
  }

  private async send(run: RunSummary, request: ControlRequest): Promise<void> {
    const answer = await sendControl(new RunFolder(run.folder), request)
    if (!answer.ok) throw new RunError(answer.error ?? `${run.id} refused to ${request.command}.`)
  }
}
