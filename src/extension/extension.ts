import * as path from 'node:path'
import * as vscode from 'vscode'
import { LanguageHost } from '../language/host'
import { activeModel, visibleModel } from './commands/activeModel'
import { addTypes } from './commands/addTypes'
import { EngineCheck } from './commands/checkEngine'
import { explainDiagnostic } from './commands/explainDiagnostic'
import { installTensorFlow } from './commands/installTensorFlow'
import { newModel } from './commands/newModel'
import { newModelFromData } from './commands/newModelFromData'
import { openExample, showOpenedExample } from './commands/openExample'
import { CodeLenses } from './editor/codeLenses'
import { ConflictFixes } from './editor/conflictFixes'
import { ConflictLines } from './editor/conflictLines'
import { ConflictRuns } from './editor/conflictRuns'
import { DataFixes } from './editor/dataFixes'
import { DataWarnings } from './editor/dataWarnings'
import { Diagnostics } from './editor/diagnostics'
import { InlayHints } from './editor/inlayHints'
import { TaskGroups } from './editor/taskGroups'
import { QuickFixes } from './editor/quickFixes'
import { DataReports } from './models/dataReports'
import { Models } from './models/models'
import { ProfilerProcess } from './models/profilerProcess'
import { Profiles } from './models/profiles'
import { nodeProgram } from './nodeProgram'
import { AffinityPanel } from './panels/affinityPanel'
import { ComparisonPanel } from './panels/comparisonPanel'
import { ConflictPanel } from './panels/conflictPanel'
import { CurvesPanel, runToShow } from './panels/curvesPanel'
import { DataPanel } from './panels/dataPanel'
import { GraphPanel } from './panels/graphPanel'
import { ContextKeys } from './runs/contextKeys'
import { crossValidate, followCrossValidation, showCrossValidation } from './runs/crossValidate'
import { LaunchProblems } from './runs/launchProblems'
import { RunNotifications } from './runs/notifications'
import { RunCommands } from './runs/runCommands'
import { RunsTree } from './runs/runsTree'
import { RunStore } from './runs/runStore'
import { SeriesCommands } from './runs/seriesCommands'
import { startAffinity, startComparison, startTraining } from './runs/startTraining'
import { wordsOf } from './runs/seriesWords'
import { RunStatusBar } from './runs/statusBar'
import { TensorFlowLibrary } from './runs/tensorflow'
import { TrainerProcesses } from './runs/trainerProcesses'

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('MTL', { log: true })
  context.subscriptions.push(log)
  const started = performance.now()
  try {
    compose(context, log)
    log.info(`activated in ${Math.round(performance.now() - started)} ms`)
  } catch (error) {
    log.error(error instanceof Error ? error : String(error))
    void vscode.window.showErrorMessage(`MTL Workbench could not start: ${error instanceof Error ? error.message : String(error)}`)
    throw error
  }
}

