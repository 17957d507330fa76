import type { SampleImage, SampleReport, SampleRow, SplitName } from '../../ir/dataReport'
import type { ModelGraph } from '../../ir/graph'
import { Augmenter } from '../augment'
import type { Dataset } from '../dataset'
import { decode } from '../labels'
import type { Block } from './blocks'
import type { OpenedSource } from './columns'
import { classNames, spread } from './scan'

const rowsOfSplit = { train: 12, validation: 6, test: 6 } as const
const mostColumns = 60
const mostValues = 24
/** Longest side of an image that is handed to the panel. */
const mostPixels = 128
/** Training steps whose augmentation is shown beside an image. */
const steps = [1, 2, 3]

/** Rows of each split: as they are in the file, as the network sees them, and images as some training steps see them. */
export async function samplesOf(
  graph: ModelGraph,
  dataset: Dataset,
  blocks: readonly Block[],
  sources: readonly OpenedSource[],
): Promise<SampleReport> {
  const augmenter = Augmenter.of(graph, graph.training.seed)
  const rows: SampleRow[] = []
  for (const name of ['train', 'validation', 'test'] as const)
    rows.push(...(await samplesOfSplit(name, graph, dataset, blocks, sources, augmenter)))
  return { rows, augmented: augmenter !== null }
}

async function samplesOfSplit(
  name: SplitName,
  graph: ModelGraph,
  dataset: Dataset,
  blocks: readonly Block[],
  sources: readonly OpenedSource[],
  augmenter: Augmenter | null,
): Promise<SampleRow[]> {
  const split = dataset[name]
  const positions = spread(split.rows, rowsOfSplit[name])
  if (positions.length === 0) return []
  const size = positions.length
  const { inputs, targets, masks } = split.batch(positions, size)
  const origins = [...positions].map(position => split.origin?.[position] ?? position)
  const raw = await rawRows(origins, blocks, graph, sources)
  const labels = Object.entries(dataset.preprocessing.labels)
  const plain = [...positions.keys()].map((i): SampleRow => ({
    split: name,
    source: sources[0]?.report.source ?? 0,
    row: origins[i]! + 1,
    raw: raw[i]!,
    encoded: blocks.map(({ node, column, offset, width, scale }) => {
      const at = i * (inputs[node]!.length / size) + offset
      const values = Array.from(inputs[node]!.subarray(at, at + Math.min(width, mostValues)), value => rounded(value * scale))
      return { name: column ?? node, values, width }
    }),
    labels: labels.map(([task, encoding]) => {
      if (masks[task]![i]! === 0) return { task, text: null, target: null }
      const target = targets[task]![i]!
      const classes = classNames(encoding)
      const text = classes ? classes[target]! : String(rounded((decode(encoding, Float32Array.of(target)) as { value: number }).value))
      return { task, text, target: rounded(target) }
    }),
    images: [],
  }))
  const pictures = imageInputs(graph, blocks)
  if (pictures.length === 0) return plain
  const seen = [drawn(pictures, inputs, size)]
  if (augmenter && name === 'train') {
    for (const step of steps) {
      const batch = split.batch(positions, size)
      augmenter.apply(batch, step)
      seen.push(drawn(pictures, batch.inputs, size))
    }
  }
  return plain.map((row, i) => ({
    ...row,
    images: pictures.map((_, p) => ({ ...seen[0]![i]![p]!, pixels: seen.map(step => step[i]![p]!.pixels[0]!) })),
  }))
}

const rounded = (value: number): number => Number(value.toPrecision(5))

/** Columns that the model uses, then others. */
async function rawRows(
  origins: readonly number[],
  blocks: readonly Block[],
  graph: ModelGraph,
  sources: readonly OpenedSource[],
): Promise<SampleRow['raw'][]> {
  const used = [...blocks.flatMap(({ column }) => column ?? []), ...graph.tasks.flatMap(({ label }) => label?.column ?? [])]
  const found = origins.map((): { column: string; text: string | null }[] => [])
  for (const { report, rows } of sources.slice(0, 1)) {
    const names = [...new Set([...used, ...report.columns.map(({ name }) => name)])].slice(0, mostColumns)
    const texts = await rows(origins, names)
    texts.forEach((row, i) => found[i]!.push(...Object.entries(row).map(([column, text]) => ({ column, text }))))
  }
  return found
}

interface Picture {
  readonly input: string
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly scale: number
}

/** Inputs of one or three channels are drawn. */
function imageInputs(graph: ModelGraph, blocks: readonly Block[]): Picture[] {
  return blocks.flatMap(({ node, column, scale, tokens }): Picture[] => {
    const shape = graph.nodes.find(({ name }) => name === node)?.shape
    if (column !== null || tokens || !shape || (shape.length !== 3 && shape.length !== 2)) return []
    const [height, width, channels = 1] = shape as number[]
    return height! > 1 && width! > 1 && (channels === 1 || channels === 3)
      ? [{ input: node, height: height!, width: width!, channels, scale }]
      : []
  })
}

/** @returns for each row the pictures of all inputs; grey levels span the values of the whole batch */
function drawn(pictures: readonly Picture[], inputs: Readonly<Record<string, Float32Array>>, size: number): SampleImage[][] {
  const made = pictures.map(picture => {
    const { height, width, channels, scale, input } = picture
    const values = inputs[input]!
    let [low, high] = [0, 0]
    for (const value of values) {
      if (value < low) low = value
      if (value > high) high = value
    }
    const shrink = Math.max(1, Math.ceil(Math.max(height, width) / mostPixels))
    const [h, w] = [Math.ceil(height / shrink), Math.ceil(width / shrink)]
    return Array.from({ length: size }, (_, i): SampleImage => {
      const bytes = Buffer.alloc(h * w * channels)
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          for (let c = 0; c < channels; c++) {
            const value = values[((i * height + y * shrink) * width + x * shrink) * channels + c]!
            bytes[(y * w + x) * channels + c] = high > low ? Math.round((255 * (value - low)) / (high - low)) : 0
          }
        }
      }
      return {
        input,
        height: h,
        width: w,
        channels: channels as 1 | 3,
        low: rounded(low * scale),
        high: rounded(high * scale),
        pixels: [bytes.toString('base64')],
      }
    })
  })
  return Array.from({ length: size }, (_, i) => made.map(images => images[i]!))
}
