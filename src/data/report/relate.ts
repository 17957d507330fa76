import type { Relatedness } from '../../ir/dataReport'
import type { ModelGraph } from '../../ir/graph'
import { projected } from '../../relatedness/projection'
import type { ProbeRows } from '../../relatedness/probes'
import { relate } from '../../relatedness/relate'
import type { Matrix } from '../../relatedness/ridge'
import type { Dataset } from '../dataset'
import { blocksOf, type Block } from './blocks'
import { scanSplit, type Sample, type ScannedSplit } from './scan'

/** Everything that is known of a dataset's rows, read once. */
export interface ScannedData {
  readonly blocks: readonly Block[]
  /** Training, validation and test, in this order. */
  readonly splits: readonly ScannedSplit[]
}

export function scan(graph: ModelGraph, dataset: Dataset): ScannedData {
  const { inputs } = dataset.train.batch([], 1)
  const blocks = blocksOf(
    graph,
    dataset.preprocessing,
    Object.fromEntries(Object.entries(inputs).map(([name, { length }]) => [name, length])),
  )
  const splits = (['train', 'validation', 'test'] as const).map(name => scanSplit(name, dataset[name], dataset, blocks))
  return { blocks, splits }
}

export function relatednessOf({ blocks, splits }: ScannedData): Relatedness {
  const [train, validation] = splits
  return relate(train!.labels, probeRows(blocks, train!.sample), probeRows(blocks, validation!.sample))
}

const mostTokens = 128

/** Blocks side by side; token numbers as counts, of which a linear model can make something. */
function probeRows(blocks: readonly Block[], { blocks: values, positions, labels }: Sample): ProbeRows {
  const parts = values.map((matrix, b) => (blocks[b]!.tokens ? tokenCounts(matrix) : matrix))
  const rows = positions.length
  const width = parts.reduce((sum, part) => sum + part.width, 0)
  const inputs = new Float32Array(rows * width)
  let offset = 0
  for (const part of parts) {
    for (let row = 0; row < rows; row++)
      for (let j = 0; j < part.width; j++) inputs[row * width + offset + j] = part.values[row * part.width + j]!
    offset += part.width
  }
  return { inputs: { values: inputs, rows, width }, labels }
}

/** How often each token occurs in a row; 0 pads. */
function tokenCounts({ values, rows, width }: Matrix): Matrix {
  let most = 0
  for (let i = 0; i < rows * width; i++) most = Math.max(most, values[i]!)
  const size = Math.min(most + 1, 4096)
  const counts = new Float32Array(rows * size)
  for (let i = 0; i < rows * width; i++) {
    const token = values[i]!
    if (token > 0) counts[Math.floor(i / width) * size + (token % size)]!++
  }
  return projected({ values: counts, rows, width: size }, mostTokens)
}
