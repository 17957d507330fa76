import assert from 'node:assert/strict'
import { literalPlace } from '../../../src/language/literalPlace'

describe('where a column is written', () => {
  const text = `const other = ['age']\nconst x = data.features({ numeric: [/* 'age' */ 'age', "sex"] })\n`
  const start = text.indexOf('data.features')
  const within = { file: 'm.mtl.ts', start, end: text.length - 1 }

  it('is the text within the call, not a comment and not one elsewhere', () => {
    const found = literalPlace(text, within, 'age')!
    assert.equal(found.start, text.lastIndexOf(`'age'`))
    assert.equal(text.slice(found.start, found.end), `'age'`)
    const sex = literalPlace(text, within, 'sex')!
    assert.equal(text.slice(sex.start, sex.end), '"sex"')
  })

  it('is nowhere where the call does not spell it out, or the text is broken', () => {
    assert.equal(literalPlace(text, within, 'income'), undefined)
    assert.equal(literalPlace('const x = (', { file: 'm', start: 0, end: 11 }, 'age'), undefined)
  })
})
