import type { OptionSpecs } from '../base/options'
import { augmentations } from '../data/augmentations/table'
import { sources } from '../data/sources/table'
import { transforms } from '../transforms/table'
import { operations } from '../layers/operations/table'
import { layers } from '../layers/table'
import { methods } from '../methods/table'
import { schedules } from '../optimizers/schedules/table'
import { optimizers } from '../optimizers/table'
import { tasks } from '../tasks/table'
import {
  earlyStoppingDoc,
  earlyStoppingOptions,
  samplingDoc,
  samplingOptions,
  blockDoc,
  concatDoc,
  featuresDoc,
  featuresOptions,
  inputDoc,
  inputOptions,
  lossDoc,
  lossExample,
  modelDoc,
  parameterDoc,
  splitDoc,
  splitOptions,
  trainingDocs,
  trainingOptions,
} from './settings'
import { comment, exampleTag, property, interfaceOf, signature } from './declarationText'
import { initializerOption } from '../layers/initializers'
import { transformOptions } from './transformation'
import { optionsType } from './typeNames'

type OperationDefinition = (typeof operations)[number]
type LayerDefinition = (typeof layers)[number]
type TaskDefinition = (typeof tasks)[number]
type SourceDefinition = (typeof sources)[number]
type TransformDefinition = (typeof transforms)[number]

/** Longest pipe whose ranks are checked step by step; a longer one is split into two. */
const longestPipe = 16

/**
 * The TypeScript declaration of the module 'mtl', made from the same tables that the sandbox checks against.
 * Ranks are checked, full shapes are not: those would make `let h = …` loops impossible to type.
 */
export function declarations(): string {
  return [
    '// Made from the tables of MTL Workbench; do not edit.',
    tensorDeclaration(),
    ...layers.map(layerDeclaration),
    concatDeclaration,
    ...operations.map(operationDeclaration),
    blockDeclaration,
    inputDeclaration(),
    splitDeclaration(),
    transformationInterface,
    ...transforms.map(transformationDeclaration),
    augmentationInterface,
    ...augmentations.map(({ kind, doc, example, options, positional }) =>
      choiceDeclaration('Augmentation', kind, doc, example, options, positional),
    ),
    sourceInterfaces(),
    ...sources.map(sourceDeclaration),
    taskInterfaces,
    ...tasks.map(taskDeclaration),
    choiceInterfaces,
    ...optimizers.map(({ kind, doc, example, options }) => choiceDeclaration('Optimizer', kind, doc, example, options, [])),
    ...schedules.map(({ kind, doc, example, options }) => choiceDeclaration('Schedule', kind, doc, example, options, [])),
    weightingValues,
    ...methods.map(({ kind, doc, example, options, positional, traced }) =>
      traced ? tracedDeclaration(kind, doc, example, options) : choiceDeclaration('Weighting', kind, doc, example, options, positional),
    ),
    modelDeclaration(),
    // Without this, everything in a declaration file counts as exported.
    'export {}\n',
  ].join('\n\n')
}

function tensorDeclaration(): string {
  const pipes = Array.from({ length: longestPipe }, (_, last) => {
    const inputs = ['R']
    for (let k = 1; k <= last + 1; k++) inputs.push(`RankAfter<L${k}, ${inputs[k - 1]}>`)
    const steps = inputs.slice(0, -1)
    const types = steps.map((input, k) => `L${k + 1} extends (x: Tensor<${input}>) => Tensor`)
    return `  pipe<${types.join(', ')}>(${steps.map((_, k) => `layer${k + 1}: L${k + 1}`).join(', ')}): Tensor<${inputs.at(-1)}>`
  })
  const pipeDoc = comment(
    'Applies layers one after the other. Takes any function from tensor to tensor.',
    [exampleTag("features.pipe(dense(64, { activation: 'relu' }), dropout(0.1), dense(32))")],
    '  ',
  )
  return `declare const rank: unique symbol
declare const keepsRank: unique symbol

${comment('A symbolic tensor: it stands for a node of the graph and holds no numbers. `R` is its rank without the batch axis: `Tensor<1>` is a vector of features, `Tensor<3>` an image; plain `Tensor` is any.')}
export interface Tensor<R extends number = any> {
  readonly [rank]: R
${pipes.map(pipe => `${pipeDoc}\n${pipe}`).join('\n')}
}

/** A layer of a pipe is checked against what comes before it, so that the mistake is marked and not its neighbour. */
type RankAfter<L, R extends number> = L extends { readonly [keepsRank]: true } ? R : L extends (x: any) => Tensor<infer O> ? O : number

${comment('A layer: call it on a tensor, or put it into a pipe. A layer that is applied twice shares its weights.')}
export interface Layer<I extends number = any, O extends number = any> {
  (x: Tensor<I>): Tensor<O>
}

${comment('A layer that takes any tensor and keeps its rank.')}
export interface SameRankLayer {
  readonly [keepsRank]: true
  <R extends number>(x: Tensor<R>): Tensor<R>
}`
}

