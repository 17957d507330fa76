import assert from 'node:assert/strict'
import { dataReport } from '../../../../src/data/report/report'
import { dataMend } from '../../../../src/extension/editor/dataMends'
import { folderWith } from '../../data/folder'
import { modelOf, type DataModel } from '../../data/model'

/** What is offered on the warnings of a table whose rows come twice, by code. */
async function mends(header: string, row: (i: number) => string, numeric: string[], options: DataModel['source']['options'] = {}) {
  const rows = Array.from({ length: 200 }, (_, i) => row(i))
  const model = modelOf({
    source: { kind: 'csv', path: 'd.csv', options },
    features: { numeric },
    tasks: { k: ['classification', 'k'] },
  })
  const folder = folderWith({ 'd.csv': [header, ...rows].join('\n') })
  const report = await dataReport(model, { folder, root: folder })
  return Object.fromEntries(report.warnings.map(warning => [warning.code, dataMend(model, report, warning)]))
}

const some = (i: number) => ((i % 100) * 37) % 101
const kind = (i: number) => 'xy'[(some(i) >> 2) % 2]!

describe('what is offered on a warning of the data', () => {
  it('a column that gives the label away, or never changes, is taken out of the features', async () => {
    const found = await mends('a,leak,same,k', i => `${i},${some(i) + (kind(i) === 'x' ? 1000 : 0)},7,${kind(i)}`, ['a', 'leak', 'same'])
    assert.deepEqual(found, {
      'mtl/leakage': { title: "Take 'leak' out of the features", edit: { kind: 'removeFeature', node: 0, column: 'leak' } },
      'mtl/constant-column': { title: "Take 'same' out of the features", edit: { kind: 'removeFeature', node: 0, column: 'same' } },
    })
  })

  it('rows that come again are dropped, where that can end the warning', async () => {
    const twice = (i: number) => `${some(i)},${kind(i)}`
    const drop = {
      title: "Leave out rows that repeat another one (duplicates: 'drop')",
      edit: { kind: 'setSourceOption', source: 0, option: 'duplicates', value: 'drop' },
    }
    assert.deepEqual(await mends('a,k', twice, ['a']), { 'mtl/duplicates-across-splits': drop })
    assert.deepEqual(await mends('a,k', twice, ['a'], { duplicates: 'drop' }), {})
    // A column that the model does not read makes the rows differ.
    assert.deepEqual(await mends('a,k,id', i => `${twice(i)},${i}`, ['a']), { 'mtl/duplicates-across-splits': undefined })
  })
})
