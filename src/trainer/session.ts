import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DataError, type Dataset } from '../data/dataset'
import { open } from '../data/open'
import { DeviceError, type Engine } from '../engine/engine'
import { openEngine, type OpenedEngine } from '../engine/openEngine'
import { deviceChoiceOf } from '../ir/deviceChoice'
import { choiceOf } from '../ir/engineChoice'
import type { ModelGraph } from '../ir/graph'
import { variantOf } from '../ir/variant'
import { readCheckpoint, removeTornCheckpoints, writeCheckpoint, type Checkpoint } from '../runs/checkpoint'
import type { ControlAnswer, ControlRequest } from '../runs/control'
import { EventLog } from '../runs/eventLog'
import { EventReader } from '../runs/eventReader'
import type { DeviceEvent, GramEvent } from '../runs/events'
import { RunError, RunFolder, type RunChoices } from '../runs/folder'
import type { TrainerMessage, TrainerRequest } from '../runs/launch'
import { RunLock } from '../runs/lock'
import type { RecordedModel, RunManifest } from '../runs/manifest'
import { TensorFileError } from '../runs/safetensors'
import { supersede } from '../runs/summary'
import { workspaceOf } from '../runs/workspace'
import type { TrainingControls } from '../training/controls'
import { TrainingFailure } from '../training/failure'
import type { TrainingOutcome, TrainingSinks } from '../training/request'
import { train } from '../training/train'
import { workloadOf } from '../training/workload'
import { dataProblem } from './dataProblem'
import { newManifest, sourcesOf } from './manifest'
import { ModelProblem } from './modelProblem'
import { openTrainableModel } from './openModel'
import { Presence } from './presence'

const checkpointSeconds = 30
const dataCheckMilliseconds = 2_000

/** The model of a run with the place of its files: from its text for a new run, from a manifest for one that goes on. */
interface Subject {
  readonly file: string
  readonly root: string
  readonly graph: ModelGraph
  /** Texts by path relative to root. */
  readonly sources: Readonly<Record<string, string>>
}

/**
 * A training process's whole work: from the request to the last event of the log.
 * @param controls steer the training from outside, beside the run's own channel
 * @throws ModelProblem, RunError where the run can't start
 */
export async function runSession(
  request: TrainerRequest,
  controls: TrainingControls,
  tell: (message: TrainerMessage) => void,
): Promise<TrainingOutcome> {
  const folder = new RunFolder(request.folder)
  const lock = RunLock.acquire(folder)
  try {
    return await lockedSession(folder, request, controls, tell)
  } finally {
    if (existsSync(folder.path)) lock.release()
  }
}

