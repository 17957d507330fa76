import type { LayerDefinition } from './layer'

export const stopGradient: LayerDefinition = {
  kind: 'stopGradient',
  doc: 'Passes its input on and lets no gradient back. A task behind it learns from the layers before it without moving them.',
  example: 'features.pipe(dense(32), stopGradient(), dense(16))',
  positional: [],
  options: {},
  rank: { input: 'any', output: 'same' },
  shape: input => input,
  lower: (b, x) => b.stopGradient(x),
}
