import assert from 'node:assert/strict'
import { chmodSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { locate } from '../../../src/data/location'
import { folderWith, problemOf } from './folder'

describe('where a data file lies', () => {
  const home = folderWith({
    'work/models/penguins.csv': 'a\n1\n',
    'work/data/rows.csv': 'a\n1\n',
    'work/data/empty.csv': '',
    'secret.csv': 'a\n1\n',
  })
  const [root, folder] = [join(home, 'work'), join(home, 'work/models')]
  symlinkSync(join(home, 'secret.csv'), join(folder, 'link.csv'))
  symlinkSync(join(root, 'data/rows.csv'), join(folder, 'inner.csv'))
  const problem = async (path: string) => {
    const { code, message, place } = await problemOf(locate(path, folder, root, 3))
    assert.equal(place.source, 3)
    return `${code}: ${message}`
  }

  it('is relative to the model file, links resolved', async () => {
    assert.equal(await locate('penguins.csv', folder, root), join(folder, 'penguins.csv'))
    assert.equal(await locate('../data/rows.csv', folder, root), join(root, 'data/rows.csv'))
    assert.equal(await locate('inner.csv', folder, root), join(root, 'data/rows.csv'))
  })

  it('is never outside the workspace, an address or a pattern', async () => {
    assert.equal(await problem('../../secret.csv'), "mtl/data-path: '../../secret.csv' lies outside the workspace folder")
    assert.equal(await problem('link.csv'), "mtl/data-path: 'link.csv' is a link to a place outside the workspace folder")
    assert.equal(await problem('/etc/passwd'), "mtl/data-path: '/etc/passwd' is an absolute path: write it relative to the model file")
    assert.equal(
      await problem('https://x.org/a.csv'),
      "mtl/data-path: 'https://x.org/a.csv' is a URL: data is read from files inside the workspace only",
    )
    assert.equal(
      await problem('s3://bucket/a.csv'),
      "mtl/data-path: 's3://bucket/a.csv' is a URL: data is read from files inside the workspace only",
    )
    assert.equal(await problem('*.csv'), "mtl/data-path: '*.csv' holds a pattern: name one file")
    assert.equal(await problem('..'), "mtl/data-path: '..' lies outside the workspace folder")
    assert.equal(await problem(' '), 'mtl/data-path: the path of the data file is empty')
  })

  it('must be a file that can be read', async () => {
    assert.equal(await problem('pengiuns.csv'), "mtl/data-unreadable: there is no file pengiuns.csv; did you mean 'penguins.csv'?")
    assert.equal(
      await problem('../data/row.csv'),
      "mtl/data-unreadable: there is no file ../data/row.csv; did you mean '../data/rows.csv'?",
    )
    assert.equal(await problem('nothing-like-it.json'), 'mtl/data-unreadable: there is no file nothing-like-it.json')
    assert.equal(await problem('../data'), 'mtl/data-unreadable: ../data is a folder: name a file')
    assert.equal(await problem('../data/empty.csv'), 'mtl/data-unreadable: ../data/empty.csv is empty')
  })

  it('must be readable by this user', async function () {
    if (process.getuid?.() === 0 || process.platform === 'win32') return this.skip() // root reads everything
    chmodSync(join(folder, 'penguins.csv'), 0)
    assert.equal(await problem('penguins.csv'), 'mtl/data-unreadable: penguins.csv may not be read (permission denied)')
  })
})
