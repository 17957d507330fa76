import { connect } from 'node:net'
import type { ControlAnswer, ControlRequest } from './control'
import { RunError, type RunFolder } from './folder'
import { liveProcess } from './live'

/**
 * Sends one request to the process that trains a run and waits for the answer.
 * @throws RunError where no process trains the run, or it does not answer in time
 */
export async function sendControl(folder: RunFolder, request: ControlRequest, timeoutMilliseconds = 10_000): Promise<ControlAnswer> {
  const live = liveProcess(folder)
  if (live === null) throw new RunError(`${folder.id} is not running`)
  if (live.address === '') throw new RunError(`${folder.id} has no control channel`)
  return new Promise((resolve, reject) => {
    const socket = connect(live.address)
    const fail = (message: string) => {
      socket.destroy()
      reject(new RunError(message))
    }
    const timer = setTimeout(() => fail(`${folder.id} did not answer within ${timeoutMilliseconds / 1000} s`), timeoutMilliseconds)
    let text = ''
    socket.setEncoding('utf8')
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`))
    socket.on('data', (data: string) => {
      text += data
      if (!text.includes('\n')) return
      resolve(JSON.parse(text) as ControlAnswer)
      socket.end()
    })
    socket.on('error', error => fail(`${folder.id} can't be reached: ${error.message}`))
    socket.on('close', () => {
      clearTimeout(timer)
      fail(`${folder.id} ended before it answered`)
    })
  })
}
