import type { MethodDefinition } from '../method'

export const equal: MethodDefinition = {
  kind: 'equal',
  doc: 'The sum of the losses, each with its task’s own `weight`. The baseline that every other method must beat; one backward pass.',
  example: 'weighting: equal()',
  positional: [],
  options: {},
  needs: 'nothing',
  create: () => ({
    weights: ({ present }) => ({ shared: Float64Array.from(present, Number) }),
    state: () => null,
    restore: () => {},
  }),
}
