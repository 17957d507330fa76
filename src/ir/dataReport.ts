/**
 * What is known of a model's data before it is trained: made by a child process (`src/data/report`), shown by the data panel, and
 * the ground of the warnings in the model file. Plain data; texts are shortened and lists bounded where it is made.
 */
export interface DataReport {
  readonly sources: readonly SourceReport[]
  readonly splits: readonly { readonly name: SplitName; readonly rows: number }[]
  readonly tasks: readonly TaskLabels[]
  readonly relatedness: Relatedness
  readonly samples: SampleReport
  readonly warnings: readonly DataWarning[]
  /** What was dropped, filled or is odd, as training tells it. */
  readonly notes: readonly string[]
  /** What was not looked at whole, one sentence each. */
  readonly sampling: readonly string[]
}

export const splitNames = ['train', 'validation', 'test'] as const
export type SplitName = (typeof splitNames)[number]

/** Why no report could be made. */
export interface DataReportError {
  readonly kind: 'error'
  readonly code: string
  readonly message: string
}

export interface SourceReport {
  readonly source: number
  readonly kind: string
  readonly path: string
  readonly rows: number
  readonly columns: readonly ColumnReport[]
  /** Columns beyond the bound, which are not profiled. */
  readonly further: number
}

export interface ColumnReport {
  readonly name: string
  readonly type: string
  /** Features and tasks that read it. */
  readonly usedBy: readonly string[]
  readonly missing: number
  readonly distinct: number | null
  readonly histogram: Histogram | null
  /** Tukey 1977: values beyond 1.5 interquartile ranges outside of the quartiles; null for what are no numbers. */
  readonly outliers: { readonly count: number; readonly of: number; readonly low: number; readonly high: number } | null
  readonly quartiles: readonly [min: number, q1: number, median: number, q3: number, max: number] | null
  readonly mean: number | null
}

export type Histogram =
  | { readonly kind: 'numbers'; readonly low: number; readonly high: number; readonly counts: readonly number[] }
  | { readonly kind: 'values'; readonly values: readonly string[]; readonly counts: readonly number[]; readonly others: number }

/** The labels of a task in each split. */
export interface TaskLabels {
  readonly task: string
  readonly kind: string
  /** Where its labels come from. */
  readonly source: number
  readonly column: string
  /** Class names, or the edges of equally wide bins, one more than there are bins. */
  readonly classes: readonly string[] | null
  readonly edges: readonly number[] | null
  readonly splits: readonly {
    readonly name: SplitName
    readonly rows: number
    readonly missing: number
    readonly counts: readonly number[]
  }[]
}

/** How the tasks' labels hang together, and what a linear model of the inputs can tell of them. */
export interface Relatedness {
  readonly tasks: readonly string[]
  readonly pairs: readonly TaskPair[]
  readonly probes: readonly TaskProbe[]
  /** transfer[i][j]: share of what a linear probe finds out about task j that the probe of task i alone holds; null where unknown. */
  readonly transfer: readonly (readonly (number | null)[])[]
  /** Rows that probes were fitted on and measured on. */
  readonly rows: { readonly train: number; readonly validation: number }
  /** Values of a row that probes see, after random projection where there are more. */
  readonly width: number
  readonly projected: boolean
}

export interface TaskPair {
  readonly a: string
  readonly b: string
  /** Rows with both labels. */
  readonly rows: number
  readonly association: { readonly measure: 'cramersV' | 'correlationRatio' | 'pearson'; readonly value: number } | null
  /** In nats, corrected for the bias of small samples; and divided by the geometric mean of the entropies. */
  readonly mutualInformation: number | null
  readonly normalized: number | null
  /** 1 − Jensen-Shannon distance of the label distributions; null for a class beside a number. */
  readonly similarity: number | null
  /** Counts of rows by class or quarter of the values of a (rows) and b (columns); null where there are too many. */
  readonly table: {
    readonly rows: readonly string[]
    readonly columns: readonly string[]
    readonly counts: readonly (readonly number[])[]
  } | null
}

export interface TaskProbe {
  readonly task: string
  /** Rows with a label among those that the probe is fitted on. */
  readonly rows: number
  /** Share of the label's variance on the validation split that a linear model of the inputs explains; null without labels there. */
  readonly skill: number | null
}

export interface SampleReport {
  readonly rows: readonly SampleRow[]
  /** Whether the model augments its training rows. */
  readonly augmented: boolean
}

export interface SampleRow {
  readonly split: SplitName
  /** Of several that read the same rows, the first. */
  readonly source: number
  /** How messages name the row: from 1, in the order of the source. */
  readonly row: number
  readonly raw: readonly { readonly column: string; readonly text: string | null }[]
  /** What the network sees, by column or input. */
  readonly encoded: readonly { readonly name: string; readonly values: readonly number[]; readonly width: number }[]
  readonly labels: readonly { readonly task: string; readonly text: string | null; readonly target: number | null }[]
  readonly images: readonly SampleImage[]
}

export interface SampleImage {
  readonly input: string
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
  /** Range of the values that the network sees; pixels are 0 … 255 of it. */
  readonly low: number
  readonly high: number
  /** Base64 of bytes [height, width, channels]: as it is, then as some training steps see it. */
  readonly pixels: readonly string[]
}

export interface DataWarning {
  readonly code:
    'mtl/leakage' | 'mtl/duplicates-across-splits' | 'mtl/constant-column' | 'mtl/class-missing-from-split' | 'mtl/labels-mostly-missing'
  readonly message: string
  /** What it is about: a column among the features, a task's label, or else the source. */
  readonly node?: string
  readonly column?: string
  readonly task?: string
  readonly source: number
}
