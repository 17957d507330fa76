import type { Options } from '../base/options'
import type { Choice } from './graph'

/** A function from losses and Gram matrix to weights, as plain data in the options of the weighting `weigh`. */
export interface TracedWeighting {
  readonly name: string
  /** In topological order; inputs are places in this list. The kinds of `weightingInputs` stand for what the function gets. */
  readonly nodes: readonly { readonly kind: string; readonly inputs: readonly number[]; readonly options: Options }[]
  /** Place of the weights. */
  readonly output: number
  /** Whether it asks for the Gram matrix or the norms. */
  readonly gram: boolean
}

/** What the function of a weighting gets, by name, with its rank: [tasks], [tasks, tasks]. */
export const weightingInputs = { losses: 1, gram: 2, norms: 1 } as const

/** What users call a weighting: one that is written in the model file has a name of its own, others their method's. */
export const weightingName = ({ kind, options }: Pick<Choice, 'kind' | 'options'>): string =>
  Array.isArray(options.nodes) && typeof options.name === 'string' ? options.name : kind
