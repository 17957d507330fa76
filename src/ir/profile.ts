import type { Options } from '../base/options'

/**
 * Identifies the profile of a data file read with certain options: `missing` markers change counts and types.
 * What is done about gaps and repeated rows changes neither, so that choosing it keeps the profile.
 */
export function profileKey(source: { readonly kind: string; readonly path: string; readonly options: Options }): string {
  const reading = Object.entries(source.options).filter(([name]) => name !== 'missingFeatures' && name !== 'duplicates')
  return JSON.stringify([source.kind, source.path, reading.sort(([a], [b]) => (a < b ? -1 : 1))])
}

/**
 * What the language needs to know of a data file. Made by a child process (`src/data`), stored by the host,
 * handed to the sandbox: a model file stays a pure function of its text and the profiles.
 */
export type DataProfile = TableProfile | ArraysProfile

export interface TableProfile {
  readonly kind: 'table'
  readonly rows: number
  readonly columns: readonly ColumnProfile[]
  /** Arrays beside the columns: pictures, tokens, … */
  readonly arrays?: readonly ArrayProfile[]
}

export interface ColumnProfile {
  readonly name: string
  readonly type: 'number' | 'text' | 'boolean' | 'date'
  /** Rows without a value, after the source's `missing` markers were applied. */
  readonly missing: number
  /** Distinct values (missing not counted): exact up to 50,000 or in up to 500,000 rows, else estimated. */
  readonly distinct: number
  /** All distinct values as text, sorted (numbers by size), where there are at most 1,000; else null. */
  readonly values: readonly string[] | null
  readonly min?: number
  readonly max?: number
  /** Where most values are numbers: the first that is no finite number, and how messages name its row ("row 6 (line 7)"). */
  readonly stray?: { readonly place: string; readonly value: string }
}

export interface ArraysProfile {
  readonly kind: 'arrays'
  readonly rows: number
  readonly arrays: readonly ArrayProfile[]
}

export interface ArrayProfile {
  readonly name: string
  /** Shape of one row: the array's shape without its first axis. */
  readonly shape: readonly number[]
  readonly dtype: string
  /** For whole-number arrays of one value per row: the sorted distinct values, where there are at most 1,000. */
  readonly values: readonly string[] | null
}

/** Why a profile could not be made; shown at the source's path. */
export interface ProfileError {
  readonly kind: 'error'
  readonly code: string
  readonly message: string
}
