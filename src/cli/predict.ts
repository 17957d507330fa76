import { resolve } from 'node:path'
import { DataError, type LabelEncoding, type Preprocessing } from '../data/dataset'
import { predictionRows, type PredictionRows } from '../data/predict'
import { openOnnxEngine } from '../engine/onnx/onnxEngine'
import { readCheckpoint } from '../runs/checkpoint'
import type { RunFolder } from '../runs/folder'
import { openPredictor, type Predictor } from '../training/predictor'
import type { Arguments } from './arguments'
import { findRun } from './findRun'
import { print, printError, printJson, shortNumber } from './output'
import { CommandFailure } from './usage'

/** `mtl predict RUN DATA`: rows in, predictions of all tasks out, in the order of the file. @returns exit code */
export async function predict({ positionals, json, runs }: Arguments): Promise<number> {
  const folder = findRun(positionals[0]!, runs)
  const checkpoint = readCheckpoint(folder, 'best')
  const preprocessing = checkpoint.preprocessing as unknown as Preprocessing
  const rows = await rowsOf(preprocessing, resolve(positionals[1]!))
  for (const note of rows.notes) printError(note)
  const predictor = await openPredictor(await openOnnxEngine(), folder.readManifest().graph, checkpoint)
  try {
    writeRows(folder, rows, predictor, preprocessing, json)
  } finally {
    predictor.dispose()
  }
  return 0
}

async function rowsOf(preprocessing: Preprocessing, data: string): Promise<PredictionRows> {
  try {
    return await predictionRows(preprocessing, data)
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    // The message names row and column, too; the prefix makes a link of it.
    throw new CommandFailure(`${data}:${error.place.row ?? 1}:1: ${error.message}`)
  }
}

function writeRows(folder: RunFolder, rows: PredictionRows, predictor: Predictor, { labels }: Preprocessing, json: boolean): void {
  const tasks = folder.readManifest().tasks
  let row = 0
  const write = (answers: Readonly<Record<string, object | null>>) => {
    row++
    if (json) printJson({ row, ...answers })
    else print(`${row}  ${tasks.map(task => `${task}: ${answerText(answers[task] ?? null)}`).join('  ')}`)
  }
  const none = Object.fromEntries(tasks.map(task => [task, null]))
  predictor.each(rows.usable.length, (from, size) => rows.batch(from, size), (index, outputs) => {
    while (row < rows.usable[index]!) write(none)
    write(Object.fromEntries(tasks.map(task => [task, answer(outputs(task), labels[task]!)])))
  })
  while (row < rows.rows) write(none)
}

type Answer =
  | { readonly class: string; readonly probabilities: Readonly<Record<string, number>> }
  | { readonly value: string; readonly probability: number }
  | { readonly value: number }

/** @param output probabilities per class, [probability of yes] or [standardised number] */
function answer(output: Float32Array, encoding: LabelEncoding): Answer {
  switch (encoding.kind) {
    case 'class': {
      const probabilities = Object.fromEntries(encoding.classes.map((name, k) => [name, output[k]!]))
      const best = output.reduce((top, value, k) => (value > output[top]! ? k : top), 0)
      return { class: encoding.classes[best]!, probabilities }
    }
    case 'binary':
      return { value: output[0]! >= 0.5 ? encoding.positive : encoding.negative, probability: output[0]! }
    case 'number':
      return { value: output[0]! * encoding.deviation + encoding.mean }
  }
}

function answerText(answer: object | null): string {
  if (answer === null) return '–'
  const known = answer as Answer
  if ('class' in known) return `${known.class} (${shortNumber(known.probabilities[known.class]!)})`
  if ('probability' in known) return `${known.value} (${shortNumber(known.probability)})`
  return shortNumber(known.value)
}
