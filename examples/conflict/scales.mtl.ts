import { adam, csv, dense, equal, model, regression } from 'mtl'

const data = csv('scales.csv', { split: { train: 0.7, validation: 0.15, test: 0.15, seed: 1 } })

const x = data.features({ numeric: ['x0', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7', 'x8', 'x9'] })

const trunk = x.pipe(dense(32, { activation: 'tanh' }))

export default model({
  tasks: {
    // Labels as they are: scaled to one size, as is the default, there would be nothing to balance.
    small: regression(data.label('small'), trunk, { scaling: 'none' }),
    large: regression(data.label('large'), trunk, { scaling: 'none' }),
  },
  training: { optimizer: adam({ learningRate: 5e-3 }), weighting: equal(), epochs: 60, batchSize: 32, seed: 1 },
})
