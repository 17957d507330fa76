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
import type { RunManifest } from '../runs/manifest'
import { productVersion } from '../runs/version'

/** What a new run is, from everything that decides its numbers. */
export function newManifest(
  folder: RunFolder,
  model: { readonly file: string; readonly root: string; readonly graph: ModelGraph; readonly files: readonly string[] },
  settings: { readonly epochs: number; readonly seed: number },
  dataset: Dataset,
  { engine, device }: Pick<OpenedEngine, 'engine' | 'device'>,
): RunManifest {
  return {
    format: 1,
    id: folder.id,
    model: modelName(model.file),
    modelFile: model.file,
    root: model.root,
    sources: Object.fromEntries(model.files.map(file => [file, readFileSync(join(model.root, file), 'utf8')])),
    graph: model.graph,
    graphHash: createHash('sha256').update(graphText(model.graph)).digest('hex'),
    created: Date.now(),
    ...settings,
    tasks: model.graph.tasks.map(task => task.name),
    data: dataset.fingerprints,
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
