import type { ColumnProfile, TableProfile } from '../../../src/ir/profile'

/** The model of the product's description, to the letter. */
export const penguins = `import { adam, classification, csv, dense, dropout, model, pcGrad, regression } from 'mtl'

const penguins = csv('penguins.csv', {
  missing: ['', 'NA'],               // what counts as no value
  missingFeatures: 'drop',           // must be said once the profile shows gaps in a feature; the count is reported
  split: { train: 0.7, validation: 0.15, test: 0.15, seed: 7, stratify: 'species' },
})

const measurements = penguins.features({
  numeric: ['bill_length_mm', 'bill_depth_mm', 'flipper_length_mm'],  // standardised with the training split's statistics
  categorical: ['island'],                                            // one-hot
})

const trunk = measurements.pipe(dense(64, { activation: 'relu' }), dropout(0.1), dense(32, { activation: 'relu' }))

export default model({
  tasks: {
    species: classification(penguins.label('species'), trunk.pipe(dense(16, { activation: 'relu' }))),
    sex:     classification(penguins.label('sex'), trunk),             // rows without a label do not count in this task's loss
    mass:    regression(penguins.label('body_mass_g'), trunk, { weight: 0.5 }),
  },
  training: { optimizer: adam({ learningRate: 1e-3 }), weighting: pcGrad(), epochs: 60, batchSize: 32, seed: 1 },
})
`

const column = (
  name: string,
  missing: number,
  values: readonly string[] | number,
  type: ColumnProfile['type'] = 'text',
): ColumnProfile => ({
  name,
  type,
  missing,
  distinct: typeof values === 'number' ? values : values.length,
  values: typeof values === 'number' ? null : values,
})

/** As the Palmer penguins are, with their quirks. */
export const penguinsProfile: TableProfile = {
  kind: 'table',
  rows: 344,
  columns: [
    column('species', 0, ['Adelie', 'Chinstrap', 'Gentoo']),
    column('island', 0, ['Biscoe', 'Dream', 'Torgersen']),
    column('bill_length_mm', 2, 164, 'number'),
    column('bill_depth_mm', 2, 80, 'number'),
    column('flipper_length_mm', 2, 55, 'number'),
    column('body_mass_g', 2, 94, 'number'),
    column('sex', 10, ['.', 'FEMALE', 'MALE']),
  ],
}
