import { dirname, join } from 'node:path'
import { DataError, type Dataset } from '../data/dataset'
import { open } from '../data/open'
import type { ModelGraph } from '../ir/graph'
import { writeFileAtomically } from '../runs/atomic'
import {
  comparison,
  plotFile,
  type ComparisonManifest,
  type ComparisonResult,
  type ComparisonSettings,
  type ComparisonWishes,
} from '../runs/comparison'
import { deltaPlotFile } from '../runs/deltaPlot'
import type { RunFolder } from '../runs/folder'
import type { SeriesRequest } from '../runs/seriesKind'
import { weightingsOf } from '../training/comparison/methods'
import { planComparison } from '../training/comparison/plan'
import { comparisonResult } from '../training/comparison/result'
import { workspaceOf } from '../runs/workspace'
import { checkLabels } from './checkLabels'
import { dataProblem } from './dataProblem'
import { record, sourcesOf } from './manifest'
import { ModelProblem, problemAtModel } from './modelProblem'
import { openTrainableModel } from './openModel'
import type { SeriesWork } from './seriesWork'

const defaultSeeds = 3

/** Single-task models and methods, and what they say of each other: `result.json` and `delta.svg`. */
export const comparisonWork: SeriesWork<ComparisonWishes, ComparisonManifest, ComparisonResult> = {
  kind: comparison,
  begin,
  settings: ({ settings: { epochs, engine, device } }) => ({ epochs, engine, device }),
  plan: ({ graph, settings }, results) => planComparison(graph, settings, results),
  // A training that diverged says that the learning rate is at fault: that is a result, too.
  counts: end => end.setting === 'optimizer',
  conclude({ graph, settings, model }, results, { folder }) {
    const result = comparisonResult(folder.id, model, graph, settings, planComparison(graph, settings, results).standings)
    writeFileAtomically(join(folder.path, plotFile), deltaPlotFile(result))
    return result
  },
}

async function begin(folder: RunFolder, request: SeriesRequest<ComparisonWishes>): Promise<ComparisonManifest> {
  const { asked } = request
  const model = await openTrainableModel(request.modelFile!, request.root ?? workspaceOf(request.modelFile!))
  const { graph, file, root } = model
  if (graph.tasks.length < 2) {
    const [task] = graph.tasks
    const message = `the model has one task, '${task!.name}': there is nothing to compare with single-task models`
    throw problemAtModel(graph, root, 'mtl/not-comparable', message)
  }
  const settings = settingsOf(graph, asked, root)
  let dataset: Dataset
  try {
    dataset = await open(graph, { folder: dirname(file), root })
    // Validation rows choose and test rows judge.
    checkLabels(graph, { validation: dataset.validation, test: dataset.test }, 'compared')
  } catch (error) {
    throw error instanceof DataError ? new ModelProblem(dataProblem(error, graph, root)) : error
  }
  const recorded = record(folder, { file, root, graph, sources: sourcesOf(root, model.files) }, dataset.fingerprints)
  return { format: 1, ...recorded, created: Date.now(), settings, asked }
}

function settingsOf(graph: ModelGraph, asked: ComparisonWishes, root: string): ComparisonSettings {
  const { training } = graph
  const { kind, options } = training.weighting
  let methods: ComparisonSettings['methods']
  try {
    methods = asked.methods ? weightingsOf(asked.methods, graph) : { [kind]: { kind, options } }
  } catch (error) {
    throw error instanceof RangeError ? problemAtModel(graph, root, 'mtl/not-comparable', error.message) : error
  }
  return {
    methods,
    tuned: asked.methods !== undefined,
    seeds: Array.from({ length: asked.seeds ?? defaultSeeds }, (_, i) => training.seed + i),
    learningRates: asked.learningRates ?? [training.optimizer.options.learningRate as number],
    epochs: asked.epochs ?? training.epochs,
    engine: asked.engine ?? 'auto',
    device: asked.device ?? 'auto',
  }
}
