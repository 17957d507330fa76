import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EventLog } from '../../../src/runs/eventLog'
import { EventReader, followEvents } from '../../../src/runs/eventReader'
import type { RunEvent } from '../../../src/runs/events'
import { temporaryFolder, until } from './temporary'

const note = (message: string): RunEvent => ({ type: 'note', time: 1, severity: 'information', message })
const messages = (events: readonly RunEvent[]) => events.map(event => (event.type === 'note' ? event.message : event.type))

describe('event log', () => {
  const folder = temporaryFolder()
  const path = () => join(folder(), 'events.ndjson')

  it('is read by offset, and a torn last line is waited for', () => {
    const log = new EventLog(path())
    log.append(note('one'))
    log.append(note('zwei ü 🐧'))
    log.flush()
    const reader = new EventReader(path())
    assert.deepEqual(messages(reader.read()), ['one', 'zwei ü 🐧'])
    assert.deepEqual(reader.read(), [])
    const line = Buffer.from(`${JSON.stringify(note('drei 🐧'))}\n`)
    // Cut within the penguin's four bytes.
    const cut = line.indexOf(Buffer.from('🐧')) + 2
    appendFileSync(path(), line.subarray(0, cut))
    assert.deepEqual(reader.read(), [])
    appendFileSync(path(), line.subarray(cut))
    assert.deepEqual(messages(reader.read()), ['drei 🐧'])
    log.close()
  })

  it('goes on after a line that a killed process left torn', () => {
    writeFileSync(path(), `${JSON.stringify(note('one'))}\n{"type":"note","mess`)
    const log = new EventLog(path())
    log.append(note('two'))
    log.close()
    assert.deepEqual(messages(new EventReader(path()).read()), ['one', 'two'])
  })

  it('reads lines longer than its buffer', () => {
    const long = 'x'.repeat(3_000_000)
    const log = new EventLog(path())
    for (const message of ['short', long, 'end']) log.append(note(message))
    log.close()
    assert.deepEqual(messages(new EventReader(path()).read()), ['short', long, 'end'])
  })

  it('waits for a file that is not there yet', async () => {
    const seen: RunEvent[] = []
    const follower = followEvents(path(), events => seen.push(...events), { pollMilliseconds: 20 })
    writeFileSync(path(), `${JSON.stringify(note('one'))}\n`)
    await until('the event is seen', () => seen.length === 1)
    follower.dispose()
  })

  it('is followed while another process writes it in pieces', async () => {
    const count = 5000
    // Writes the bytes in pieces of odd lengths, so that most reads see a torn line.
    const program = `
      const fs = require('node:fs')
      const file = fs.openSync(process.argv[1], 'a')
      let text = ''
      for (let i = 0; i < ${count}; i++) text += JSON.stringify({ type: 'note', time: i, severity: 'information', message: 'Zeile ü ' + i }) + '\\n'
      const bytes = Buffer.from(text)
      let at = 0
      const more = () => {
        for (let i = 0; i < 20 && at < bytes.length; i++) { const size = 1 + (at * 7919) % 257; fs.writeSync(file, bytes, at, Math.min(size, bytes.length - at)); at += size }
        if (at < bytes.length) setTimeout(more, 2)
      }
      more()`
    const seen: RunEvent[] = []
    let batches = 0
    const follower = followEvents(
      path(),
      events => {
        batches++
        seen.push(...events)
      },
      { pollMilliseconds: 5 },
    )
    spawn(process.execPath, ['-e', program, path()], { stdio: 'inherit' })
    await until('all events are seen', () => seen.length >= count)
    follower.dispose()
    assert.deepEqual(
      seen.map(event => event.time),
      Array.from({ length: count }, (_, i) => i),
    )
    assert.ok(batches > 3, 'the log was read while it grew')
    assert.equal(readFileSync(path(), 'utf8').split('\n').length, count + 1)
  })
})
