import type { Batch } from '../ir/batch'
import type { Dataset, Split } from './dataset'

interface Part {
  /** Of the data set. */
  readonly id: number
  readonly split: Split
}

/** The data sets of a model whose tasks learn from rows of their own. */
export function joinDatasets(sets: readonly { readonly id: number; readonly path: string; readonly dataset: Dataset }[]): Dataset {
  const joined = (name: 'train' | 'validation' | 'test') => new JoinedSplit(sets.map(({ id, dataset }) => ({ id, split: dataset[name] })))
  const all = sets.map(({ dataset }) => dataset)
  return {
    train: joined('train'),
    validation: joined('validation'),
    test: joined('test'),
    notes: sets.flatMap(({ path, dataset }) => dataset.notes.map(note => `${path}: ${note}`)),
    preprocessing: {
      version: 1,
      features: Object.assign({}, ...all.map(({ preprocessing }) => preprocessing.features)) as Dataset['preprocessing']['features'],
      labels: Object.assign({}, ...all.map(({ preprocessing }) => preprocessing.labels)) as Dataset['preprocessing']['labels'],
    },
    fingerprints: [...new Map(all.flatMap(({ fingerprints }) => fingerprints.map(file => [file.path, file] as const))).values()],
    unchanged: async () => (await Promise.all(all.map(dataset => dataset.unchanged()))).every(Boolean),
    close: () => all.forEach(dataset => dataset.close()),
  }
}

/** Splits of several data sets: the rows of each stand behind those of the one before. */
class JoinedSplit implements Split {
  readonly rows: number
  readonly blocks = null
  readonly parts: readonly Split[]
  /** First row of each part, and the end of the last. */
  private readonly starts: readonly number[]

  constructor(private readonly sets: readonly Part[]) {
    this.parts = sets.map(({ split }) => split)
    this.starts = this.parts.reduce<number[]>((starts, { rows }) => [...starts, starts.at(-1)! + rows], [0])
    this.rows = this.starts.at(-1)!
  }

  batch(rows: ArrayLike<number>, size: number): Batch {
    const own = this.apart(rows)
    const batches = this.parts.map((part, i) => part.batch(own[i]!, size))
    return {
      rows: Math.max(...batches.map(({ rows }) => rows)),
      setRows: Object.fromEntries(batches.map(({ rows }, i) => [this.sets[i]!.id, rows])),
      inputs: Object.assign({}, ...batches.map(({ inputs }) => inputs)) as Batch['inputs'],
      targets: Object.assign({}, ...batches.map(({ targets }) => targets)) as Batch['targets'],
      masks: Object.assign({}, ...batches.map(({ masks }) => masks)) as Batch['masks'],
    }
  }

  readAhead(rows: ArrayLike<number>): void {
    const own = this.apart(rows)
    this.parts.forEach((part, i) => part.readAhead?.(own[i]!))
  }

  /** The rows of each part, as the part counts them. */
  private apart(rows: ArrayLike<number>): number[][] {
    const own: number[][] = this.parts.map(() => [])
    for (let i = 0; i < rows.length; i++) {
      let part = 0
      while (rows[i]! >= this.starts[part + 1]!) part++
      own[part]!.push(rows[i]! - this.starts[part]!)
    }
    return own
  }
}
