import { adam, csv, dense, equal, model, regression } from 'mtl'

const data = csv('correlation.csv', { split: { train: 0.7, validation: 0.15, test: 0.15, seed: 1 } })

const x = data.features({ numeric: ['x0', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7', 'x8', 'x9'] })

// All that both tasks learn of a row has to pass through a single unit.
const trunk = x.pipe(dense(1))

export default model({
  tasks: {
    a: regression(data.label('a'), trunk.pipe(dense(16, { activation: 'tanh' }))),
    // Correlated by a half; b_same, b_none and b_minus_half are related to a in other ways.
    b: regression(data.label('b_half'), trunk.pipe(dense(16, { activation: 'tanh' }))),
  },
  training: { optimizer: adam({ learningRate: 5e-3 }), weighting: equal(), epochs: 60, batchSize: 32, seed: 1 },
})
