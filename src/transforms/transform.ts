import type { Json } from '../base/json'
import type { OptionSpecs, Options } from '../base/options'
import type { ColumnProfile } from '../ir/profile'

/** A column of numbers; NaN where there is no value. */
export interface NumberValues {
  readonly values: Float64Array
}

/** A column of texts, as indices into its distinct texts; -1 where there is no value. */
export interface CategoryValues {
  readonly codes: Int32Array
  readonly categories: readonly string[]
}

/** One column as it was read. A transformation sees one at a time, whole to fit and in any portion to encode. */
export type ColumnValues = NumberValues | CategoryValues

/** What a transformation learns its state from. */
export interface FitContext<C extends ColumnValues = ColumnValues> {
  readonly name: string
  readonly column: C
  /** Rows of the training split. */
  readonly rows: Int32Array
  readonly options: Options
  /** All distinct texts of the data, sorted, and whether they are numbers ('1' and '1.0' are one value); none for more than 1,000. */
  readonly known: { readonly values: readonly string[]; readonly numbers: boolean } | null
  /** Tells the user what is odd. */
  note(message: string): void
  /** An error about this column, or the first row that holds one of its texts. */
  fail(message: string, category?: number): Error
}

/**
 * How a column of a table becomes numbers: fitted on the training split, stored with the checkpoint, applied in the same way at
 * prediction. One file each, and one line in the table. Gaps are filled before, as the column's `missing` option says; what is
 * still missing encodes as zeros.
 * @template S the fitted state; plain data
 */
interface Definition<S extends Json, C extends ColumnValues> {
  readonly kind: string
  readonly doc: string
  readonly example: string
  /** Beside `missing`, `fill` and `indicator`, which every transformation has. */
  readonly options: OptionSpecs
  readonly positional: readonly string[]
  /** @returns what is wrong with a column of this type ("holds texts, not numbers"), or undefined */
  refuses?(column: ColumnProfile, options: Options): string | undefined
  /** Whether it needs `known`: a column of too many values is refused. */
  readonly needsValues?: boolean
  /** Number of outputs before anything is fitted; null while the column is unknown. */
  units(options: Options, column: ColumnProfile | undefined): number | null
  fit(context: FitContext<C>): S
  width(state: S): number
  /** Adds the encoding of the column's row i at out[offset + i·stride …]. `out` is zero before. */
  encode(state: S, column: C, out: Float32Array, offset: number, stride: number): void
  /** Texts of the column that the state does not know, which are encoded as zeros. */
  unknown?(state: S, column: C): readonly string[]
}

export interface NumberTransform<S extends Json = Json> extends Definition<S, NumberValues> {
  readonly takes: 'numbers'
}

export interface CategoryTransform<S extends Json = Json> extends Definition<S, CategoryValues> {
  readonly takes: 'categories'
}

export type TransformDefinition = NumberTransform | CategoryTransform

/** The table's entry of a transformation: its state is its own affair. */
export const numberTransform = <S extends Json>(definition: Omit<NumberTransform<S>, 'takes'>): TransformDefinition =>
  ({ ...definition, takes: 'numbers' }) as unknown as NumberTransform
export const categoryTransform = <S extends Json>(definition: Omit<CategoryTransform<S>, 'takes'>): TransformDefinition =>
  ({ ...definition, takes: 'categories' }) as unknown as CategoryTransform
