import { adam, classification, dense, dropout, flatten, input, model, regression, series, uncertainty } from 'mtl'

// Two weeks of measurements; the labels are those of the day after.
const days = series('seattle-weather.csv', {
  order: 'date',
  columns: ['precipitation', 'temp_max', 'temp_min', 'wind'],
  window: 14,
  horizon: 1,
  // The last days are for the test: neighbouring windows share days, and a forecast knows no future.
  split: { train: 0.7, validation: 0.15, test: 0.15, time: 'date' },
})

const trunk = input('window', [14, 4], { from: days }).pipe(
  flatten(),
  dense(32, { activation: 'relu', l2: 1e-4 }),
  dropout(0.3),
)

export default model({
  tasks: {
    weather: classification(days.label('weather'), trunk.pipe(dense(16, { activation: 'relu' }))),
    temperature: regression(days.label('temp_max'), trunk),
  },
  training: { optimizer: adam({ learningRate: 1e-3 }), weighting: uncertainty(), epochs: 60, batchSize: 32, seed: 1 },
})