/** The extension from top to bottom: what is made, and what it is made of. */
function compose(
  { extensionUri, globalState, globalStorageUri, workspaceState, subscriptions }: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): void {
  const track = <T extends vscode.Disposable>(item: T): T => (subscriptions.push(item), item)

  const program = (name: string) => vscode.Uri.joinPath(extensionUri, 'dist', name).fsPath

  // Its worker starts with the first evaluation.
  const language = track(new LanguageHost({ dist: path.dirname(program('evaluator.js')) }))
  const profiler = track(
    new ProfilerProcess({
      script: program('profiler.js'),
      get node() {
        return nodeProgram()
      },
    }),
  )
  const profiles = track(new Profiles(profiler, log))
  const models = track(new Models(language, profiles, log))
  const runs = track(new RunStore(models, log))
  const tensorflow = new TensorFlowLibrary(vscode.Uri.joinPath(globalStorageUri, 'tensorflow').fsPath)
  const processes = new TrainerProcesses({ trainer: program('trainer.js'), series: program('series.js') }, tensorflow, log)
  const problems = track(new LaunchProblems())

  track(new Diagnostics(models))
  track(new QuickFixes(models))
  const reportSettings = {
    script: program('dataReport.js'),
    get node() {
      return nodeProgram()
    },
  }
  const reports = track(new DataReports(models, reportSettings, log, model => data.shows(model)))
  const data: DataPanel = track(new DataPanel(extensionUri, models, reports, log))
  track(new DataWarnings(models, reports))
  track(new DataFixes(models, reports))
  track(new InlayHints(models, runs))
  track(new CodeLenses(models, runs))
  const conflictRuns = track(new ConflictRuns(models, runs, workspaceState, log))
  track(new ConflictFixes(models, conflictRuns, track(new ConflictLines(models, conflictRuns))))

  const graph = track(new GraphPanel(extensionUri, models, conflictRuns, log))
  const curves = track(new CurvesPanel(extensionUri, runs, log))
  const conflictPanel = track(new ConflictPanel(extensionUri, runs, log))
  const groups = new TaskGroups(models, runs)
  const affinities = track(new AffinityPanel(extensionUri, models, runs, log, (uri, given) => groups.write(uri, given)))
  const comparisons = track(new ComparisonPanel(extensionUri, workspaceState, runs))
  track(
    new RunsTree(runs, {
      run: run => curves.show([run]),
      series: ({ kind, id }) => void vscode.commands.executeCommand(`mtl.show${wordsOf(kind).command}`, id),
    }),
  )
  track(new RunStatusBar(runs))
  track(new RunNotifications(runs, log))
  track(new ContextKeys(runs, models))

  const command = (name: string, run: (...args: unknown[]) => unknown) => track(register(name, run, log))
  const runCommands = new RunCommands(runs, processes)
  command('mtl.train', async given => {
    const uri = await activeModel(given)
    const run = uri && (await startTraining(uri, { models, runs, processes, problems }))
    if (run) curves.show([run])
    return run
  })
  command('mtl.compare', async given => {
    const uri = await activeModel(given)
    const id = uri && (await startComparison(uri, { models, runs, processes, problems }))
    if (id !== undefined) comparisons.show(id)
    return id
  })
  command('mtl.crossValidate', async (given, folds) => {
    const uri = await activeModel(given)
    return uri && crossValidate(uri, { models, runs, processes, problems }, typeof folds === 'number' ? folds : undefined)
  })
  command('mtl.measureAffinity', async given => {
    const uri = await activeModel(given)
    const id = uri && (await startAffinity(uri, { models, runs, processes, problems }))
    if (id !== undefined) affinities.show(id)
    return id
  })
  command('mtl.groupTasks', async given => {
    const uri = await activeModel(given)
    if (uri) await groups.choose(uri)
  })
  const seriesCommands = [
    new SeriesCommands('comparison', runs, processes, ({ id }) => comparisons.show(id)),
    new SeriesCommands(
      'crossValidation',
      runs,
      processes,
      one => showCrossValidation(one),
      ({ id, model }) => void followCrossValidation(id, model, runs),
    ),
    new SeriesCommands('affinity', runs, processes, ({ id }) => affinities.show(id)),
  ]
  for (const { all } of seriesCommands) for (const [name, run] of Object.entries(all)) command(name, run)
  command('mtl.stop', run => runCommands.stop(run))
  command('mtl.pause', run => runCommands.pause(run))
  command('mtl.resume', run => runCommands.resume(run))
  command('mtl.openModel', run => runCommands.openModel(run))
  command('mtl.revealRun', run => runCommands.reveal(run))
  command('mtl.deleteRun', (run, selected) => runCommands.delete(run, selected))
  command('mtl.refreshRuns', () => runs.refresh())
  command('mtl.showGraph', async given => {
    const uri = await activeModel(given)
    if (uri) graph.show(uri)
  })
  command('mtl.openData', async given => {
    const uri = await activeModel(given)
    if (uri) data.show(uri)
  })
  command('mtl.toggleGraphLock', () => graph.lock())
  command('mtl.showCurves', (given, selected) => {
    const ids = Array.isArray(selected) ? selected.map(String) : typeof given === 'string' ? [given] : [runToShow(runs)?.id ?? []].flat()
    if (ids.length === 0) void vscode.window.showInformationMessage('There are no runs yet. Train a model first.')
    else curves.show(ids)
  })
  command('mtl.chooseConflictRun', async given => {
    const uri = await activeModel(given)
    if (uri) await conflictRuns.choose(uri)
  })
  command('mtl.showConflict', given => {
    const run = typeof given === 'string' ? given : (conflictRuns.shownFor(visibleModel()) ?? runToShow(runs)?.id)
    if (run === undefined) void vscode.window.showInformationMessage('There are no runs yet. Train a model first.')
    else conflictPanel.show(run)
  })
  command('mtl.openExample', () => openExample(extensionUri, globalState))
  void showOpenedExample(globalState)
  command('mtl.newModel', given => newModel(given))
  command('mtl.newModelFromData', given => newModelFromData(given, profiler))
  const engineCheck = track(new EngineCheck(tensorflow, program('doctor.js')))
  command('mtl.checkEngine', () => engineCheck.run())
  command('mtl.installTensorFlow', () => installTensorFlow(tensorflow, program('doctor.js'), log))
  command('mtl.addTypes', () => addTypes(extensionUri))
  command('mtl.explainDiagnostic', code => explainDiagnostic(extensionUri, code))
}

/** A command whose failure is told to the user, who clicked something and waits for it. */
function register(name: string, run: (...args: unknown[]) => unknown, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.commands.registerCommand(name, async (...args: unknown[]) => {
    try {
      return await run(...args)
    } catch (error) {
      log.error(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error))
      return undefined
    }
  })
}