function layerDeclaration({ kind, doc, example, options: specs, positional, rank }: LayerDefinition): string {
  const { options, parameters, tags } = signature(kind, specs, positional, `${kind}(…)`)
  const type = rank.output === 'same' ? 'SameRankLayer' : `Layer<${rank.input}, ${rank.output}>`
  return `${options}${comment(doc, [...tags, exampleTag(example)])}\nexport declare function ${kind}(${parameters}): ${type}`
}

const concatDeclaration = `${comment(concatDoc.doc, [exampleTag(concatDoc.example)])}
export declare function concat<R extends number>(first: Tensor<R>, second: Tensor<NoInfer<R>>, ...more: Tensor<NoInfer<R>>[]): Tensor<R>
export declare function concat<R extends number>(tensors: readonly Tensor<R>[]): Tensor<R>`

const blockDeclaration = `${comment(blockDoc.doc, [exampleTag(blockDoc.example)])}
export declare function block<A extends readonly unknown[], O extends Tensor>(name: string, build: (...values: A) => O): (...values: A) => O

${comment(parameterDoc.doc, ['@param name Of the values in the checkpoint.', '@param shape Without a batch axis; [] is a single number.', `@param initializer ${initializerOption.doc.split('. ')[0]!.replace(' of the kernel', '')}. Default: 'zeros'.`, exampleTag(parameterDoc.example)])}
export declare function parameter<const S extends readonly number[]>(name: string, shape: S, initializer?: ${initializerOption.type}): Tensor<S['length']>`

function operationDeclaration({ kind, doc, example, options: specs, least, most, elementwise }: OperationDefinition): string {
  const named = Object.entries(specs)
  const options =
    named.length > 0
      ? `${interfaceOf(
          optionsType(kind),
          `Options of ${kind}.`,
          named.map(([name, spec]) => property(name, spec, `${example.slice(0, -1)}, { $ })`)),
        )}\n\n`
      : ''
  const operand = elementwise && most > 1 ? 'Tensor | number' : 'Tensor'
  const names = ['first', 'second', 'third'].slice(0, least)
  const more = most > least ? [`...more: (${operand})[]`] : []
  const last = named.length > 0 ? [`options?: ${optionsType(kind)}`] : []
  const list = most > least ? `\nexport declare function ${kind}(tensors: readonly (${operand})[]): Tensor` : ''
  const parameters = [...names.map(name => `${name}: ${operand}`), ...more, ...last].join(', ')
  return `${options}${comment(doc, [exampleTag(example)])}\nexport declare function ${kind}(${parameters}): Tensor${list}`
}

function inputDeclaration(): string {
  const from = `${comment('The source whose array of this name is read.', ["@example input('image', [28, 28, 1], { from: digits })"], '  ')}\n  readonly from?: ArraySource | TableArraySource`
  const others = Object.entries(inputOptions).map(([name, spec]) =>
    property(name, spec, "input('image', [28, 28, 1], { from: digits, $ })"),
  )
  return `${interfaceOf('InputOptions', 'Options of input.', [from, ...others])}

${comment(inputDoc.doc, ['@param name Name of the array, and of the node.', '@param shape Shape of one row, without the batch axis.', exampleTag(inputDoc.example)])}
export declare function input<const S extends readonly number[]>(name: string, shape: S, options?: InputOptions): Tensor<S['length']>`
}

function splitDeclaration(): string {
  return interfaceOf(
    'SplitSettings',
    splitDoc,
    Object.entries(splitOptions).map(([name, spec]) => property(name, spec, 'split: { $ }')),
  )
}

const transformationInterface = `${comment('What becomes of a column: how its values turn into the numbers that the model sees. Fitted on the training split, stored with the checkpoint.')}
export interface Transformation {
  readonly role: 'transformation'
}`

const augmentationInterface = `${comment('A random change of training rows, drawn anew for each step from the run’s seed; validation and prediction see the data as they are.')}
export interface Augmentation {
  readonly role: 'augmentation'
}`

