import assert from 'node:assert/strict'
import { modelTemplate } from '../../../../src/extension/commands/modelTemplate'
import { obstaclesToTraining } from '../../../../src/ir/analysis'
import { evaluate } from '../../language/evaluate'

describe('a new model', () => {
  it('has no errors, is drawn, and lacks nothing but its data', async () => {
    const { graph, diagnostics } = await evaluate(modelTemplate)
    assert.deepEqual(diagnostics, [])
    assert.deepEqual(
      graph!.tasks.map(({ name }) => name),
      ['kind', 'state'],
    )
    const obstacles = obstaclesToTraining(graph!).map(({ message }) => message)
    assert.ok(obstacles.length > 0 && obstacles.every(message => /data|label/.test(message)), obstacles.join('\n'))
  })
})
