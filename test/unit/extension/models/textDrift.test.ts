import assert from 'node:assert/strict'
import { Random } from '../../../../src/base/random'
import { carryOver, type TextChange } from '../../../../src/extension/models/textDrift'

describe('textDrift', () => {
  const place = { start: 10, end: 20 }
  const after = (offset: number, removed: number, added: number) => carryOver(place, [{ offset, removed, added }])

  it('moves with typing before it, stays with typing behind it', () => {
    assert.deepEqual(after(3, 0, 4), { start: 14, end: 24 })
    assert.deepEqual(after(3, 4, 1), { start: 7, end: 17 })
    assert.deepEqual(after(20, 0, 4), place)
    assert.deepEqual(after(25, 3, 0), place)
  })

  it('typing right before it moves it; typing within it grows it', () => {
    assert.deepEqual(after(10, 0, 2), { start: 12, end: 22 })
    assert.deepEqual(after(12, 3, 5), { start: 10, end: 22 })
  })

  it('is gone once its border is overwritten', () => {
    assert.equal(after(5, 10, 0), undefined)
    assert.equal(after(10, 10, 1), undefined)
    assert.equal(after(15, 10, 0), undefined)
  })

  it('finds the same text again after any edits outside of it', () => {
    const random = Random.seeded(5)
    for (let round = 0; round < 300; round++) {
      let text = `${'a'.repeat(random.below(20))}<call>${'b'.repeat(random.below(20))}`
      const start = text.indexOf('<call>')
      const changes: TextChange[] = []
      for (let i = 0; i < 6; i++) {
        const [from, to] = random.below(2) === 0 ? [0, text.indexOf('<call>')] : [text.indexOf('<call>') + 6, text.length]
        const offset = from + random.below(to - from + 1)
        const removed = random.below(to - offset + 1)
        const inserted = 'x'.repeat(random.below(5))
        text = text.slice(0, offset) + inserted + text.slice(offset + removed)
        changes.push({ offset, removed, added: inserted.length })
      }
      const found = carryOver({ start, end: start + 6 }, changes)
      assert.ok(found)
      assert.equal(text.slice(found.start, found.end), '<call>')
    }
  })
})
