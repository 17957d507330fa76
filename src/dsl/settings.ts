import { number, positiveInteger, wholeNumber, type OptionSpecs } from '../base/options'

/** The plain settings of `training: { … }`; optimizer, weighting and earlyStopping are checked beside them. */
export const trainingOptions: OptionSpecs = {
  epochs: positiveInteger('Passes over the training split.', { default: 10 }),
  batchSize: positiveInteger('Rows per training step.', { default: 32 }),
  seed: wholeNumber('Sets everything random but the split: initial weights, order of rows, dropout.', { default: 0 }),
}

export const earlyStoppingOptions: OptionSpecs = {
  patience: positiveInteger('Epochs without an improvement after which training ends.', { required: true }),
  minDelta: number('What counts as an improvement: the mean of the tasks’ validation losses, each divided by its first, falls by more than this.', { default: 0, min: 0 }),
}

export const trainingDocs = {
  optimizer: 'How weights are updated.',
  weighting: 'How the tasks are balanced.',
  earlyStopping: 'Ends training when the validation losses stop falling.',
}

export const modelDoc = {
  doc: 'A multi-task model: the default export of the file. Trunk and heads are found from the graph: a layer used by two tasks or more belongs to the trunk.',
  example: `export default model({
  tasks: { species: classification(penguins.label('species'), trunk) },
  training: { optimizer: adam({ learningRate: 1e-3 }), epochs: 20 },
})`,
}
