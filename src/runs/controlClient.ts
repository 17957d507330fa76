import { connect } from 'node:net'
import { tooLate, type ControlAnswer, type ControlRequest } from './control'
import { RunError, type RunFolder } from './folder'
import { liveProcess } from './live'

/** The request came too late: no process trains the run any more. */
export class RunEnded extends RunError {}

/**
 * Sends one request to the process that trains a run and waits for the answer.
 * @throws RunEnded where no process trains the run; RunError where it does not answer in time
 */
export async function sendControl(folder: RunFolder, request: ControlRequest, timeoutMilliseconds = 10_000): Promise<ControlAnswer> {
  const live = liveProcess(folder)
  if (live === null) throw new RunEnded(`${folder.id} is not running`)
  if (live.address === '') throw new RunError(`${folder.id} has no control channel`)
  return new Promise((resolve, reject) => {
    const socket = connect(live.address)
    const fail = (message: string, ended = false) => {
      socket.destroy()
      reject(ended ? new RunEnded(message) : new RunError(message))
    }
    const timer = setTimeout(() => fail(`${folder.id} did not answer within ${timeoutMilliseconds / 1000} s`), timeoutMilliseconds)
    let text = ''
    socket.setEncoding('utf8')
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`))
    socket.on('data', (data: string) => {
      text += data
      if (!text.includes('\n')) return
      const answer = JSON.parse(text) as ControlAnswer
      if (answer.error === tooLate) return fail(`${folder.id} has ended`, true)
      resolve(answer)
      socket.end()
    })
    socket.on('error', error => fail(`${folder.id} can't be reached: ${error.message}`))
    socket.on('close', () => {
      clearTimeout(timer)
      fail(`${folder.id} ended before it answered`, true)
    })
  })
}
