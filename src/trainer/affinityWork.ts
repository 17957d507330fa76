import { dirname, join } from 'node:path'
import { DataError } from '../data/dataset'
import { open } from '../data/open'
import { openEngine } from '../engine/openEngine'
import type { ModelGraph } from '../ir/graph'
import { variantOf } from '../ir/variant'
import type { AffinityResult } from '../ir/affinity'
import { affinity, type AffinityManifest, type AffinityWishes } from '../runs/affinity'
import { readCheckpoint } from '../runs/checkpoint'
import { EventReader } from '../runs/eventReader'
import { RunFolder } from '../runs/folder'
import type { SeriesRequest } from '../runs/seriesKind'
import { supersede } from '../runs/summary'
import { workspaceOf } from '../runs/workspace'
import { aloneKey, planAffinity, togetherKey } from '../training/affinity/plan'
import { affinityResult } from '../training/affinity/result'
import { commonLayers } from '../training/affinity/sharedLayers'
import { SingleTaskModel, trunkSimilarity, type TrunkSimilarity } from '../training/affinity/similarity'
import { checkLabels } from './checkLabels'
import { dataProblem } from './dataProblem'
import { givenResult, givenRuns } from './givenRuns'
import { record, sourcesOf } from './manifest'
import { ModelProblem, problemAtModel } from './modelProblem'
import { openTrainableModel } from './openModel'
import { checkSameData } from './session'
import type { MemberResults, SeriesPlace, SeriesWork } from './seriesWork'

/** The tasks' affinity in one training of all of them, the similarity of what they learn alone, and the best groupings. */
export const affinityWork: SeriesWork<AffinityWishes, AffinityManifest, AffinityResult> = {
  kind: affinity,
  begin,
  settings: ({ graph, asked: { epochs = graph.training.epochs, engine, device } }) => ({
    epochs,
    ...(engine !== undefined && { engine }),
    ...(device !== undefined && { device }),
  }),
  plan: ({ graph, asked }) => planAffinity(graph, asked),
  given({ given }, runs) {
    const results = Object.entries(given).map(([key, run]) => [key, givenResult(new RunFolder(join(runs, run)))] as const)
    return new Map(results.flatMap(([key, result]) => (result ? [[key, result]] : [])))
  },
  conclude,
}

async function begin(folder: RunFolder, request: SeriesRequest<AffinityWishes>): Promise<AffinityManifest> {
  const { asked } = request
  const model = await openTrainableModel(request.modelFile!, request.root ?? workspaceOf(request.modelFile!))
  const { graph, file, root } = model
  const tasks = graph.tasks.map(({ name }) => name)
  if (tasks.length < 2)
    throw problemAtModel(graph, root, 'mtl/not-comparable', `the model has one task, '${tasks[0]!}': affinity is between tasks`)
  if (!tasks.some((a, i) => tasks.some((b, j) => i < j && commonLayers(graph, a, b))))
    throw problemAtModel(
      graph,
      root,
      'mtl/not-comparable',
      'no two tasks share a layer with weights: there is nothing that one could do for another',
    )
  try {
    const dataset = await open(graph, { folder: dirname(file), root })
    // A task alone has the rows with its label only, and no part of them may be empty.
    const { validation, test } = dataset
    checkLabels(graph, test.rows > 0 ? { validation, test } : { validation }, 'compared')
    dataset.close()
    const recorded = record(folder, { file, root, graph, sources: sourcesOf(root, model.files) }, dataset.fingerprints)
    const { epochs = graph.training.epochs, engine = 'auto' } = asked
    const found = givenRuns(folder.runs, { graph, data: recorded.data, epochs, engine }, planAffinity(graph, asked).members)
    return { format: 1, ...recorded, created: Date.now(), asked, given: Object.fromEntries([...found].map(([key, { id }]) => [key, id])) }
  } catch (error) {
    throw error instanceof DataError ? new ModelProblem(dataProblem(error, graph, root)) : error
  }
}

async function conclude(manifest: AffinityManifest, results: MemberResults, place: SeriesPlace): Promise<AffinityResult> {
  const { id, model, graph, given } = manifest
  const tasks = graph.tasks.map(({ name }) => name)
  const runOf = (key: string) => results.get(key)!.run
  const alone = Object.fromEntries(tasks.map(task => [task, runOf(aloneKey(task))]))
  const together = runOf(togetherKey)
  const events = supersede(new EventReader(new RunFolder(join(place.folder.runs, together)).events).read())
  const labels = new Map(planAffinity(graph, manifest.asked).members.map(({ key, label }) => [key, label]))
  const taken = Object.entries(given).filter(([key, run]) => runOf(key) === run)
  const notes = taken.map(([key, run]) => `${run} was there already: it is the run of ${labels.get(key)}.`)
  const similarity = await similarityOf(manifest, alone, place)
  const samples = events.filter(event => event.type === 'gram')
  return affinityResult({ id, model, tasks, runs: { together, alone }, notes }, samples, similarity)
}

async function similarityOf(
  manifest: AffinityManifest,
  alone: Readonly<Record<string, string>>,
  place: SeriesPlace,
): Promise<TrunkSimilarity> {
  const { graph, asked } = manifest
  const { engine } = await openEngine({ choice: asked.engine ?? 'auto' })
  const models = new Map<string, SingleTaskModel>()
  try {
    for (const [task, run] of Object.entries(alone)) {
      const dataset = await open(variantOf(graph, { task }), { folder: dirname(place.modelFile), root: place.root })
      checkSameData(manifest, dataset)
      const checkpoint = readCheckpoint(new RunFolder(join(place.folder.runs, run)), 'best')
      models.set(task, await SingleTaskModel.open(engine, graph, task, layersOf(graph, task), checkpoint, dataset))
    }
    return await trunkSimilarity(graph, models, () => new Promise(resolve => setImmediate(resolve)))
  } finally {
    for (const model of models.values()) model.dispose()
  }
}

/** Where a task's model is compared with any other's. */
function layersOf(graph: ModelGraph, task: string): string[] {
  const others = graph.tasks.filter(({ name }) => name !== task)
  const nodes = others.flatMap(({ name }) => {
    const common = commonLayers(graph, task, name)
    return common ? [...common.layers, common.last] : []
  })
  return [...new Set(nodes.map(({ name }) => name))]
}
