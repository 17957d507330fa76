import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { RunError, RunFolder } from '../../../src/runs/folder'
import { lockHolder, RunLock } from '../../../src/runs/lock'
import { processIdentity } from '../../../src/runs/process'
import { temporaryFolder } from './temporary'

describe('run lock', () => {
  const path = temporaryFolder()
  const folder = () => new RunFolder(path())

  it('is held by one and free again after its release', () => {
    assert.equal(lockHolder(folder()), null)
    const lock = RunLock.acquire(folder())
    assert.throws(() => RunLock.acquire(folder()), RunError)
    assert.equal(lockHolder(folder())?.pid, process.pid)
    lock.release()
    assert.equal(lockHolder(folder()), null)
    RunLock.acquire(folder()).release()
    assert.deepEqual(readdirSync(path()), ['lock-2'])
  })

  it('is taken over from a process that is gone, also where its pid was given again', () => {
    const mark = { pid: process.pid, host: hostname(), identity: processIdentity(process.pid) && `${processIdentity(process.pid)}1` }
    writeFileSync(`${path()}/lock-3`, JSON.stringify(mark.identity ? mark : { ...mark, pid: 2 ** 30 }))
    RunLock.acquire(folder())
    assert.deepEqual(readdirSync(path()), ['lock-4'])
  })

  it('goes to exactly one of many processes that want it from a dead one at once', async () => {
    writeFileSync(`${path()}/lock-1`, JSON.stringify({ pid: 2 ** 30, host: hostname(), identity: null }))
    const program = `
      const { RunLock } = require(${JSON.stringify(resolve('src/runs/lock.ts'))})
      const { RunFolder } = require(${JSON.stringify(resolve('src/runs/folder.ts'))})
      process.stdin.once('data', () => {
        let won = false
        try { RunLock.acquire(new RunFolder(${JSON.stringify(path())})); won = true } catch {}
        process.stdout.write(won ? 'won' : 'lost')
        process.stdin.once('data', () => process.exit())
      })
      process.stdout.write('ready')`
    const children = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ['--require', 'tsx/cjs', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] }),
    )
    const say = (child: (typeof children)[0]) =>
      new Promise<string>(resolve => child.stdout.once('data', (data: Buffer) => resolve(data.toString())))
    await Promise.all(children.map(say))
    const answers = Promise.all(children.map(say))
    for (const child of children) child.stdin.write('go\n')
    assert.deepEqual((await answers).sort(), ['lost', 'lost', 'lost', 'lost', 'lost', 'won'])
    for (const child of children) child.stdin.write('end\n')
  })
})
