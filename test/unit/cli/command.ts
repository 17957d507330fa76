import { spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'

export const cli = resolve('dist/cli.js')

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  readonly done: Promise<Outcome>
}

/** Starts the command line program as a user's shell does. */
export function start(cwd: string, ...args: readonly string[]): Running {
  const child = spawn(process.execPath, [cli, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const done = new Promise<Outcome>(resolve => child.on('close', code => resolve({ code, stdout, stderr })))
  return { child, stdout: () => stdout, stderr: () => stderr, done }
}

export const run = (cwd: string, ...args: readonly string[]): Promise<Outcome> => start(cwd, ...args).done

/** Every line of the output as an object. @throws where a line is not JSON */
export const lines = <T = Record<string, unknown>>(stdout: string): T[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as T)
