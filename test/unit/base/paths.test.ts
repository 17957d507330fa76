import assert from 'node:assert/strict'
import { folderOf, joinPath } from '../../../src/base/paths'

describe('paths', () => {
  it('are joined and tidied', () => {
    assert.equal(joinPath('a/b', '../c.ts'), 'a/c.ts')
    assert.equal(joinPath('', './c//d/./e'), 'c/d/e')
    assert.equal(joinPath('a', '../../c'), '../c')
    assert.equal(joinPath('a', '../../../c'), '../../c')
    assert.equal(joinPath('', '..'), '..')
  })

  it('have a folder', () => {
    assert.equal(folderOf('a/b/c.ts'), 'a/b')
    assert.equal(folderOf('c.ts'), '')
  })
})
