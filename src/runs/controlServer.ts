import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import type { ControlAnswer, ControlRequest } from './control'
import type { RunFolder } from './folder'

/** The kernel's limit for the path of a unix socket is 104 bytes on macOS and 108 on Linux, with the closing zero. */
const longestSocketPath = 100
const longestRequest = 10_000

/** Listens on the run's control channel. */
export class ControlServer {
  private readonly sockets = new Set<Socket>()
  private constructor(
    readonly address: string,
    private readonly server: Server,
  ) {}

  /**
   * @param answer carries out a request; its promise settles when it has taken effect
   * @throws where no socket can be opened
   */
  static async listen(folder: RunFolder, answer: (request: ControlRequest) => Promise<ControlAnswer>): Promise<ControlServer> {
    let failure: unknown
    for (const address of possibleAddresses(folder)) {
      const server = createServer()
      try {
        await listenAt(server, address)
      } catch (error) {
        // Some file systems, such as network mounts, hold no sockets.
        failure = error
        continue
      }
      const control = new ControlServer(address, server)
      server.on('connection', socket => control.serve(socket, answer))
      server.unref()
      return control
    }
    throw failure
  }

  private serve(socket: Socket, answer: (request: ControlRequest) => Promise<ControlAnswer>): void {
    this.sockets.add(socket)
    socket.on('close', () => this.sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    let text = ''
    let queue = Promise.resolve()
    socket.setEncoding('utf8')
    socket.on('data', (data: string) => {
      const lines = (text + data).split('\n')
      text = lines.pop()!
      if (text.length > longestRequest) return void socket.destroy()
      for (const line of lines) {
        queue = queue.then(async () => {
          const result = await answerLine(line, answer)
          if (socket.writable) socket.write(`${JSON.stringify(result)}\n`)
        })
      }
    })
  }

  close(): void {
    this.server.close()
    for (const socket of this.sockets) socket.end()
    if (process.platform !== 'win32') rmSync(this.address, { force: true })
  }
}

async function answerLine(line: string, answer: (request: ControlRequest) => Promise<ControlAnswer>): Promise<ControlAnswer> {
  try {
    return await answer(parseRequest(line))
  } catch (error) {
    return { ok: false, error: (error as Error).message }
  }
}

function parseRequest(line: string): ControlRequest {
  let request: Partial<Extract<ControlRequest, { value: number }>> | null
  try {
    request = JSON.parse(line) as typeof request
  } catch {
    throw new Error('the request is not JSON')
  }
  const command: string | undefined = request?.command
  if (command === 'setLearningRate') {
    if (!Number.isFinite(request!.value) || request!.value! <= 0) throw new Error('the learning rate must be a number above 0')
    return { command, value: request!.value! }
  }
  if (command === 'pause' || command === 'resume' || command === 'stop' || command === 'checkpoint') return { command }
  throw new Error(`there is no command ${JSON.stringify(command)}; there are pause, resume, stop, checkpoint and setLearningRate`)
}

function possibleAddresses(folder: RunFolder): string[] {
  const unique = `mtl-${folder.id.slice(-6)}-${randomBytes(4).toString('hex')}`
  if (process.platform === 'win32') return [`\\\\.\\pipe\\${unique}`]
  const within = join(folder.path, `control-${process.pid}.sock`)
  return [within, join(tmpdir(), `${unique}.sock`)].filter(path => Buffer.byteLength(path) <= longestSocketPath)
}

function listenAt(server: Server, address: string): Promise<void> {
  if (process.platform !== 'win32') rmSync(address, { force: true })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(address, () => {
      server.off('error', reject)
      // Only this user may steer the run.
      if (process.platform !== 'win32') chmodSync(address, 0o600)
      resolve()
    })
  })
}
