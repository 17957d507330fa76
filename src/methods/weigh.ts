import { text } from '../base/options'
import { stateless, type MethodDefinition } from './method'
import { presentTasks, restrictedTo, scattered } from './presence'

/**
 * A weighting written in the model file: a function from the losses, and perhaps the Gram matrix, of the tasks in the batch to
 * their weights. It is traced in the sandbox, and runs in float64. Where it gives a number that is not finite, all weights are 1.
 */
export const weigh: MethodDefinition = {
  kind: 'weigh',
  doc: 'A weighting of one’s own: a function of the losses, the Gram matrix of the tasks’ gradients and their norms. One backward pass, or one trunk backward pass per task where it asks for `gram` or `norms`.',
  notWhen: 'A published method does the same: its properties are tested, and its figures stand here.',
  example: "weighting: weigh('inverse', ({ losses }) => divide(1, losses))",
  formula: 'as written',
  scale: 'own',
  heads: 'weighted',
  positional: ['name'],
  options: {
    name: {
      ...text('Of the weighting, in runs and comparisons.', { required: true }),
      check: name => (typeof name === 'string' && /^\S(.{0,58}\S)?$/.test(name) ? undefined : 'a text of 1 to 60 characters on one line'),
    },
  },
  needs: ['losses'],
  needsWith: ({ gram }) => (gram === true ? ['gram'] : ['losses']),
  traced: true,
  create({ options, traced }) {
    const name = options.name as string
    if (!traced) throw new RangeError('weigh is a function of the model file, and has no weights of its own')
    return {
      weights({ present, losses, gram }) {
        const T = present.length
        const tasks = presentTasks(present)
        const weights = traced(
          Float64Array.from(tasks, i => losses![i]!),
          gram && restrictedTo(gram, T, tasks),
        )
        const wrong = weights.find(weight => !Number.isFinite(weight))
        if (wrong === undefined) {
          const shared = scattered(weights, T, tasks)
          return { shared, heads: shared }
        }
        const shared = scattered(
          tasks.map(() => 1),
          T,
          tasks,
        )
        return { shared, heads: shared, note: `${name} gave a weight that is no finite number (${wrong}): all were set to 1.` }
      },
      ...stateless,
    }
  },
}
