import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ControlAnswer, ControlRequest } from '../../../src/runs/control'
import { sendControl } from '../../../src/runs/controlClient'
import { ControlServer } from '../../../src/runs/controlServer'
import { RunError, RunFolder } from '../../../src/runs/folder'
import { liveProcess } from '../../../src/runs/live'
import { ownMark } from '../../../src/runs/process'
import { temporaryFolder } from './temporary'

describe('control channel', () => {
  const path = temporaryFolder()

  async function serve(folder: RunFolder, answer: (request: ControlRequest) => Promise<ControlAnswer>): Promise<ControlServer> {
    const server = await ControlServer.listen(folder, answer)
    writeFileSync(folder.control, JSON.stringify({ ...ownMark(), address: server.address, heartbeat: Date.now(), started: 0 }))
    return server
  }

  it('answers each request, and says what is wrong with one', async () => {
    const folder = new RunFolder(path())
    const asked: ControlRequest[] = []
    const server = await serve(folder, request => {
      asked.push(request)
      return request.command === 'checkpoint' ? Promise.reject(new Error('the disk is full')) : Promise.resolve({ ok: true })
    })
    assert.deepEqual(await sendControl(folder, { command: 'pause' }), { ok: true })
    assert.deepEqual(await sendControl(folder, { command: 'setLearningRate', value: 0.1 }), { ok: true })
    assert.deepEqual(await sendControl(folder, { command: 'checkpoint' }), { ok: false, error: 'the disk is full' })
    const wrong = await sendControl(folder, { command: 'explode' } as unknown as ControlRequest)
    assert.match(wrong.error!, /no command "explode"/)
    const rate = await sendControl(folder, { command: 'setLearningRate', value: -1 })
    assert.match(rate.error!, /above 0/)
    assert.deepEqual(
      asked.map(request => request.command),
      ['pause', 'setLearningRate', 'checkpoint'],
    )
    server.close()
  })

  it('answers several requests of one connection in their order, and drops one that floods it', async () => {
    const server = await serve(
      new RunFolder(path()),
      request => new Promise(resolve => setTimeout(() => resolve({ ok: true }), request.command === 'pause' ? 60 : 1)),
    )
    const text = await new Promise<string>(resolve => {
      let received = ''
      const socket = connect(server.address, () => socket.write('{"command":"pause"}\n{"command":"resume"}\nnonsense\n'))
      socket.on('data', data => (received += data.toString()).split('\n').length === 4 && resolve(received))
    })
    const answers = text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as ControlAnswer)
    assert.deepEqual(
      answers.map(answer => answer.ok),
      [true, true, false],
    )
    await new Promise(resolve => {
      const socket = connect(server.address, () => socket.write('x'.repeat(100_000)))
      socket.on('error', () => {})
      socket.on('close', resolve)
    })
    server.close()
  })

  it('moves to the temporary folder where the run’s path is too long for a socket', async function () {
    if (process.platform === 'win32') this.skip()
    const deep = join(path(), 'a'.repeat(60), 'b'.repeat(60))
    mkdirSync(deep, { recursive: true })
    const folder = new RunFolder(deep)
    const server = await serve(folder, () => Promise.resolve({ ok: true }))
    assert.ok(server.address.startsWith(tmpdir()) && !server.address.startsWith(deep))
    assert.deepEqual(await sendControl(folder, { command: 'resume' }), { ok: true })
    server.close()
  })

  it('says so where nobody trains the run', async () => {
    const folder = new RunFolder(path())
    await assert.rejects(sendControl(folder, { command: 'pause' }), RunError)
    writeFileSync(folder.control, JSON.stringify({ ...ownMark(), pid: 2 ** 30, address: '/nowhere', heartbeat: Date.now(), started: 0 }))
    assert.equal(liveProcess(folder), null)
    writeFileSync(folder.control, JSON.stringify({ ...ownMark(), address: join(path(), 'no.sock'), heartbeat: Date.now(), started: 0 }))
    await assert.rejects(sendControl(folder, { command: 'pause' }), /can't be reached/)
  })

  it('believes the heartbeat only where the process itself can’t be asked', () => {
    const folder = new RunFolder(path())
    const mark = { ...ownMark(), address: '', started: 0 }
    const write = (control: object) => writeFileSync(folder.control, JSON.stringify(control))
    write({ ...mark, heartbeat: Date.now() - 60_000 })
    assert.equal(liveProcess(folder) !== null, mark.identity !== null, 'a process that is there but was busy')
    write({ ...mark, host: 'elsewhere', heartbeat: Date.now() - 60_000 })
    assert.equal(liveProcess(folder), null)
    write({ ...mark, host: 'elsewhere', heartbeat: Date.now() - 1000 })
    assert.ok(liveProcess(folder))
    if (mark.identity !== null) {
      write({ ...mark, identity: 'another/1', heartbeat: Date.now() })
      assert.equal(liveProcess(folder), null, 'the pid was given to another process')
    }
  })
})
