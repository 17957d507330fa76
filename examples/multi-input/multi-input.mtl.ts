import { activation, adam, classification, concat, conv2d, dense, flatten, images, input, maxPool2d, model, regression, uncertainty } from 'mtl'

// One table: a column names each garment's picture, the others describe it.
const garments = images('garments.csv', {
  column: 'picture',
  size: [28, 28],
  channels: 1,
  split: { train: 0.7, validation: 0.15, test: 0.15, seed: 7, stratify: 'kind' },
})

const picture = input('image', [28, 28, 1], { from: garments, scale: 1 / 255 }).pipe(
  conv2d(16, { kernel: 3 }),
  activation('relu'),
  maxPool2d(2),
  conv2d(32, { kernel: 3 }),
  activation('relu'),
  maxPool2d(2),
  flatten(),
  dense(64, { activation: 'relu' }),
)

const description = garments
  .features({ numeric: ['age_months'], categorical: ['material'] })
  .pipe(dense(16, { activation: 'relu' }))

export default model({
  tasks: {
    kind: classification(garments.label('kind'), picture), // from the picture alone
    price: regression(garments.label('price'), concat([picture, description]).pipe(dense(32, { activation: 'relu' })), { scaling: 'log' }),
  },
  training: { optimizer: adam({ learningRate: 1e-3 }), weighting: uncertainty(), epochs: 15, batchSize: 32, seed: 1 },
})
