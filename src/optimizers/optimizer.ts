import type { OptionSpecs, Options } from '../base/options'

/** An optimizer's vocabulary half. The update itself is a kernel of each engine, chosen by `kind`. */
export interface OptimizerDefinition {
  readonly kind: string
  readonly doc: string
  readonly example: string
  readonly options: OptionSpecs
  /** @returns what is wrong with options that are right one by one, and which of them says so */
  problem?(options: Options): { readonly option: string; readonly message: string } | undefined
  /** Arrays of the parameters' size that it keeps, e.g. ['m', 'v']. */
  slots(options: Options): readonly string[]
}
