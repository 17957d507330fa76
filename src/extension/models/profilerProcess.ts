import { spawn, type ChildProcess } from 'node:child_process'
import type { Disposable } from '../../base/disposable'
import { profileKey, type DataProfile, type ProfileError } from '../../ir/profile'
import type { ProfileWanted } from '../../language/evaluation'
import type { Profiler } from './profiles'

export interface ProfilerSettings {
  /** Path of dist/profiler.js. */
  readonly script: string
  /** After that the process is killed and the profile is an error. */
  readonly timeLimit?: number
  /** A Node program; the present one where not given, which may be VS Code itself. */
  readonly node?: string
  /** Megabytes of JavaScript heap. */
  readonly memory?: number
}

const mostOutput = 64 * 2 ** 20

/**
 * Makes data profiles in child processes, one per file, two at a time: whatever a data file does to its reader,
 * the editor goes on. Knows neither the editor nor how data is read.
 */
export class ProfilerProcess implements Profiler, Disposable {
  private readonly running = new Set<ChildProcess>()
  private readonly waiting: (() => void)[] = []
  private disposed = false

  constructor(private readonly settings: ProfilerSettings) {}

  /**
   * @param root absolute path of the folder that data may not leave
   * @param wanted its path is relative to root
   * @returns an error as a value where the file can't be read, or not in time
   * @throws where the process itself fails
   */
  async profile(root: string, wanted: ProfileWanted): Promise<DataProfile | ProfileError> {
    while (this.running.size >= 2 && !this.disposed) await new Promise<void>(resolve => this.waiting.push(resolve))
    if (this.disposed) return stopped
    const { script, timeLimit = 60_000, node = process.execPath, memory = 1024 } = this.settings
    const child = spawn(node, [`--max-old-space-size=${memory}`, script], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      windowsHide: true,
    })
    this.running.add(child)
    let late = false
    const clock = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, timeLimit)
    try {
      const answer = await answerOf(child, JSON.stringify({ root, wanted: [wanted] }))
      return (JSON.parse(answer) as Record<string, DataProfile | ProfileError>)[profileKey(wanted)]!
    } catch (error) {
      if (late)
        return {
          kind: 'error',
          code: 'mtl/data-unreadable',
          message: `${wanted.path} could not be read within ${timeLimit / 1000} seconds`,
        }
      if (this.disposed) return stopped
      throw error
    } finally {
      clearTimeout(clock)
      this.running.delete(child)
      this.waiting.shift()?.()
    }
  }

  dispose(): void {
    this.disposed = true
    for (const child of this.running) child.kill('SIGKILL')
    for (const resolve of this.waiting.splice(0)) resolve()
  }
}

const stopped: ProfileError = { kind: 'error', code: 'mtl/data-unreadable', message: 'reading was stopped' }

export function answerOf(child: ChildProcess, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let length = 0
    let complaints = ''
    child.stdout!.on('data', (part: Buffer) => {
      parts.push(part)
      if ((length += part.length) > mostOutput) child.kill('SIGKILL')
    })
    child.stderr!.on('data', (part: Buffer) => void (complaints = (complaints + part.toString()).slice(-4000)))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(parts).toString('utf8'))
      else reject(new Error(`the reading process ended with ${signal ?? `code ${code}`}${complaints ? `: ${complaints.trim()}` : ''}`))
    })
    // The process may be gone before it has read its request; 'close' then tells why.
    child.stdin!.on('error', () => {})
    child.stdin!.end(request)
  })
}
