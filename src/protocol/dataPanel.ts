import type { DataReport } from '../ir/dataReport'

/** The data panel shows what a model reads. Each report is sent as a whole snapshot: reports are bounded. */
export interface DataSnapshot {
  /** Of the model file: the panel keeps it in its state, from which VS Code brings the panel back after a reload. */
  readonly uri: string
  readonly title: string
  readonly status: DataStatus
  /** Why there is no report, or no new one; one sentence. */
  readonly message: string | null
  /** The last report; of an older text or file where the status is not 'ready'. */
  readonly report: DataReport | null
}

/** 'broken': the model file has errors or lacks data; 'failed': the data could not be read. */
export type DataStatus = 'waiting' | 'reading' | 'ready' | 'failed' | 'broken' | 'untrusted' | 'stopped'

/** Nothing is sent in between. */
export type DataDelta = never

export type DataAction =
  /** Show where the model file names a column, a label or the source. */
  | { readonly kind: 'reveal'; readonly source: number; readonly column?: string; readonly node?: string; readonly task?: string }
  /** Read the data again. */
  | { readonly kind: 'refresh' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'trust' }

export const dataViews = ['columns', 'labels', 'tasks', 'rows'] as const
export type DataView = (typeof dataViews)[number]

/** Kept by VS Code with the panel (`setState`), restored after a reload. */
export interface DataPanelState {
  readonly uri: string
  readonly view: DataView
  /** Text that column names must hold. */
  readonly filter: string
  readonly usedOnly: boolean
  readonly scroll: number
}
