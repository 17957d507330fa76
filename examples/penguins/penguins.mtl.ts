import { adam, classification, csv, dense, dropout, model, pcGrad, regression } from 'mtl'

const penguins = csv('penguins.csv', {
  missing: ['', 'NA', '.'], // one penguin's sex is written as "."
  missingFeatures: 'drop', // two penguins were never measured
  split: { train: 0.7, validation: 0.15, test: 0.15, seed: 7, stratify: 'species' },
})

const measurements = penguins.features({
  numeric: ['bill_length_mm', 'bill_depth_mm', 'flipper_length_mm'],
  categorical: ['island'],
})

const trunk = measurements.pipe(
  dense(64, { activation: 'relu' }),
  dropout(0.1),
  dense(32, { activation: 'relu' }),
)

export default model({
  tasks: {
    species: classification(penguins.label('species'), trunk.pipe(dense(16, { activation: 'relu' }))),
    sex: classification(penguins.label('sex'), trunk), // penguins without a known sex do not count in this task's loss
    mass: regression(penguins.label('body_mass_g'), trunk, { weight: 0.5 }),
  },
  training: {
    optimizer: adam({ learningRate: 1e-3 }),
    weighting: pcGrad(),
    epochs: 60,
    batchSize: 32,
    seed: 1,
  },
})
