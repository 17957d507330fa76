import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { sources } from '../../src/data/sources/table'
import { layers } from '../../src/layers/table'
import { methods } from '../../src/methods/table'
import { optimizers } from '../../src/optimizers/table'
import { schedules } from '../../src/optimizers/schedules/table'
import { tasks } from '../../src/tasks/table'

describe('README', () => {
  const text = readFileSync('README.md', 'utf8')

  it('names every source, layer, task, optimizer and schedule', () => {
    for (const { kind } of [...sources, ...layers, ...tasks, ...optimizers, ...schedules]) assert.ok(text.includes(`\`${kind}\``), kind)
  })

  it('counts the methods', () => {
    const published = methods.filter(({ kind }) => kind !== 'weigh')
    assert.match(text, new RegExp(`\\b${published.length} methods\\b`))
  })
})
