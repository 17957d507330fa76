/** A new model: small, whole, and drawn at once; its data is the one thing that its author has to name before it trains. */
export const modelTemplate = `import { adam, classification, dense, input, model } from 'mtl'

// Train it on a table: const table = csv('data.csv'), then table.features({ numeric: ['column', …] }) in place of input(…),
// and table.label('column') in place of the number of classes. A number is predicted by regression(table.label('column'), trunk).
const trunk = input('features', [8]).pipe(
  dense(64, { activation: 'relu' }),
  dense(32, { activation: 'relu' }),
)

// What one task uses alone is its head.
export default model({
  tasks: {
    kind: classification(3, trunk),
    state: classification(2, trunk.pipe(dense(16, { activation: 'relu' }))),
  },
  training: { optimizer: adam({ learningRate: 1e-3 }), epochs: 20, batchSize: 32, seed: 1 },
})
`
