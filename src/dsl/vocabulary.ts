import { augmentations } from '../data/augmentations/table'
import { sources } from '../data/sources/table'
import { transforms } from '../transforms/table'
import { operations } from '../layers/operations/table'
import { layers } from '../layers/table'
import { methods } from '../methods/table'
import { schedules } from '../optimizers/schedules/table'
import { optimizers } from '../optimizers/table'
import { tasks } from '../tasks/table'
import { choiceBuilder } from './choice'
import { block } from './block'
import { concat } from './concat'
import { weightingBuilder } from './customWeighting'
import { input } from './input'
import { layerBuilder } from './layer'
import { model } from './model'
import { operationBuilder } from './operation'
import { parameter } from './parameter'
import { sourceBuilder } from './source'
import { taskBuilder } from './task'
import { transformationBuilder } from './transformation'

const byKind = <T extends { readonly kind: string }, B>(table: readonly T[], build: (definition: T) => B) =>
  Object.fromEntries(table.map(definition => [definition.kind, build(definition)]))

/** Everything that `import { … } from 'mtl'` can name, made from the tables. */
export const vocabulary: Readonly<Record<string, unknown>> = Object.freeze({
  ...byKind(layers, layerBuilder),
  ...byKind(operations, operationBuilder),
  ...byKind(tasks, taskBuilder),
  ...byKind(optimizers, definition => choiceBuilder('optimizer', definition)),
  ...byKind(schedules, definition => choiceBuilder('schedule', definition)),
  ...byKind(methods, definition => (definition.traced ? weightingBuilder(definition) : choiceBuilder('weighting', definition))),
  ...byKind(sources, sourceBuilder),
  ...byKind(transforms, transformationBuilder),
  ...byKind(augmentations, definition => choiceBuilder('augmentation', definition)),
  input,
  concat,
  block,
  parameter,
  model,
})
