import type { Dataset, SharedSplit, Split, WritableBatch } from './dataset'
import { firstChange } from './fingerprint'
import { ReusingSplit } from './reusingSplit'

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
    change: () => firstChange(all),
    close: () => all.forEach(dataset => dataset.close()),
  }
}

/** Splits of several data sets: the rows of each stand behind those of the one before. */
export class JoinedSplit extends ReusingSplit implements Split {
  readonly rows: number
  readonly blocks = null
  readonly parts: readonly Split[]
  /** First row of each part, and the end of the last. */
  private readonly starts: readonly number[]

  constructor(private readonly sets: readonly Part[]) {
    super()
    this.parts = sets.map(({ split }) => split)
    this.starts = this.parts.reduce<number[]>((starts, { rows }) => [...starts, starts.at(-1)! + rows], [0])
    this.rows = this.starts.at(-1)!
  }

  allocate(size: number, floats?: (length: number) => Float32Array): WritableBatch {
    const batches = this.parts.map(part => part.allocate(size, floats))
    return {
      rows: 0,
      setRows: Object.fromEntries(this.sets.map(({ id }) => [id, 0])),
      inputs: Object.assign({}, ...batches.map(({ inputs }) => inputs)) as WritableBatch['inputs'],
      targets: Object.assign({}, ...batches.map(({ targets }) => targets)) as WritableBatch['targets'],
      masks: Object.assign({}, ...batches.map(({ masks }) => masks)) as WritableBatch['masks'],
    }
  }

  fill(rows: ArrayLike<number>, into: WritableBatch): void {
    const own = this.apart(rows)
    this.parts.forEach((part, i) => part.fill(own[i]!, into))
    into.rows = Math.max(...own.map(({ length }) => length))
    into.setRows = Object.fromEntries(this.sets.map(({ id }, i) => [id, own[i]!.length]))
  }

  share(): SharedSplit {
    return { sets: this.sets.map(({ id, split }) => ({ id, split: split.share() })) }
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
