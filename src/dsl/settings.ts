import { number, oneOf, positiveInteger, text, textList, wholeNumber, type OptionSpecs } from '../base/options'
import { scalings } from '../transforms/scalings/table'

// What belongs to the language itself rather than to a table: the sandbox checks it and the declaration is made from it.

export const inputOptions: OptionSpecs = {
  scale: number('Factor on every value, e.g. 1 / 255 for bytes.', { default: 1 }),
  augment: {
    type: 'readonly Augmentation[]',
    doc: 'Random changes of the training rows, one after the other: flip, crop, rotate, colour, cutout, mixup.',
    check: value => (Array.isArray(value) ? undefined : 'a list such as [flip(), crop(4)]'),
  },
}

export const inputDoc = {
  doc: 'A tensor that comes from outside: an array of an npz file, named like the array. Without `from` it can be designed and checked, but not trained. The batch axis is not written.',
  example: "const image = input('image', [28, 28, 1], { from: digits, scale: 1 / 255 })",
}

export const concatDoc = {
  doc: 'Joins tensors along their last axis: features side by side, or the channels of images of one size. Takes two or more tensors, or a list of them.',
  example: 'const both = concat(left, right)',
}

export const blockDoc = {
  doc: 'Names a group of layers, which the graph can show as one. Gives a layer: each application builds the group anew, with weights of its own. Further arguments go to the function.',
  example:
    "const residual = block('residual', (x: Tensor<3>) => add(x, x.pipe(conv2d(1), activation('relu'))))\nconst h = image.pipe(residual, residual)",
}

export const parameterDoc = {
  doc: 'Learnt values for a layer that is written as a function. The same for all rows, so there is no batch axis; each call makes new ones.',
  example: "const scaled = (x: Tensor) => multiply(x, parameter('scale', [2], 'ones'))",
}

export const lossDoc =
  'A loss of its own: a function from tensors to one number for each row. `output` is what the output layer gives (standardised for a regression, logits else), `prediction` what the model answers (probabilities), `target` the label: standardised, 0 or 1, or one-hot. The mean over rows with a label is taken by the trainer.'

export const lossExample = 'loss: ({ prediction, target }) => mean(square(subtract(prediction, target)))'

export const featuresOptions: OptionSpecs = {
  numeric: textList('Columns of numbers; standardised with the training split’s mean and deviation, or as `scaling` says.'),
  categorical: textList('Columns of names; one-hot encoded.'),
  scaling: oneOf(
    scalings.map(({ kind }) => kind),
    `How the columns under numeric are scaled: ${scalings.map(({ kind, doc }) => `'${kind}' ${doc}`).join('; ')}.`,
  ),
  columns: {
    type: '{ readonly [column: string]: Transformation }',
    doc: 'Columns with a transformation of their own: scale, oneHot, ordinal, hashing or date.',
    check: value =>
      typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : "an object such as { price: scale('robust') }",
  },
}

export const featuresDoc = {
  doc: 'The columns that the model sees, as one vector [features]: numbers first, then the one-hot categories, then `columns` in their order.',
  example:
    "const measurements = penguins.features({\n  numeric: ['bill_length_mm'],\n  categorical: ['island'],\n  columns: { flipper_length_mm: scale('robust', { missing: 'median' }) },\n})",
}

export const splitOptions: OptionSpecs = {
  train: number('Share of the rows to learn from.', { default: 0.7, above: 0, below: 1 }),
  validation: number('Share of the rows that choose the best checkpoint.', { default: 0.15, above: 0, below: 1 }),
  test: number('Share of the rows for the final figures only.', { default: 0.15, above: 0, below: 1 }),
  seed: wholeNumber('The split has its own seed, so that runs of several seeds see the same test rows.', { default: 0 }),
  stratify: {
    type: 'string | readonly string[]',
    doc: 'Column whose values keep their shares in every part; or several, such as the labels of all tasks (iterative stratification, Sechidis et al. 2011).',
    check: value =>
      typeof value === 'string' || (Array.isArray(value) && value.length > 0 && value.every(name => typeof name === 'string'))
        ? undefined
        : 'the name of a column or a list of such names',
  },
  group: text('Column whose rows of one value stay together: no patient, say, is in two parts.'),
  time: text('Column of dates or numbers: the earliest rows are the training part, the latest the test part.'),
  column: text(
    "Column that names the part of each row: 'train', 'validation' or 'test'. A part that it does not name is divided off the training rows.",
  ),
  files: {
    type: '{ readonly validation?: string; readonly test?: string }',
    doc: 'Files of their own, of the same kind and columns, for a part. The shares then divide what is left of this one.',
    check: value => {
      const fits =
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.entries(value).every(([part, path]) => (part === 'validation' || part === 'test') && typeof path === 'string')
      return fits && Object.keys(value).length > 0 ? undefined : "an object such as { test: 'test.csv' }, with paths for validation or test"
    },
  },
}

export const splitDoc =
  'How the rows are divided: by lot, or as `stratify`, `group`, `time`, `column` or `files` say. The three shares add up to 1.'

/** The plain settings of `training: { … }`; optimizer, weighting and earlyStopping are checked beside them. */
export const trainingOptions: OptionSpecs = {
  epochs: positiveInteger('Passes over the training split.', { default: 10 }),
  batchSize: positiveInteger('Rows per training step.', { default: 32 }),
  seed: wholeNumber('Sets everything random but the split: initial weights, order of rows, dropout.', { default: 0 }),
  clipNorm: number('Largest norm of the gradient of all weights together: a longer one is shortened to it. None when not written.', {
    above: 0,
  }),
}

export const samplingOptions: OptionSpecs = {
  sources: {
    type: "'size' | 'roundRobin' | { readonly temperature: number }",
    doc: "'size': in proportion to their rows, and an epoch is all rows once. { temperature: τ }: in proportion to rows^(1/τ), so that small ones are seen more often than by size; an epoch has as many rows as all together. 'roundRobin': whole steps of one source, in turns; an epoch ends when the largest is through.",
    choices: ['size', 'roundRobin'],
    required: true,
    check: value => {
      if (value === 'size' || value === 'roundRobin') return undefined
      const temperature = (value as { temperature?: unknown } | null | undefined)?.temperature
      const fits =
        typeof temperature === 'number' && Number.isFinite(temperature) && temperature > 0 && Object.keys(value as object).length === 1
      return fits ? undefined : "'size', 'roundRobin' or { temperature: τ } with τ above 0"
    },
  },
}

export const samplingDoc = 'How the rows of a step are shared among the data sources, where tasks have their own. By size when not given.'

export const earlyStoppingOptions: OptionSpecs = {
  patience: positiveInteger('Epochs without an improvement after which training ends.', { required: true }),
  minDelta: number(
    'What counts as an improvement: the mean of the tasks’ validation losses, each divided by its first, falls by more than this.',
    { default: 0, min: 0 },
  ),
}

export const earlyStoppingDoc = 'Ends training when the validation losses stop falling.'

export const trainingDocs = {
  optimizer: 'How weights are updated.',
  weighting: 'How the tasks are balanced.',
  schedule: 'How the learning rate moves during training.',
}

export const modelDoc = {
  doc: 'A multi-task model: the default export of the file. Trunk and heads are found from the graph: a layer used by two tasks or more belongs to the trunk.',
  example: `export default model({
  tasks: { species: classification(penguins.label('species'), trunk) },
  training: { optimizer: adam({ learningRate: 1e-3 }), epochs: 20 },
})`,
}