function transformationDeclaration(definition: TransformDefinition): string {
  const { kind, doc, example, positional } = definition
  return choiceDeclaration('Transformation', kind, doc, example, transformOptions(definition), positional)
}

function sourceInterfaces(): string {
  const columns = Object.entries(featuresOptions).map(([name, spec]) => property(name, spec, 'data.features({ $ })'))
  const label = comment(
    'The column or array that a task predicts. Rows without a value do not count in that task’s loss.',
    ["@example data.label('species')"],
    '  ',
  )
  return `${interfaceOf('FeatureColumns', 'Columns that the model sees.', columns)}

${comment('What a task predicts: made by `.label(…)` of a data source.')}
export interface Label {
  readonly kind: 'label'
}

${comment('A table: rows with named columns.')}
export interface TableSource {
  readonly form: 'table'
${comment(featuresDoc.doc, [exampleTag(featuresDoc.example)], '  ')}
  features(columns: FeatureColumns): Tensor<1>
${label}
  label(column: string): Label
}

${comment('A table with an array beside its columns: pictures, tokens, spectrograms.')}
export interface TableArraySource {
  readonly form: 'both'
${comment(featuresDoc.doc, [exampleTag(featuresDoc.example)], '  ')}
  features(columns: FeatureColumns): Tensor<1>
${label}
  label(column: string): Label
}

${comment('Named arrays; the first axis counts the rows.')}
export interface ArraySource {
  readonly form: 'arrays'
${label}
  label(array: string): Label
}`
}

function sourceDeclaration({ kind, doc, example, options: specs, form, names }: SourceDefinition): string {
  const required = Object.values(specs).some(spec => spec.required)
  const context = `${kind}('file', { $ })`
  const split = `${comment(splitDoc, ['@example split: { train: 0.7, validation: 0.15, test: 0.15, seed: 7 }'], '  ')}\n  readonly split?: SplitSettings`
  const properties = Object.entries(specs).map(([name, spec]) => property(name, spec, context))
  return `${interfaceOf(optionsType(kind), `Options of ${kind}.`, [...properties, split])}

${comment(doc, [names === 'query' ? '@param query One SELECT statement.' : '@param path Relative to the model file.', exampleTag(example)])}
export declare function ${kind}(${names === 'query' ? 'query' : 'path'}: string, options${required ? '' : '?'}: ${optionsType(kind)}): ${{ table: 'TableSource', both: 'TableArraySource', arrays: 'ArraySource' }[form]}`
}

const taskInterfaces = `${comment('What the function of a loss gets.')}
export interface LossValues {
${comment('What the model answers: probabilities, or a standardised number.', [], '  ')}
  readonly prediction: Tensor<1>
${comment('What the output layer gives: logits, or a standardised number.', [], '  ')}
  readonly output: Tensor<1>
${comment('The label: one-hot, 0 or 1, or a standardised number.', [], '  ')}
  readonly target: Tensor<1>
}

${comment('A task: a label, the tensor in which its head ends, and the output layer that the task adds itself.')}
export interface Task<K extends string = string> {
  readonly kind: K
}`

function taskDeclaration({ kind, doc, example, options: specs, target }: TaskDefinition): string {
  const label = target === 'class' ? 'label: Label | number' : 'label: Label'
  const labelDoc =
    target === 'class'
      ? '@param label Made by `.label(…)` of a data source; a number of classes gives a task that can be designed and checked, but not trained.'
      : '@param label Made by `.label(…)` of a data source.'
  const properties = Object.entries(specs).map(([name, spec]) => property(name, spec, `${kind}(data.label('name'), trunk, { $ })`))
  properties.push(`${comment(lossDoc, [`@example ${lossExample}`], '  ')}\n  readonly loss?: (values: LossValues) => Tensor`)
  return `${interfaceOf(optionsType(kind), `Options of ${kind}.`, properties)}

${comment(doc, [labelDoc, '@param features The tensor in which the head of the task ends.', exampleTag(example)])}
export declare function ${kind}(${label}, features: Tensor<1>, options?: ${optionsType(kind)}): Task<'${kind}'>`
}

const choiceInterfaces = `${comment('How weights are updated.')}
export interface Optimizer {
  readonly role: 'optimizer'
}

${comment('How the learning rate moves during training.')}
export interface Schedule {
  readonly role: 'schedule'
}

${comment('How the tasks are balanced. `T` are the tasks that it names.')}
export interface Weighting<T extends string = never> {
  readonly role: 'weighting'
  readonly tasks?: T
}`

