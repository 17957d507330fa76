import { spawn, type ChildProcess } from 'node:child_process'
import * as vscode from 'vscode'
import type { DataProfile, ProfileError } from '../../ir/profile'
import type { ProfileWanted } from '../../language/evaluation'
import { nodeProgram } from '../nodeProgram'
import type { Profiler } from './profiles'

/** Large files are read from end to end once; what takes longer than this hangs. */
const deadline = 5 * 60_000

/** Reads data files in a process per request: a file that hurts takes only that process with it. */
export class ProfilerProcess implements Profiler, vscode.Disposable {
  private readonly running = new Set<ChildProcess>()

  constructor(private readonly extension: vscode.Uri) {}

  async profile(root: string, wanted: readonly ProfileWanted[]): Promise<Readonly<Record<string, DataProfile | ProfileError>>> {
    const script = vscode.Uri.joinPath(this.extension, 'dist', 'profiler.js').fsPath
    const child = spawn(nodeProgram(), [script], { stdio: 'pipe', env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, windowsHide: true })
    this.running.add(child)
    const timer = setTimeout(() => child.kill('SIGKILL'), deadline)
    try {
      const output = await outputOf(child, JSON.stringify({ root, wanted }))
      return JSON.parse(output) as Record<string, DataProfile | ProfileError>
    } finally {
      clearTimeout(timer)
      this.running.delete(child)
    }
  }

  dispose(): void {
    for (const child of this.running) child.kill('SIGKILL')
  }
}

/** @throws where the process fails; the message is the last line that it wrote to stderr */
function outputOf(child: ChildProcess, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const output: Buffer[] = []
    let complaint = ''
    child.stdout!.on('data', (part: Buffer) => output.push(part))
    child.stderr!.on('data', (part: Buffer) => (complaint = (complaint + part.toString()).slice(-4000)))
    child.on('error', error => reject(new Error(`the process that reads data can't be started: ${error.message}`)))
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(output).toString())
      else reject(new Error(signal ? 'reading it took too long' : complaint.trim().split('\n')[0] || `the process that reads data ended with ${code}`))
    })
    // A process that dies before it has read everything is reported by its end.
    child.stdin!.on('error', () => {})
    child.stdin!.end(input)
  })
}
