import type { OptionSpecs, Options } from '../base/options'
import type { Builder, Tensor } from '../tensor/builder'

/** A kind of task: its output layer, loss, predictions and metrics. One file each; types of `tensor` only. */
export interface TaskDefinition {
  readonly kind: string
  readonly doc: string
  readonly example: string
  readonly options: OptionSpecs
  /** How a label column becomes numbers: class indices, 0/1, or a standardised number. */
  readonly target: 'class' | 'binary' | 'number'
  /** Size of the output layer; null while the classes are unknown. */
  units(classes: number | null, options: Options): number | null
  /**
   * Loss of each row, before the mask of missing labels.
   * @param output [batch, units]  @param target [batch]  @returns [batch]
   */
  loss(b: Builder, output: Tensor, target: Tensor, options: Options): Tensor
  /** What the model answers: probabilities [batch, units], or a standardised number [batch, 1]. */
  prediction(b: Builder, output: Tensor): Tensor
  /** Names in the metric table, the leading one first; `loss` is always there. */
  readonly metrics: readonly string[]
}
