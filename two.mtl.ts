import { adam, batchNorm, binary, csv, dense, model, pcGrad, regression } from 'mtl'

const numbers = csv('numbers.csv', { split: { seed: 3 } })
const signs = csv('signs.csv')
const trunk = [dense(16, { activation: 'relu' }), batchNorm()] as const
const [left, right] = [numbers, signs].map(data => data.features({ numeric: ['x', 'z'] }).pipe(...trunk))

export default model({
  tasks: { number: regression(numbers.label('y'), left), sign: binary(signs.label('y'), right) },
  training: { optimizer: adam({ learningRate: 1e-2 }), weighting: pcGrad(), epochs: 3, sampling: { sources: { temperature: 2 } } },
})
