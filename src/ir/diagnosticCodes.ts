/** What each diagnostic code means; docs/diagnostics.md is written from this table. Codes are stable. */
export const diagnosticCodes = {
  // Text and modules
  'mtl/syntax': 'The text is not TypeScript that can be read. The position is where reading stopped; the slip is often just before it.',
  'mtl/unsupported-syntax':
    'TypeScript that has a meaning at run time beyond types (enum, namespace, parameter properties, `import =`), `await` and `import()` are not part of the language of model files.',
  'mtl/import-package': "A model file imports from 'mtl' and from files by relative path; nothing else exists in the sandbox.",
  'mtl/import-outside': 'The imported file lies outside the workspace folder, directly or by a symbolic link.',
  'mtl/import-not-found': 'There is no such file. `.ts`, `.mtl.ts` and `.json` may be left out or written.',
  'mtl/import-unreadable': 'The imported file can’t be read: it is too large, or its JSON is broken.',
  'mtl/unknown-export': 'The module does not export this name. A near name is offered as a quick fix.',
  'mtl/nesting-too-deep': 'The text is nested deeper than the reader can follow.',
  // Running
  'mtl/runtime-error': 'The model file stopped with an error of its own. Nothing after that place was evaluated.',
  'mtl/time-limit': 'Evaluation was stopped because it took too long: most often an endless loop, marked as well as can be known.',
  'mtl/memory-limit': 'The model file needs more memory than a description of a model should (64 MB).',
  'mtl/recursion': 'Functions call each other without end, or too deeply.',
  'mtl/too-many-layers': 'The model has more than 5,000 layers: most often a loop without a bound.',
  'mtl/internal': 'A fault of MTL Workbench itself. Please report it with the model file.',
  // The model
  'mtl/no-model': 'The file’s default export is not a model: write `export default model({ … })`.',
  'mtl/no-tasks': 'A model needs at least one task in `tasks: { name: classification(…) }`.',
  'mtl/not-a-task': 'The value in `tasks` was not made by a task function.',
  'mtl/unknown-task': 'An option given by task names a task that the model does not have.',
  'mtl/unused-layer': 'No task uses what this layer computes.',
  'mtl/blind-loss': 'A loss that is written as a function and uses neither `prediction` nor `output` has no gradient for its task.',
  // Arguments and options
  'mtl/missing-argument': 'An argument that must be written is missing or of the wrong kind.',
  'mtl/too-many-arguments': 'More arguments than the function takes.',
  'mtl/missing-option': 'An option that must be written is missing.',
  'mtl/unknown-option': 'There is no option of this name. A near name is offered as a quick fix.',
  'mtl/invalid-option': 'The value does not fit the option; the message says what was expected.',
  'mtl/invalid-options': 'Options are written as an object: { name: value }.',
  // Tensors and layers
  'mtl/shape-mismatch': 'The layer does not take a tensor of this shape. Where `flatten()` would help, it is offered as a quick fix.',
  'mtl/shared-shape': 'A layer that is applied twice shares its weights, so both inputs need the same number of features or channels.',
  'mtl/not-a-tensor': 'A tensor was expected here.',
  'mtl/not-a-layer': 'A pipe takes layers, and functions from tensor to tensor.',
  'mtl/layer-not-applied': 'A layer is made by one call and applied to a tensor by another: `dense(64)(x)` or `x.pipe(dense(64))`.',
  'mtl/tensor-arithmetic': 'Tensors are symbolic while the file is evaluated: operators such as + and < have no meaning for them.',
  'mtl/duplicate-name': 'Two inputs have the same name.',
  'mtl/not-comparable':
    'A comparison needs two tasks or more, and methods that can do without options of their own; task affinity needs two tasks that share a layer with weights.',
  'mtl/not-trainable': 'The model can be drawn but not trained: an input, a label or a shape is still open.',
  // Data
  'mtl/data-path': 'The path of a data file must be relative, inside the workspace, and name one file.',
  'mtl/data-unreadable': 'The data file is missing or can’t be read; the message says why.',
  'mtl/data-format': 'The file is not the table or the arrays that it should be; the message names the line and what was expected.',
  'mtl/data-value': 'A value is no finite number where one is needed; the message names row and column.',
  'mtl/data-source':
    'A task learns from rows of the source that its label is from, and the source is of the right kind; tasks may have sources of their own.',
  'mtl/data-changed': 'The data file changed while it was read.',
  'mtl/no-labels': 'No row that a task could learn from has a label.',
  'mtl/empty-split': 'A part of the split has no rows.',
  'mtl/unknown-column': 'The table has no column of this name. A near name is offered as a quick fix.',
  'mtl/unknown-array': 'The npz file has no array of this name. A near name is offered as a quick fix.',
  'mtl/duplicate-column': 'A column is named twice among the features.',
  'mtl/wrong-column': 'The transformation can’t be used for what the column holds; the message says which one can.',
  'mtl/no-features': '`features` needs at least one column.',
  'mtl/missing-features':
    'Values are missing in a feature, and the source does not say what happens to those rows. Quick fixes write `missingFeatures`.',
  'mtl/not-a-number': 'Numbers are needed here, but the column or array holds something else.',
  'mtl/not-a-label': 'A task needs a label, made by `.label(…)` of a data source.',
  'mtl/label-shape': 'A label has one value a row.',
  'mtl/label-as-feature': 'The label of a task is among the features that this task sees.',
  'mtl/one-class': 'The label has fewer than two distinct values.',
  'mtl/not-binary': 'A binary task needs a label of exactly two values.',
  'mtl/too-many-classes': 'A classification needs a label of at most 1,000 distinct values that are names or whole numbers.',
  'mtl/unknown-class': 'The label has no such value.',
  'mtl/input-shape': 'The array has another number of values a row than the shape of the input.',
  'mtl/split-ways': 'A split is told in two ways that can’t both hold.',
  'mtl/leakage':
    'A feature alone nearly determines a label. Often it is known only after the label is, or is made from it: then the model looks good and is of no use. The thresholds stand in the message. A quick fix takes the column out of the features.',
  'mtl/duplicates-across-splits':
    "Rows of the validation or test split have the same features and labels as rows of the training split, so that what was learnt by heart counts as understood. `duplicates: 'drop'` leaves repeated rows out, and is offered as a quick fix where the model reads all columns; a split by `group` keeps what belongs together.",
  'mtl/constant-column':
    'A feature has one value in the whole training split: nothing can be learnt from it. A quick fix takes the column out of the features.',
  'mtl/class-missing-from-split':
    'A class does not occur in a part of the split: it can’t be learnt, or not be judged. `stratify` by the label keeps the shares of its classes in all parts.',
  'mtl/labels-mostly-missing': 'At least nine in ten rows of the training split have no label of this task.',
  'mtl/split-sum': 'The shares of a split must add up to 1.',
  // What a run has seen
  'mtl/conflict':
    'The gradients of two tasks point against each other at this shared layer, for longer than chance explains: what one task learns here, the other unlearns. A run has measured it; its upper bound of the mean cosine, corrected for all layers and pairs, lies below what is reported, and both gradients are signal. Unrelated tasks are in conflict in half of the steps. Quick fixes split the layer and what follows by task, choose a weighting made for conflict, stop one task’s gradient, or scale its loss.',
  'mtl/task-conflict':
    'The task takes part in a conflict at a shared layer, or is drowned by a task whose gradients are six and more times as long. Its share of the gradient tells how much it moves the shared layers beside the others; its worst partner is the task that it is most opposed to over all of them. Quick fixes choose a weighting made for conflict, or for losses of different scale.',
} as const

export type DiagnosticCode = keyof typeof diagnosticCodes