async function lockedSession(
  folder: RunFolder,
  request: TrainerRequest,
  controls: TrainingControls,
  tell: (message: TrainerMessage) => void,
): Promise<TrainingOutcome> {
  const before = request.resume ? folder.readManifest() : null
  tell({ type: 'phase', message: 'Reading the model' })
  const recorded = before ?? (request.recorded === undefined ? null : readRecorded(request.recorded))
  const model = recorded ? subjectOf(recorded, folder, request) : await newSubject(request)
  const subject = request.variant ? { ...model, graph: variantOf(model.graph, request.variant) } : model
  tell({ type: 'phase', message: 'Reading the data' })
  // Devices are tried by processes of their own, while this one reads the data.
  const opening = engineFor(request, before, subject.graph)
  opening.catch(() => {})
  const dataset = await openData(subject)
  if (recorded) checkSameData(recorded, dataset)
  tell({ type: 'phase', message: 'Starting the engine' })
  const opened = await opening
  const { engine, fallback } = opened
  const settings = before
    ? { epochs: request.epochs ?? before.epochs, seed: before.seed }
    : { epochs: request.epochs ?? subject.graph.training.epochs, seed: request.seed ?? subject.graph.training.seed }
  const { partOf } = request
  if (!before) folder.writeManifest(newManifest(folder, subject, { ...settings, ...(partOf && { partOf }) }, dataset, opened))
  const checkpoint = before ? lastCheckpoint(folder) : null
  const choices = choicesOf(folder, checkpoint)
  const log = new EventLog(folder.events)
  const presence = await Presence.begin(folder, command => obey(controls, command))
  const watch = setInterval(() => void watchData(dataset, controls), dataCheckMilliseconds)
  watch.unref()
  try {
    tell({ type: 'started' })
    if (before) notesOnResume(before, engine, log)
    if (fallback !== null) log.append({ type: 'note', time: Date.now(), severity: 'warning', message: fallback })
    if (!before) for (const note of dataset.notes) log.append({ type: 'note', time: Date.now(), severity: 'information', message: note })
    if (opened.device) log.append(deviceEvent(engine, opened.device))
    if (before && !checkpoint) log.append({ type: 'resume', time: Date.now(), step: 0, epoch: 0 })
    const training = {
      graph: subject.graph,
      dataset,
      engine,
      ...settings,
      resumeFrom: checkpoint,
      earlierSamples: checkpoint ? samplesUpTo(checkpoint.step, folder) : [],
      checkpointSeconds: request.checkpointSeconds ?? checkpointSeconds,
      ...(request.lookAhead !== undefined && { lookAhead: request.lookAhead }),
      ...(choices && { choices }),
    }
    const sinks = sinksOf(folder, log)
    try {
      return await train(training, sinks, controls)
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error
      const { engine } = await openEngine({ choice: 'onnxruntime' })
      log.append(deviceEvent(engine, { reason: `${error.message}. The CPU goes on from the last checkpoint`, fallback: true }))
      const resumeFrom = lastCheckpoint(folder)
      if (!resumeFrom) log.append({ type: 'resume', time: Date.now(), step: 0, epoch: 0 })
      const earlierSamples = resumeFrom ? samplesUpTo(resumeFrom.step, folder) : []
      return await train({ ...training, engine, resumeFrom, earlierSamples }, sinks, controls)
    }
  } finally {
    clearInterval(watch)
    dataset.close()
    presence.end()
    log.close()
  }
}

async function newSubject({ modelFile, root }: TrainerRequest): Promise<Subject> {
  const { files, ...model } = await openTrainableModel(modelFile!, root ?? workspaceOf(modelFile!))
  return { ...model, sources: sourcesOf(model.root, files) }
}

function readRecorded(path: string): RecordedModel {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RecordedModel
  } catch {
    throw new RunError(`${path} is not readable`)
  }
}

/** A resumed run keeps its engine, the threads of it and its device, unless asked otherwise. */
function engineFor(request: TrainerRequest, before: RunManifest | null, graph: ModelGraph): Promise<OpenedEngine> {
  const choice = request.engine ?? (before ? choiceOf(before.engine.name) : 'auto')
  const device = request.device ?? (before ? deviceChoiceOf(before.engine.device) : 'auto')
  const known = request.device === undefined ? before?.engine.provider : undefined
  return openEngine({
    choice,
    ...(before && before.engine.name === 'onnxruntime' && { threads: before.engine.threads }),
    ...(request.tensorflow !== undefined && { tensorflow: request.tensorflow }),
    device: { choice: device, workload: workloadOf(graph), ...(known !== undefined && { known }) },
  })
}

const deviceEvent = ({ device, provider }: Engine, { reason, fallback }: NonNullable<OpenedEngine['device']>): DeviceEvent => ({
  type: 'device',
  time: Date.now(),
  device,
  provider: provider ?? null,
  reason,
  fallback,
})

