import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DataError, type Dataset, type Split } from '../data/dataset'
import { open } from '../data/open'
import type { ModelGraph } from '../ir/graph'
import { writeFileAtomically } from '../runs/atomic'
import {
  comparisonFiles,
  comparisonKind,
  readComparison,
  type ComparisonManifest,
  type ComparisonRequest,
  type ComparisonSettings,
  type ComparisonWishes,
} from '../runs/comparison'
import { deltaPlotFile } from '../runs/deltaPlot'
import { RunFolder } from '../runs/folder'
import type { TrainerMessage } from '../runs/launch'
import { runSeries } from '../runs/series'
import type { SeriesProgress } from '../runs/seriesProgress'
import { weightingsOf } from '../training/comparison/methods'
import { planComparison } from '../training/comparison/plan'
import { comparisonResult } from '../training/comparison/result'
import { workspaceOf } from '../runs/workspace'
import { dataProblem } from './dataProblem'
import { Locator, startOf } from './located'
import { record, sourcesOf } from './manifest'
import { ModelProblem } from './modelProblem'
import { openTrainableModel } from './openModel'
import { seriesSession } from './seriesSession'

const defaultSeeds = 3

/**
 * A comparing process's whole work: from the request to `result.json` and `delta.svg`.
 * @param trainer path of `dist/trainer.js`
 * @throws ModelProblem where there is nothing to compare; RunError, LaunchError where a member can't be trained
 */
export async function comparisonSession(
  request: ComparisonRequest,
  trainer: string,
  abort: AbortController,
  tell: (message: TrainerMessage) => void,
): Promise<SeriesProgress['status']> {
  const folder = new RunFolder(request.folder)
  tell({ type: 'phase', message: 'Reading the model and its data' })
  const manifest = request.resume ? readComparison(folder) : await newComparison(folder, request)
  const { graph, settings, model } = manifest
  const path = (file: string) => join(folder.path, file)
  return seriesSession(folder, abort, async onProgress => {
    if (!existsSync(path(comparisonFiles.manifest)))
      writeFileAtomically(path(comparisonFiles.manifest), `${JSON.stringify(manifest, null, 1)}\n`)
    tell({ type: 'started' })
    const { modelFile, root } = placeOf(manifest, request)
    const plan = (results: Parameters<typeof planComparison>[2]) => planComparison(graph, settings, results)
    const results = await runSeries({
      folder,
      kind: comparisonKind,
      launch: {
        trainer,
        runs: folder.runs,
        recorded: path(comparisonFiles.manifest),
        modelFile,
        root,
        epochs: settings.epochs,
        engine: settings.engine,
        device: settings.device,
        ...(request.tensorflow !== undefined && { tensorflow: request.tensorflow }),
      },
      plan,
      // A training that diverged says that the learning rate is at fault: that is a result, too.
      counts: end => end.setting === 'optimizer',
      signal: abort.signal,
      onProgress,
    })
    const result = comparisonResult(folder.id, model, graph, settings, plan(results).standings)
    writeFileAtomically(path(comparisonFiles.plot), deltaPlotFile(result))
    writeFileAtomically(path(comparisonFiles.result), `${JSON.stringify(result, null, 1)}\n`)
  })
}

/** @throws ModelProblem */
async function newComparison(folder: RunFolder, request: ComparisonRequest): Promise<ComparisonManifest> {
  const model = await openTrainableModel(request.modelFile!, request.root ?? workspaceOf(request.modelFile!))
  const { graph, file, root } = model
  if (graph.tasks.length < 2) {
    const [task] = graph.tasks
    throw problemAt(graph, root, `the model has one task, '${task!.name}': there is nothing to compare with single-task models`)
  }
  const settings = settingsOf(graph, request, root)
  let dataset: Dataset
  try {
    dataset = await open(graph, { folder: dirname(file), root })
    checkLabels(graph, dataset)
  } catch (error) {
    throw error instanceof DataError ? new ModelProblem(dataProblem(error, graph, root)) : error
  }
  const recorded = record(folder, { file, root, graph, sources: sourcesOf(root, model.files) }, dataset.fingerprints)
  const { methods, seeds, learningRates, epochs, engine, device } = request
  const asked = Object.fromEntries(
    Object.entries({ methods, seeds, learningRates, epochs, engine, device }).filter(([, value]) => value !== undefined),
  ) as ComparisonWishes
  return { format: 1, ...recorded, created: Date.now(), settings, asked }
}

function settingsOf(graph: ModelGraph, request: ComparisonRequest, root: string): ComparisonSettings {
  const { training } = graph
  const { kind, options } = training.weighting
  let methods: ComparisonSettings['methods']
  try {
    methods = request.methods ? weightingsOf(request.methods, graph) : { [kind]: { kind, options } }
  } catch (error) {
    throw error instanceof RangeError ? problemAt(graph, root, error.message) : error
  }
  return {
    methods,
    tuned: request.methods !== undefined,
    seeds: Array.from({ length: request.seeds ?? defaultSeeds }, (_, i) => training.seed + i),
    learningRates: request.learningRates ?? [training.optimizer.options.learningRate as number],
    epochs: request.epochs ?? training.epochs,
    engine: request.engine ?? 'auto',
    device: request.device ?? 'auto',
  }
}

/** Validation rows choose and test rows judge: each task must have labels among both. Training rows were checked when they were read. */
function checkLabels(graph: ModelGraph, { validation, test }: Dataset): void {
  for (const [name, split] of Object.entries({ validation, test })) {
    for (const task of graph.tasks) {
      if (hasLabel(split, task.name)) continue
      const { column, source } = task.label!
      const file = graph.sources.find(({ id }) => id === source)?.path ?? ''
      const message = `${file}, column '${column}' (task '${task.name}'): no row of the ${name} split has a label, so the task can't be compared`
      throw new DataError('mtl/no-labels', message, { file, column, source })
    }
  }
}

function hasLabel(split: Split, task: string): boolean {
  const size = 256
  for (let start = 0; start < split.rows; start += size) {
    const rows = Array.from({ length: Math.min(size, split.rows - start) }, (_, i) => start + i)
    if (split.batch(rows, size).masks[task]!.some(mask => mask > 0)) return true
  }
  return false
}

function problemAt(graph: ModelGraph, root: string, message: string): ModelProblem {
  const span = graph.span ?? startOf(graph.file)
  const diagnostic = { code: 'mtl/not-comparable', severity: 'error' as const, message, span }
  return new ModelProblem({ message, diagnostics: [new Locator(root).locate(diagnostic)] })
}

/** Where the model stands now, as the request says, or where it stood. */
const placeOf = ({ modelFile, root }: ComparisonManifest, request: ComparisonRequest) => ({
  modelFile: request.modelFile ?? modelFile,
  root: request.root ?? (request.modelFile === undefined ? root : workspaceOf(request.modelFile)),
})
