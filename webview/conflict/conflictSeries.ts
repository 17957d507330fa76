import { settledOf } from '../../src/conflict/conflictSummary'
import { cosines, magnitudeSimilarities, type PairTable } from '../../src/conflict/pairs'
import { firstOrderOf, meanOf } from '../../src/conflict/trunkDiagnostics'
import { weightedGram } from '../../src/conflict/weightedGram'
import type { ConflictSummary } from '../../src/ir/conflict'
import type { Measure } from '../../src/protocol/conflictPanel'
import type { GramEvent, RunEvent } from '../../src/runs/events'
import { RunSeries } from '../curves/runSeries'

/** A run's samples of task gradients, and what was said of them. Events may come in any number of pieces; order matters. */
export class ConflictSeries {
  readonly series = new RunSeries()
  samples: readonly GramEvent[] = []
  summary: ConflictSummary | null = null

  append(events: readonly RunEvent[]): void {
    const samples = [...this.samples]
    for (const event of events) {
      if (event.type === 'gram') samples.push(event)
      else if (event.type === 'conflict') this.summary = event.summary
      else if (event.type === 'resume') {
        // What the run repeats from here on counts, not what the log said before.
        while (samples.length > 0 && samples.at(-1)!.step > event.step) samples.pop()
      }
    }
    this.samples = samples
    this.series.append(events)
  }

  get layers(): readonly string[] {
    return this.samples.at(-1)?.layers ?? []
  }

  /** Index of the sample at a step, or of the next one before it; −1 where there is none. */
  at(step: number): number {
    return this.samples.findLastIndex(sample => sample.step <= step)
  }

  /** The samples over which means are taken, as the summary takes them. */
  get settled(): readonly GramEvent[] {
    return settledOf(this.samples)
  }
}

/** A layer's Gram matrix, the whole trunk's where it is null: row-major T×T. */
export function gramOf(sample: GramEvent, layer: string | null): Float64Array {
  const size = sample.blocks[0]?.length ?? 0
  const total = new Float64Array(size)
  sample.layers.forEach((name, l) => {
    if (layer === null || name === layer) sample.blocks[l]!.forEach((value, k) => (total[k]! += value))
  })
  return total
}

/** A step's matrix, T×T; null where the sample does not have it. Look-ahead affinities are the whole trunk's alone. */
export function matrixOf(sample: GramEvent, layer: string | null, measure: Measure): PairTable | null {
  if (measure === 'lookAhead') return layer === null ? (sample.lookAhead ?? null) : null
  const gram = gramOf(sample, layer)
  const T = Math.sqrt(gram.length)
  if (measure === 'cosine') return cosines(gram, T)
  if (measure === 'magnitude') return magnitudeSimilarities(weightedGram(gram, sample.weights), T)
  return firstOrderOf(sample, gram)
}

/** Entry by entry the mean over samples; null where none has the matrix. */
export function meanMatrix(samples: readonly GramEvent[], layer: string | null, measure: Measure): PairTable | null {
  const tables = samples.flatMap(sample => {
    const table = matrixOf(sample, layer, measure)
    return table ? [table] : []
  })
  return tables.length > 0 ? meanOf(tables, tables[0]!.length) : null
}
