import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DataError, type Dataset } from '../data/dataset'
import { open } from '../data/open'
import { partsByDataSet } from '../data/report/dataSets'
import { scan, type ScannedData } from '../data/report/relate'
import { warningsOf } from '../data/report/warnings'
import type { DataWarning } from '../ir/dataReport'
import type { ModelGraph } from '../ir/graph'
import { dataPlace } from '../language/dataPlace'
import type { LocatedDiagnostic } from '../runs/launch'
import { dataProblem } from '../trainer/dataProblem'
import { Locator, startOf } from '../trainer/located'
import { ModelProblem } from '../trainer/modelProblem'
import type { OpenedModel } from '../trainer/openModel'

/** @throws ModelProblem at the place that names the data, where they can't be read */
export async function openData({ graph, file, root }: OpenedModel, part: ModelGraph = graph): Promise<Dataset> {
  try {
    return await open(part, { folder: dirname(file), root })
  } catch (error) {
    throw error instanceof DataError ? new ModelProblem(dataProblem(error, graph, root)) : error
  }
}

export interface ScannedSet {
  readonly scanned: ScannedData
  readonly warnings: readonly DataWarning[]
}

/** Reads each data set of a model for what is told of it before training. */
export async function scanDataSets(model: OpenedModel): Promise<ScannedSet[]> {
  const sets: ScannedSet[] = []
  for (const part of partsByDataSet(model.graph)) {
    const dataset = await openData(model, part)
    try {
      const scanned = scan(part, dataset)
      sets.push({ scanned, warnings: warningsOf(part, scanned.blocks, scanned.splits) })
    } finally {
      dataset.close()
    }
  }
  return sets
}

/** Warnings where the model file names what they are about. */
export function locateWarnings({ graph, root }: OpenedModel, warnings: readonly DataWarning[]): LocatedDiagnostic[] {
  const locator = new Locator(root)
  const present = { place: <S>(span: S | null) => span ?? undefined, text: (file: string) => readFileSync(join(root, file), 'utf8') }
  return warnings.map(warning => {
    const span = dataPlace(graph, warning, present) ?? startOf(graph.file)
    return locator.locate({ code: warning.code, severity: 'warning', message: warning.message, span })
  })
}
