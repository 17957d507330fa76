import { dirname, join } from 'node:path'
import { DataError } from '../data/dataset'
import { open } from '../data/open'
import { variantOf } from '../ir/variant'
import { writeFileAtomically } from '../runs/atomic'
import {
  crossValidation,
  reportFile,
  reportOf,
  resultOf,
  type CrossValidationManifest,
  type CrossValidationResult,
  type CrossValidationWishes,
} from '../runs/crossValidation'
import type { RunFolder } from '../runs/folder'
import type { Member } from '../runs/series'
import type { SeriesRequest } from '../runs/seriesKind'
import { workspaceOf } from '../runs/workspace'
import { dataProblem } from './dataProblem'
import { record, sourcesOf } from './manifest'
import { ModelProblem } from './modelProblem'
import { openTrainableModel } from './openModel'
import type { SeriesWork } from './seriesWork'

/** Every fold is a run whose test part is that fold; `result.json` and `result.md` sum them up. */
export const crossValidationWork: SeriesWork<CrossValidationWishes, CrossValidationManifest, CrossValidationResult> = {
  kind: crossValidation,
  begin,
  settings: ({ asked: { epochs, engine, device } }) => ({
    ...(epochs !== undefined && { epochs }),
    ...(engine !== undefined && { engine }),
    ...(device !== undefined && { device }),
  }),
  plan({ asked: { folds, seed } }) {
    const members = foldsOf(folds)
    return { members: members.map(member => withSeed(member, seed)), total: members.length }
  },
  conclude(manifest, results, { folder }) {
    const ordered = foldsOf(manifest.asked.folds).map(({ key }) => results.get(key)!)
    const runs = ordered.map(({ run }) => run)
    const metrics = ordered.map(({ end }) => end.metrics)
    const result = resultOf(folder.id, manifest, runs, metrics)
    writeFileAtomically(join(folder.path, reportFile), reportOf(result))
    return result
  },
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
async function begin(
  folder: RunFolder,
  { modelFile, root: home, asked }: SeriesRequest<CrossValidationWishes>,
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
