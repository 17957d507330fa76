import assert from 'node:assert/strict'
import { join } from 'node:path'
import { open } from '../../../src/data/open'
import { predictionRows } from '../../../src/data/predict'
import { sameRows } from '../../../src/data/sources/sameRows'
import type { ModelGraph } from '../../../src/ir/graph'
import { picture, pictures } from './files'
import { folderWith, problemOf } from './folder'
import { modelOf } from './model'

const words = { tokens: 'words', pattern: '\\w+', lowercase: true, length: 3, vocabulary: 20, column: 'text', missing: [''] }

/** A model of three inputs: columns, pictures and texts of one table. */
function model(changes: Partial<ModelGraph['sources'][number]> = {}): ModelGraph {
  const options = { size: [4, 6], channels: 3, column: 'photo', missing: [''] }
  const base = modelOf({
    source: { kind: 'images', path: 't.csv', options },
    features: { numeric: ['x'] },
    inputs: { image: [4, 6, 3], tokens: [3] },
    tasks: { k: ['classification', 'k'] },
  })
  const inputs = base.nodes.map((node, id) => ({ ...node, id, options: node.name === 'tokens' ? { source: 1 } : node.options }))
  const nodes = [...inputs, { ...inputs[0]!, id: 3, kind: 'concat', name: 'all', inputs: [0, 1, 2], options: {} }]
  const tasks = base.tasks.map(task => ({ ...task, features: 3, output: 3 }))
  const [table, texts] = [base.sources[0]!, { ...base.sources[0]!, id: 1, kind: 'text', options: words, ...changes }]
  return { ...base, nodes, tasks, sources: [table, sameRows(table, texts) ? { ...texts, sameRowsAs: 0 } : texts] }
}

describe('a model with inputs of several kinds over one table', () => {
  const text = (i: number) => ['one two', 'two', 'three three one'][i % 3]
  const lines = Array.from({ length: 60 }, (_, i) => `${i % 2 ? 'grey' : 'png'}.png,${i},${text(i)},${i % 3}`)
  const folder = folderWith({
    't.csv': ['photo,x,text,k', ...lines].join('\n'),
    'u.csv': ['photo,x,text,k', ...lines].join('\n'),
    'new.csv': 'photo,x,text\npng.png,30,two zebras\n',
    'png.png': picture('png'),
    'grey.png': picture('grey'),
  })

  it('gives each row’s columns, picture and text together', async () => {
    const data = await open(model(), { folder })
    const { state } = data.preprocessing.features.tokens as unknown as { state: { entries: string[] } }
    const columns = data.preprocessing.features.columns as unknown as { columns: { state: { center: number; range: number } }[] }
    const { center, range } = columns.columns[0]!.state
    for (let row = 0; row < data.train.rows; row++) {
      const batch = data.train.batch([row], 1)
      const i = Math.round(batch.inputs.columns![0]! * range + center) + 0
      assert.equal(batch.targets.k![0], i % 3)
      const tokens = [...batch.inputs.tokens!].filter(id => id > 0).map(id => state.entries[id - 2])
      assert.equal(tokens.join(' '), text(i))
      const grey = pictures.pixels.map((_, at) => pictures.pixels[at - (at % 3)]!)
      assert.deepEqual([...batch.inputs.image!], i % 2 ? grey : pictures.pixels)
    }
    const predicted = await predictionRows(data.preprocessing, join(folder, 'new.csv'))
    const { inputs } = predicted.batch([0], 1)
    assert.deepEqual([...inputs.image!], pictures.pixels)
    assert.deepEqual([...inputs.tokens!], [state.entries.indexOf('two') + 2, 1, 0])
  })

  it('is refused where the rows are not the same', async () => {
    for (const changes of [
      { path: 'u.csv' },
      { split: { train: 0.7, validation: 0.15, test: 0.15, seed: 99, stratify: null } },
      { options: { ...words, missing: ['', '-'] } },
    ]) {
      const { message } = await problemOf(open(model(changes), { folder }))
      assert.match(message, /^task 'k' has its label from t\.csv, but the input 'tokens' from [tu]\.csv/)
    }
  })
})
