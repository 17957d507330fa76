import { stateless, type MethodDefinition } from '../method'

export const equal: MethodDefinition = {
  kind: 'equal',
  doc: 'The sum of the losses, each with its task’s own `weight`: the baseline that every other method must beat. One backward pass.',
  notWhen: 'The losses differ in scale: the largest one rules the trunk.',
  paper: 'Kurin et al. 2022, In Defense of the Unitary Scalarization for Deep Multi-Task Learning, NeurIPS, arXiv:2201.04122',
  example: 'weighting: equal()',
  formula: 'Σ L_i',
  scale: 'sum',
  heads: 'plain',
  positional: [],
  options: {},
  needs: [],
  create: () => ({
    weights: ({ present }) => ({ shared: Float64Array.from(present, Number) }),
    ...stateless,
  }),
}