/** A run goes on with the model that it began with, whatever the file says by now. */
function subjectOf(manifest: RecordedModel, folder: RunFolder, request: TrainerRequest): Subject {
  const { graph, sources } = manifest
  // The workspace may have moved together with its runs; then the model lies in the same place relative to it.
  const moved = workspaceOf(join(folder.path, 'run.json'))
  const places = [
    ...(request.modelFile ? [{ file: resolve(request.modelFile), root: request.root ?? workspaceOf(request.modelFile) }] : []),
    { file: manifest.modelFile, root: manifest.root },
    { file: join(moved, graph.file), root: moved },
    { file: join(dirname(moved), graph.file), root: dirname(moved) },
  ]
  const place = places.find(({ file }) => existsSync(file))
  if (!place)
    throw new RunError(
      `The model file ${basename(manifest.modelFile)} of ${folder.id} is not in its place; name it, so that its data is found`,
    )
  return { ...place, graph, sources }
}

async function openData({ graph, file, root }: Subject): Promise<Dataset> {
  try {
    return await open(graph, { folder: dirname(file), root })
  } catch (error) {
    throw error instanceof DataError ? new ModelProblem(dataProblem(error, graph, root)) : error
  }
}

/** @throws RunError where a file has other content than when the model was recorded */
export function checkSameData(manifest: RecordedModel, dataset: Dataset): void {
  for (const { path, sha256 } of dataset.fingerprints) {
    const known = manifest.data.find(file => file.path === path)
    if (known && known.sha256 !== sha256) {
      throw new RunError(
        `${path} is not the file that ${manifest.id} was started with: its content has changed. Put the old file back, or start a new run.`,
      )
    }
  }
}

/** @returns null for a run that was interrupted before its first checkpoint: it begins anew */
function lastCheckpoint(folder: RunFolder): Checkpoint | null {
  removeTornCheckpoints(folder)
  const path = folder.checkpoint('last')
  if (!existsSync(path)) return null
  try {
    return readCheckpoint(folder, 'last')
  } catch (error) {
    if (!(error instanceof TensorFileError)) throw error
    throw new RunError(`The checkpoint is damaged: ${error.message}. Put a copy of it back; or delete it, and the run begins anew`)
  }
}

/** A run from before there were choices goes on as all did then. */
function choicesOf(folder: RunFolder, checkpoint: Checkpoint | null): RunChoices | null {
  const made = folder.readChoices()
  return made || checkpoint ? { imageLayout: 'plain', gradientPasses: 1, ...made } : null
}

function samplesUpTo(step: number, folder: RunFolder): GramEvent[] {
  const samples = supersede(new EventReader(folder.events).read()).filter(event => event.type === 'gram')
  return samples.filter(sample => sample.step <= step)
}

function notesOnResume(manifest: RunManifest, engine: Engine, log: EventLog): void {
  const { name, version } = manifest.engine
  if (name === engine.name && version === engine.version) return
  const message = `The run began with ${name} ${version} and goes on with ${engine.name} ${engine.version}: its numbers may differ slightly from an uninterrupted run`
  log.append({ type: 'note', time: Date.now(), severity: 'warning', message })
}

function sinksOf(folder: RunFolder, log: EventLog): TrainingSinks {
  return {
    event: event => log.append(event),
    flush: () => log.flush(),
    saveChoices: choices => folder.writeChoices(choices),
    saveCheckpoint(kind, checkpoint) {
      // A checkpoint never outlives the events that led to it, not even when the machine loses power.
      log.sync()
      writeCheckpoint(folder, kind, checkpoint)
    },
    loadBest: () => (existsSync(folder.checkpoint('best')) ? readCheckpoint(folder, 'best') : null),
  }
}

async function obey(controls: TrainingControls, request: ControlRequest): Promise<ControlAnswer> {
  switch (request.command) {
    case 'pause':
      await controls.pause()
      break
    case 'resume':
      await controls.resume()
      break
    case 'checkpoint':
      await controls.checkpoint()
      break
    case 'setLearningRate':
      await controls.setLearningRate(request.value)
      break
    case 'stop':
      controls.stop()
  }
  return { ok: true }
}

async function watchData(dataset: Dataset, controls: TrainingControls): Promise<void> {
  const change = await dataset.change()
  if (change === null) return
  controls.fail(
    new TrainingFailure(`The data file ${change} during training. Put the old file back and resume the run, or start a new one.`),
  )
}
