import { resolve } from 'node:path'
import { DataError, type Preprocessing } from '../data/dataset'
import { decode, type Prediction } from '../data/labels'
import { predictionOfSets, type SetPredictionRows } from '../data/predictSets'
import { openEngine } from '../engine/openEngine'
import { EngineError } from '../engine/engine'
import type { ModelGraph } from '../ir/graph'
import { readCheckpoint } from '../runs/checkpoint'
import type { RunFolder } from '../runs/folder'
import { openPredictor, type Predictor } from '../training/predictor'
import type { Arguments } from './arguments'
import { findRun } from './findRun'
import { print, printError, printJson, shortNumber } from './output'
import { tensorflowFolder } from './tensorflowFolder'
import { CommandFailure } from './usage'

/** `mtl predict RUN DATA`: rows in, predictions of all tasks out, in the order of the file. @returns exit code */
export async function predict({ positionals, json, runs, source, engine: choice = 'auto' }: Arguments): Promise<number> {
  const folder = findRun(positionals[0]!, runs)
  const checkpoint = readCheckpoint(folder, 'best')
  const preprocessing = checkpoint.preprocessing as unknown as Preprocessing
  const { graph } = folder.readManifest()
  const rows = await rowsOf(graph, preprocessing, resolve(positionals[1]!), source)
  for (const note of rows.notes) printError(note)
  const { engine, fallback } = await openEngine({ choice, ...tensorflowFolder() }).catch((error: unknown) => {
    throw error instanceof EngineError ? new CommandFailure(error.message) : error
  })
  if (fallback !== null) printError(fallback)
  const predictor = await openPredictor(engine, graph, checkpoint)
  try {
    writeRows(folder, rows, predictor, preprocessing, json)
  } finally {
    predictor.dispose()
  }
  return 0
}

async function rowsOf(graph: ModelGraph, preprocessing: Preprocessing, data: string, source?: string): Promise<SetPredictionRows> {
  try {
    return await predictionOfSets(graph, preprocessing, data, source)
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    // The message names row and column, too; the prefix makes a link of it.
    throw new CommandFailure(`${data}:${error.place.row ?? 1}:1: ${error.message}`)
  }
}

function writeRows(folder: RunFolder, rows: SetPredictionRows, predictor: Predictor, { labels }: Preprocessing, json: boolean): void {
  const tasks = folder.readManifest().tasks
  let row = 0
  const write = (answers: Readonly<Record<string, object | null>>) => {
    row++
    if (json) printJson({ row, ...answers })
    else print(`${row}  ${tasks.map(task => `${task}: ${answerText(answers[task] ?? null)}`).join('  ')}`)
  }
  const none = Object.fromEntries(tasks.map(task => [task, null]))
  predictor.each(
    rows.usable.length,
    (from, size) => rows.batch(from, size),
    (index, outputs) => {
      while (row < rows.usable[index]!) write(none)
      const answer = (task: string) => (rows.predicts(task, index) ? decode(labels[task]!, outputs(task)) : null)
      write(Object.fromEntries(tasks.map(task => [task, answer(task)])))
    },
  )
  while (row < rows.rows) write(none)
}

function answerText(answer: object | null): string {
  if (answer === null) return '–'
  const known = answer as Prediction
  if ('class' in known) return `${known.class} (${shortNumber(known.probabilities[known.class]!)})`
  if ('probability' in known) return `${known.value} (${shortNumber(known.probability)})`
  return shortNumber(known.value)
}
