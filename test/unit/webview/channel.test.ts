import assert from 'node:assert/strict'
import type { FromPanel } from '../../../src/protocol/message'
import { Channel } from '../../../webview/channel'

function opened() {
  const posted: FromPanel<string>[] = []
  const heard: unknown[] = []
  const channel = new Channel<string, number, string>(message => posted.push(message), {
    snapshot: snapshot => heard.push(snapshot),
    delta: delta => heard.push(delta),
  })
  return { channel, posted, heard }
}

describe('channel of a panel', () => {
  it('hands on a snapshot and the deltas that follow it', () => {
    const { channel, posted, heard } = opened()
    channel.ready()
    channel.receive({ type: 'snapshot', sequence: 4, snapshot: 'all' })
    channel.receive({ type: 'delta', sequence: 5, delta: 1 })
    channel.receive({ type: 'delta', sequence: 6, delta: 2 })
    channel.ready()
    assert.deepEqual(heard, ['all', 1, 2])
    assert.deepEqual(posted, [
      { type: 'ready', lastSequence: null },
      { type: 'ready', lastSequence: 6 },
    ])
  })

  it('asks once for a snapshot after a gap and drops what comes before it', () => {
    const { channel, posted, heard } = opened()
    channel.receive({ type: 'snapshot', sequence: 1, snapshot: 'old' })
    for (const sequence of [3, 4, 2]) channel.receive({ type: 'delta', sequence, delta: sequence })
    assert.deepEqual(posted, [{ type: 'resync' }])
    channel.receive({ type: 'snapshot', sequence: 5, snapshot: 'new' })
    channel.receive({ type: 'delta', sequence: 6, delta: 6 })
    channel.receive({ type: 'delta', sequence: 9, delta: 9 })
    assert.deepEqual(heard, ['old', 'new', 6])
    assert.equal(posted.length, 2)
  })

  it('asks for a snapshot when a delta comes first', () => {
    const { channel, posted, heard } = opened()
    channel.receive({ type: 'delta', sequence: 1, delta: 1 })
    assert.deepEqual([heard, posted], [[], [{ type: 'resync' }]])
  })

  it('ignores a delta that it has seen, and messages of others', () => {
    const { channel, posted, heard } = opened()
    channel.receive({ type: 'snapshot', sequence: 2, snapshot: 'all' })
    channel.receive({ type: 'delta', sequence: 2, delta: 2 })
    for (const message of [null, 'text', 7, { type: 'delta' }, { type: 'other', sequence: 3 }]) channel.receive(message)
    assert.deepEqual([heard, posted], [['all'], []])
  })

  it('sends actions and errors', () => {
    const { channel, posted } = opened()
    channel.send('act')
    channel.report('broke')
    assert.deepEqual(posted, [
      { type: 'action', action: 'act' },
      { type: 'error', message: 'broke' },
    ])
  })
})
