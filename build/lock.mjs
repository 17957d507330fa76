// One process at a time: a lock file that names its holder, and that a crashed holder does not keep.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Runs `work` while no other process holds `file`.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {() => void} [waiting] called once where another process is at it
 * @returns {Promise<T>}
 */
export async function withLock(file, work, waiting) {
  mkdirSync(dirname(file), { recursive: true })
  for (let attempt = 0; !take(file); attempt++) {
    if (attempt === 0) waiting?.()
    release(file, holder => !alive(holder))
    await sleep(100)
  }
  try {
    return await work()
  } finally {
    release(file, holder => holder === process.pid)
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

/** Moves the lock aside before it is looked at a second time, so that nobody removes a lock that was taken meanwhile. */
function release(file, mayRelease) {
  const aside = `${file}.${process.pid}`
  try {
    if (!mayRelease(holderOf(file))) return
    renameSync(file, aside)
    if (mayRelease(holderOf(aside))) rmSync(aside, { force: true })
    else renameSync(aside, file)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

/** NaN for a lock that is just being written, whose holder counts as alive. */
const holderOf = file => parseInt(readFileSync(file, 'utf8'), 10)

function alive(pid) {
  if (Number.isNaN(pid)) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
