import assert from 'node:assert/strict'
import { nearest, editDistance } from '../../../src/base/nearest'
import {
  boolean,
  number,
  oneOf,
  perTaskNumber,
  positiveInteger,
  text,
  textList,
  wholeNumber,
  type OptionSpec,
} from '../../../src/base/options'

describe('descriptions of options', () => {
  const accepts: [string, OptionSpec, unknown[], unknown[]][] = [
    ['positive integers', positiveInteger(''), [1, 64], [0, -1, 1.5, NaN, '3', null, undefined]],
    ['whole numbers', wholeNumber(''), [0, 3], [-1, 0.5, Infinity]],
    ['numbers', number(''), [0, -2.5], [NaN, Infinity, '1']],
    ['numbers within bounds', number('', { above: 0, below: 1 }), [0.5], [0, 1, -1, 2]],
    ['numbers with their bounds', number('', { min: 0, max: 1 }), [0, 1], [-0.1, 1.1]],
    ['yes and no', boolean(''), [true, false], [0, 'true']],
    ['texts', text(''), ['', 'a'], [1, null]],
    ['lists of texts', textList(''), [[], ['a']], ['a', [1], null]],
    ['choices', oneOf(['same', 'valid'], ''), ['same'], ['Same', '', 1]],
    ['numbers by task', perTaskNumber(''), [{ a: 1 }, {}], [{ a: 0 }, { a: 'x' }, [1], null]],
  ]
  for (const [name, spec, good, bad] of accepts) {
    it(`tell ${name} from others, and say what was expected`, () => {
      for (const value of good) assert.equal(spec.check(value), undefined, JSON.stringify(value))
      for (const value of bad) assert.match(spec.check(value) ?? '', /^\w/, JSON.stringify(value))
    })
  }

  it('name the bounds', () => {
    assert.equal(number('', { min: 0, below: 1 }).check(2), 'a number of 0 or more and below 1')
  })
})

describe('the nearest name', () => {
  it('is offered for slips of the hand only', () => {
    assert.equal(nearest('activaton', ['units', 'activation', 'bias']), 'activation')
    assert.equal(nearest('Relu', ['relu', 'gelu']), 'relu')
    assert.equal(nearest('colour', ['units', 'bias']), undefined)
    assert.equal(nearest('x', []), undefined)
  })

  it('is measured by single changes', () => {
    assert.equal(editDistance('kitten', 'sitting'), 3)
    assert.equal(editDistance('', 'abc'), 3)
    assert.equal(editDistance('abcdef', 'ghijkl', 3), 3)
  })
})
