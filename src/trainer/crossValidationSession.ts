import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DataError } from '../data/dataset'
import { open } from '../data/open'
import { variantOf } from '../ir/variant'
import { writeFileAtomically } from '../runs/atomic'
import {
  crossValidationFiles,
  crossValidationKind,
  readCrossValidation,
  reportOf,
  resultOf,
  type CrossValidationManifest,
  type CrossValidationRequest,
} from '../runs/crossValidation'
import { RunFolder } from '../runs/folder'
import type { TrainerMessage } from '../runs/launch'
import { runSeries, type Member } from '../runs/series'
import type { SeriesProgress } from '../runs/seriesProgress'
import { workspaceOf } from '../runs/workspace'
import { dataProblem } from './dataProblem'
import { record, sourcesOf } from './manifest'
import { ModelProblem } from './modelProblem'
import { openTrainableModel } from './openModel'
import { seriesSession } from './seriesSession'

/**
 * A cross-validating process's whole work: every fold is a run whose test part is that fold; `result.json` sums them up.
 * @param trainer path of `dist/trainer.js`
 * @throws ModelProblem where the model or its data are at fault; RunError, LaunchError where a fold can't be trained
 */
export async function crossValidationSession(
  request: CrossValidationRequest,
  trainer: string,
  abort: AbortController,
  tell: (message: TrainerMessage) => void,
): Promise<SeriesProgress['status']> {
  const folder = new RunFolder(request.folder)
  tell({ type: 'phase', message: 'Reading the model and its data' })
  const manifest = request.resume ? readCrossValidation(folder) : await newCrossValidation(folder, request)
  const { asked } = manifest
  const path = (file: string) => join(folder.path, file)
  return seriesSession(folder, abort, async onProgress => {
    if (!existsSync(path(crossValidationFiles.manifest)))
      writeFileAtomically(path(crossValidationFiles.manifest), `${JSON.stringify(manifest, null, 1)}\n`)
    tell({ type: 'started' })
    const members = foldsOf(asked.folds)
    const results = await runSeries({
      folder,
      kind: crossValidationKind,
      launch: {
        trainer,
        runs: folder.runs,
        recorded: path(crossValidationFiles.manifest),
        modelFile: request.modelFile ?? manifest.modelFile,
        root: request.root ?? manifest.root,
        ...(asked.epochs !== undefined && { epochs: asked.epochs }),
        ...(asked.engine !== undefined && { engine: asked.engine }),
        ...(asked.device !== undefined && { device: asked.device }),
        ...(request.tensorflow !== undefined && { tensorflow: request.tensorflow }),
      },
      plan: () => ({ members: members.map(member => withSeed(member, asked.seed)), total: members.length }),
      signal: abort.signal,
      onProgress,
    })
    const ordered = members.map(({ key }) => results.get(key)!)
    const result = resultOf(
      folder.id,
      manifest,
      ordered.map(({ run }) => run),
      ordered.map(({ end }) => end.metrics),
    )
    writeFileAtomically(path(crossValidationFiles.report), reportOf(result))
    writeFileAtomically(path(crossValidationFiles.result), `${JSON.stringify(result, null, 1)}\n`)
  })
}

const foldsOf = (of: number): Member[] =>
  Array.from({ length: of }, (_, index) => ({
    key: `fold ${index + 1} of ${of}`,
    label: `fold ${index + 1} of ${of}`,
    request: { variant: { fold: { index, of } } },
  }))

const withSeed = (member: Member, seed: number | undefined): Member =>
  seed === undefined ? member : { ...member, request: { ...member.request, seed } }

/** Every fold is read once before the first is trained, so that a fold that can't be is told at once. @throws ModelProblem */
async function newCrossValidation(
  folder: RunFolder,
  { modelFile, root: home, asked }: CrossValidationRequest,
): Promise<CrossValidationManifest> {
  const { graph, file, root, files } = await openTrainableModel(modelFile!, home ?? workspaceOf(modelFile!))
  try {
    let fingerprints: CrossValidationManifest['data'] = []
    let notes: readonly string[] | null = null
    for (const { request } of foldsOf(asked.folds)) {
      const dataset = await open(variantOf(graph, request.variant!), { folder: dirname(file), root })
      fingerprints = dataset.fingerprints
      notes = notes === null ? dataset.notes : notes.filter(note => dataset.notes.includes(note))
      dataset.close()
    }
    const recorded = record(folder, { file, root, graph, sources: sourcesOf(root, files) }, fingerprints)
    return { format: 1, ...recorded, created: Date.now(), asked, notes: notes ?? [] }
  } catch (error) {
    throw error instanceof DataError ? new ModelProblem(dataProblem(error, graph, root)) : error
  }
}