const weightingValues = `${comment('What the function of a weighting gets: of the tasks in the batch, in their order.')}
export interface WeightingValues {
${comment('The mean loss of each task, [tasks].', [], '  ')}
  readonly losses: Tensor<1>
${comment('The inner products of the tasks’ gradients by the shared layers, [tasks, tasks]. Asking for it costs a trunk backward pass per task.', [], '  ')}
  readonly gram: Tensor<2>
${comment('The lengths of these gradients, [tasks]; as costly.', [], '  ')}
  readonly norms: Tensor<1>
}`

function tracedDeclaration(kind: string, doc: string, example: string, specs: OptionSpecs): string {
  const tags = [`@param name ${specs.name!.doc}`, '@param weights One weight for each task, as a tensor.', exampleTag(example)]
  return `export type ${optionsType(kind)} = Record<string, never>

${comment(doc, tags)}
export declare function ${kind}(name: string, weights: (values: WeightingValues) => Tensor): Weighting`
}

/** A positional argument with one value per task lets the task's names flow into the type. */
function choiceDeclaration(
  role: 'Optimizer' | 'Weighting' | 'Schedule' | 'Transformation' | 'Augmentation',
  kind: string,
  doc: string,
  example: string,
  specs: OptionSpecs,
  positional: readonly string[],
): string {
  const { options, parameters, tags } = signature(kind, specs, positional, `${kind}(…)`)
  const perTask = role === 'Weighting' && positional.some(name => specs[name]!.perTask)
  const given = perTask ? parameters.replace('[task: string]: number', '[task in T]: number') : parameters
  return `${options}${comment(doc, [...tags, exampleTag(example)])}\nexport declare function ${kind}${perTask ? '<const T extends string>' : ''}(${given}): ${role}${perTask ? '<T>' : ''}`
}

function modelDeclaration(): string {
  const early = Object.entries(earlyStoppingOptions).map(([name, spec]) =>
    property(name, spec, 'earlyStopping: { patience: 10, $ }'.replace('patience: 10, $', name === 'patience' ? '$' : 'patience: 10, $')),
  )
  const sampling = Object.entries(samplingOptions).map(([name, spec]) => property(name, spec, 'sampling: { $ }'))
  const plain = Object.entries(trainingOptions).map(([name, spec]) => property(name, spec, 'training: { $ }'))
  const training = [
    `${comment(trainingDocs.optimizer, ['@default adam()', '@example optimizer: adam({ learningRate: 1e-3 })'], '  ')}\n  readonly optimizer?: Optimizer`,
    `${comment(trainingDocs.weighting, ['@default equal()', '@example weighting: pcGrad()'], '  ')}\n  readonly weighting?: Weighting<T>`,
    `${comment(trainingDocs.schedule, ['@default constant()', '@example schedule: cosine({ warmup: 1 })'], '  ')}\n  readonly schedule?: Schedule`,
    ...plain,
    `${comment(earlyStoppingDoc, ['@example earlyStopping: { patience: 10 }'], '  ')}\n  readonly earlyStopping?: EarlyStoppingOptions`,
    `${comment(samplingDoc, ["@default { sources: 'size' }", '@example sampling: { sources: { temperature: 2 } }'], '  ')}\n  readonly sampling?: SamplingOptions`,
  ]
  return `${interfaceOf('EarlyStoppingOptions', earlyStoppingDoc, early)}

${interfaceOf('SamplingOptions', samplingDoc, sampling)}

${comment('How the model is trained. `T` are the names of its tasks.')}
export interface TrainingSettings<T extends string = string> {
${training.join('\n')}
}

${comment('What a model is made of.')}
export interface ModelSettings<T extends Readonly<Record<string, Task>>> {
${comment('The tasks by name; the names appear in curves, metrics and predictions.', ["@example tasks: { species: classification(penguins.label('species'), trunk) }"], '  ')}
  readonly tasks: T
${comment('How the model is trained.', ['@example training: { optimizer: adam(), epochs: 20 }'], '  ')}
  readonly training?: TrainingSettings<NoInfer<keyof T & string>>
}

${comment('A multi-task model: the default export of a model file.')}
export interface Model<T extends Readonly<Record<string, Task>> = Readonly<Record<string, Task>>> {
  readonly tasks: T
}

${comment(modelDoc.doc, [exampleTag(modelDoc.example)])}
export declare function model<const T extends Readonly<Record<string, Task>>>(settings: ModelSettings<T>): Model<T>`
}
