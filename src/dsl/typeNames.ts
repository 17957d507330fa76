import { augmentations } from '../data/augmentations/table'
import { sources } from '../data/sources/table'
import { transforms } from '../transforms/table'
import { operations } from '../layers/operations/table'
import { layers } from '../layers/table'
import { methods } from '../methods/table'
import { schedules } from '../optimizers/schedules/table'
import { optimizers } from '../optimizers/table'
import { tasks } from '../tasks/table'

/** 'conv2d' → 'Conv2dOptions': the interface of its options in the declaration. */
export const optionsType = (kind: string): string => `${kind[0]!.toUpperCase()}${kind.slice(1)}Options`

const fixed = [
  'Tensor',
  'Layer',
  'SameRankLayer',
  'Label',
  'TableSource',
  'ArraySource',
  'TableArraySource',
  'LossValues',
  'WeightingValues',
  'Task',
  'Optimizer',
  'Weighting',
  'Schedule',
  'Transformation',
  'Augmentation',
  'Model',
  'ModelSettings',
  'TrainingSettings',
  'SplitSettings',
  'FeatureColumns',
]

/** Types that the declaration of 'mtl' exports: an import of these vanishes with the other types. */
export function typeNames(): string[] {
  const kinds = [layers, tasks, optimizers, schedules, methods, sources, transforms, augmentations].flatMap(table =>
    table.map(({ kind }) => kind),
  )
  const withOptions = operations.filter(({ options }) => Object.keys(options).length > 0).map(({ kind }) => kind)
  return [...fixed, ...[...kinds, ...withOptions, 'input', 'earlyStopping', 'sampling'].map(optionsType)]
}
