import { rmSync } from 'node:fs'
import { writeFileAtomically } from '../runs/atomic'
import type { ControlAnswer, ControlFile, ControlRequest } from '../runs/control'
import { ControlServer } from '../runs/controlServer'
import type { RunFolder } from '../runs/folder'
import { heartbeatMilliseconds } from '../runs/live'
import { ownMark } from '../runs/process'

/** Makes this process known as the one that trains a run, and reachable, for as long as it does. */
export class Presence {
  private readonly mark = { ...ownMark(), started: Math.round(performance.timeOrigin) }
  private readonly timer: NodeJS.Timeout

  private constructor(
    private readonly folder: RunFolder,
    private readonly server: ControlServer | null,
  ) {
    this.beat()
    // The timer also keeps the process alive while it pauses and has nothing else to wait for.
    this.timer = setInterval(() => this.beat(), heartbeatMilliseconds)
  }

  /** Without a socket, as on file systems and systems that refuse one, the run is trained all the same. */
  static async begin(folder: RunFolder, answer: (request: ControlRequest) => Promise<ControlAnswer>): Promise<Presence> {
    const server = await ControlServer.listen(folder, answer).catch((error: Error) => {
      console.error(`No control channel: ${error.message}`)
      return null
    })
    return new Presence(folder, server)
  }

  end(): void {
    clearInterval(this.timer)
    this.server?.close()
    rmSync(this.folder.control, { force: true })
  }

  private beat(): void {
    const control: ControlFile = { ...this.mark, address: this.server?.address ?? '', heartbeat: Date.now() }
    try {
      writeFileAtomically(this.folder.control, JSON.stringify(control), { sync: false })
    } catch (error) {
      // A full disk is met, and told, where checkpoints and events are written.
      console.error(`Heartbeat: ${(error as Error).message}`)
    }
  }
}
