import { activation, adam, classification, conv2d, dense, equal, flatten, input, maxPool2d, model, npz } from 'mtl'

const fashion = npz('multi-fashion.npz', {
  split: { train: 0.8, validation: 0.1, test: 0.1, seed: 7, stratify: 'left' },
})

const image = input('image', [28, 28, 1], { from: fashion, scale: 1 / 255 })

// LeNet as in Sener & Koltun 2018: one trunk sees both pieces of clothing, each head names one of them.
const trunk = image.pipe(
  conv2d(10, { kernel: 5, padding: 'valid' }),
  maxPool2d(2),
  activation('relu'),
  conv2d(20, { kernel: 5, padding: 'valid' }),
  maxPool2d(2),
  activation('relu'),
  flatten(),
  dense(50, { activation: 'relu' }),
)

export default model({
  tasks: {
    left: classification(fashion.label('left'), trunk.pipe(dense(50, { activation: 'relu' }))),
    right: classification(fashion.label('right'), trunk.pipe(dense(50, { activation: 'relu' }))),
  },
  training: { optimizer: adam({ learningRate: 2e-3 }), weighting: equal(), epochs: 2, batchSize: 64, seed: 1 },
})
