import { oneOf, type OptionSpec, type OptionSpecs } from '../base/options'

const isWeights = (value: unknown): value is Readonly<Record<string, number>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every(w => typeof w === 'number' && w >= 0 && Number.isFinite(w))

const classWeights: OptionSpec<'balanced' | Readonly<Record<string, number>>> = {
  type: "'balanced' | { readonly [value: string]: number }",
  doc: "Weight of the rows of each value of the label in this task’s training loss, which is a weighted mean. 'balanced' weighs each value by rows / (values · its rows), of the training split (King & Zeng 2001); a value that is not named weighs 1. Metrics are not weighted.",
  check: value =>
    value === 'balanced' || isWeights(value) ? undefined : "'balanced' or an object of numbers of 0 or more by value of the label",
}

/** For labels whose values are not equally frequent. */
export const imbalanceOptions: OptionSpecs = {
  classWeights,
  resample: oneOf(
    ['over', 'under'],
    "Makes the values of this label equally frequent among the rows of each training epoch: 'over' takes rows of rarer values several times, 'under' takes some rows of more frequent values, others in each epoch. For one task of a model, as a row is the same for all.",
  ),
}
