import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Dataset } from '../data/dataset'
import type { OpenedEngine } from '../engine/openEngine'
import { graphText } from '../ir/analysis'
import type { ModelGraph } from '../ir/graph'
import type { RunFolder } from '../runs/folder'
import { modelName } from '../runs/launch'
import type { PartOf, RecordedModel, RunManifest } from '../runs/manifest'
import { productVersion } from '../runs/version'

/** What a new run is, from everything that decides its numbers. */
export function newManifest(
  folder: RunFolder,
  model: { readonly file: string; readonly root: string; readonly graph: ModelGraph; readonly sources: RecordedModel['sources'] },
  settings: { readonly epochs: number; readonly seed: number; readonly partOf?: PartOf },
  dataset: Dataset,
  { engine, device }: Pick<OpenedEngine, 'engine' | 'device'>,
): RunManifest {
  return {
    format: 1,
    ...record(folder, model, dataset.fingerprints),
    created: Date.now(),
    ...settings,
    tasks: model.graph.tasks.map(task => task.name),
    engine: {
      name: engine.name,
      version: engine.version,
      device: engine.device,
      ...(engine.provider !== undefined && { provider: engine.provider }),
      ...(device && { reason: device.reason }),
      threads: engine.threads,
    },
    versions: { mtl: productVersion(), node: process.versions.node, [engine.name]: engine.version },
    git: commitOf(model.root),
  }
}

/** A model as it is now. */
export function record(
  folder: RunFolder,
  { file, root, graph, sources }: Parameters<typeof newManifest>[1],
  data: RecordedModel['data'],
): RecordedModel {
  return {
    id: folder.id,
    model: modelName(file),
    modelFile: file,
    root,
    sources,
    graph,
    graphHash: hashOf(graph),
    data,
  }
}

/** Of what a graph means: without places. */
export const hashOf = (graph: ModelGraph): string => createHash('sha256').update(graphText(graph)).digest('hex')

/** @param files relative to root */
export function sourcesOf(root: string, files: readonly string[]): RecordedModel['sources'] {
  return Object.fromEntries(files.map(file => [file, readFileSync(join(root, file), 'utf8')]))
}

function commitOf(folder: string): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 2000,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return null
  }
}
