import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { temporaryFolder } from '../runs/temporary'
import { lines, run } from './command'

/** Data sets that are too large to be kept with the code. */
const extra = process.env.MTL_EXTRA_DATA ?? resolve('../shared/data')

/** The two labels of the literature: never married is made of marital_status, which is then no feature. */
function withNeverMarried(name: string): string {
  const [header, ...rows] = gunzipSync(readFileSync(join(extra, 'adult', name)))
    .toString('utf8')
    .trimEnd()
    .split('\n')
  const columns = header!.split(',')
  const status = columns.indexOf('marital_status')
  const line = (values: readonly string[], last: string) => [...values.filter((_, i) => i !== status), last].join(',')
  const table = rows.map(row => row.split(',')).map(values => line(values, values[status] === 'Never-married' ? 'yes' : 'no'))
  return [line(columns, 'never_married'), ...table].join('\n') + '\n'
}

const model = `import { adam, binary, csv, dense, model } from 'mtl'

const adult = csv('train.csv', {
  missing: ['?'],
  missingFeatures: 'mode',
  split: { train: 0.9, validation: 0.09, test: 0.01, files: { test: 'test.csv' } },
})
const people = adult.features({
  numeric: ['age', 'fnlwgt', 'education_num', 'capital_gain', 'capital_loss', 'hours_per_week'],
  categorical: ['workclass', 'education', 'occupation', 'relationship', 'race', 'sex', 'native_country'],
})
const trunk = people.pipe(dense(128, { activation: 'relu' }), dense(64, { activation: 'relu' }))
const head = () => trunk.pipe(dense(32, { activation: 'relu' }))
export default model({
  tasks: {
    income: binary(adult.label('income'), head(), { positive: '>50K' }),
    neverMarried: binary(adult.label('never_married'), head(), { positive: 'yes' }),
  },
  training: { optimizer: adam({ learningRate: 1e-3 }), epochs: 4, batchSize: 256, seed: 1 },
})
`

describe('adult', () => {
  const place = temporaryFolder()

  it('reaches the AUCs of PyTorch on the test file: income .904, never married .964', async function () {
    if (!existsSync(join(extra, 'adult', 'adult-train.csv.gz'))) {
      console.log('      skipped: adult is neither in ../shared/data nor in MTL_EXTRA_DATA')
      this.skip()
    }
    const folder = place()
    for (const part of ['train', 'test']) writeFileSync(join(folder, `${part}.csv`), withNeverMarried(`adult-${part}.csv.gz`))
    writeFileSync(join(folder, 'adult.mtl.ts'), model)
    const { code, stdout, stderr } = await run(folder, 'train', 'adult.mtl.ts', '--json')
    assert.equal(code, 0, stderr)
    const { metrics } = lines<{ metrics: Record<string, Record<string, number>> }>(stdout).at(-1)!
    assert.ok(Math.abs(metrics.income!.test_auc! - 0.904) < 0.01, `income ${metrics.income!.test_auc}`)
    assert.ok(Math.abs(metrics.neverMarried!.test_auc! - 0.964) < 0.01, `never married ${metrics.neverMarried!.test_auc}`)
  })
})
