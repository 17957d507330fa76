import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '../base/json'
import { RunError, type RunFolder } from './folder'
import { readTensorFile, writeTensorFile, type StoredTensor } from './safetensors'

/**
 * A checkpoint is one safetensors file, so that weights and training state can't be out of step: the weights under their
 * parameters' names, and in `last` also the optimizer's slots under `@optimizer/…`; everything else is JSON in the metadata.
 * `best` holds what prediction needs: weights and the preprocessing that was fitted on the training split.
 */
export interface Checkpoint {
  readonly step: number
  readonly epoch: number
  readonly weights: ReadonlyMap<string, StoredTensor>
  /** Restores the encoding of features and labels. */
  readonly preprocessing: Json
  /** Only in `last`: what a resumed run needs to go on as if nothing had happened. */
  readonly state: TrainingStateFile | null
}

export interface TrainingStateFile {
  readonly slots: ReadonlyMap<string, Float32Array>
  readonly state: Json
}

const slotPrefix = '@optimizer/'

/** @throws the file system's error; the checkpoint before is still there then */
export function writeCheckpoint(folder: RunFolder, kind: 'last' | 'best', checkpoint: Checkpoint): void {
  mkdirSync(folder.checkpoints, { recursive: true })
  const tensors = new Map(checkpoint.weights)
  for (const [name, values] of checkpoint.state?.slots ?? []) tensors.set(slotPrefix + name, { shape: [values.length], values })
  const metadata: Record<string, string> = {
    format: 'mtl-checkpoint 1',
    step: String(checkpoint.step),
    epoch: String(checkpoint.epoch),
    preprocessing: JSON.stringify(checkpoint.preprocessing),
  }
  if (checkpoint.state) metadata.training = JSON.stringify(checkpoint.state.state)
  writeTensorFile(folder.checkpoint(kind), { metadata, tensors })
}

/** @throws RunError where there is none, TensorFileError where it can't be read */
export function readCheckpoint(folder: RunFolder, kind: 'last' | 'best'): Checkpoint {
  const path = folder.checkpoint(kind)
  if (!existsSync(path)) throw new RunError(`${folder.id} has no checkpoint ${kind}`)
  const { metadata, tensors } = readTensorFile(path)
  if (metadata.format !== 'mtl-checkpoint 1') throw new RunError(`${path} is not a checkpoint that this version can read`)
  const weights = new Map<string, StoredTensor>()
  const slots = new Map<string, Float32Array>()
  for (const [name, tensor] of tensors) {
    if (name.startsWith(slotPrefix)) slots.set(name.slice(slotPrefix.length), tensor.values)
    else weights.set(name, tensor)
  }
  return {
    step: Number(metadata.step),
    epoch: Number(metadata.epoch),
    weights,
    preprocessing: JSON.parse(metadata.preprocessing!) as Json,
    state: metadata.training === undefined ? null : { slots, state: JSON.parse(metadata.training) as Json },
  }
}

/** Removes what a process that was killed while it wrote has left. */
export function removeTornCheckpoints(folder: RunFolder): void {
  if (!existsSync(folder.checkpoints)) return
  for (const name of readdirSync(folder.checkpoints)) if (name.endsWith('.tmp')) rmSync(join(folder.checkpoints, name), { force: true })
}
