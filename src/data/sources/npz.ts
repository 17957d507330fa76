import type { SourceDefinition } from '../source'

export const npz: SourceDefinition = {
  kind: 'npz',
  doc: 'Arrays in a NumPy .npz file (`numpy.savez_compressed`); the first axis counts the rows. Use them with input(name, shape, { from }) and .label(name).',
  example: "npz('multi-fashion.npz', { split: { train: 0.8, validation: 0.1, test: 0.1, seed: 7 } })",
  options: {},
  form: 'arrays',
}
