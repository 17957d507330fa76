import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const library = '@tensorflow/tfjs-node'
const version = '4.22.0'

/** TensorFlow's native library in a folder of the extension. Knows neither the editor nor how the library is used. */
export class TensorFlowLibrary {
  /** @param folder holds a node_modules folder once the library is installed */
  constructor(readonly folder: string) {}

  get installed(): boolean {
    return existsSync(join(this.package, 'package.json'))
  }

  /** For a request to the training process: nothing where it is not installed. */
  get request(): { readonly tensorflow?: string } {
    return this.installed ? { tensorflow: this.folder } : {}
  }

  /**
   * Installs it with npm, which must be on the PATH. Two steps: the packages come from npm's registry; the native library, about
   * 300 MB, is fetched by the package's own installer from storage.googleapis.com.
   * @param say gets what npm prints
   * @throws Error where a step fails; nothing is left behind then
   */
  async install(say: (text: string) => void, phase: (message: string) => void, signal: AbortSignal): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
    mkdirSync(this.folder, { recursive: true })
    writeFileSync(join(this.folder, 'package.json'), JSON.stringify({ private: true, dependencies: { [library]: version } }))
    try {
      phase('Fetching packages from npm')
      await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund'], this.folder, say, signal)
      phase('Fetching the native library (about 300 MB)')
      await npm(['run', 'install'], this.package, say, signal)
    } catch (error) {
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
      throw error
    }
  }

  private get package(): string {
    return join(this.folder, 'node_modules', library)
  }
}

async function npm(args: readonly string[], cwd: string, say: (text: string) => void, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  say(`npm ${args.join(' ')}`)
  // npm is a script on Windows, which only a shell runs. A group of its own, so that all that it starts can be ended.
  const windows = process.platform === 'win32'
  const child = spawn('npm', [...args], { cwd, shell: windows, detached: !windows, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
  let last = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      say(part.toString().trimEnd())
      last = (last + part.toString()).slice(-4000)
    })
  const end = () => {
    if (child.pid === undefined) return
    if (windows) spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
    else process.kill(-child.pid, 'SIGTERM')
  }
  signal.addEventListener('abort', end, { once: true })
  try {
    const code = await new Promise<number | string | null>((resolve, reject) => {
      child.on('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'ENOENT' ? new Error('npm was not found on the PATH: install Node.js, which brings it') : error),
      )
      child.on('close', (exit, name) => resolve(exit ?? name))
    })
    signal.throwIfAborted()
    if (code !== 0) throw new Error(`npm ${args[0] === 'run' ? 'could not fetch the native library' : 'install failed'}: ${reasonIn(last)}`)
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** The line of npm's output that says most. */
function reasonIn(output: string): string {
  const lines = output
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
  return lines.find(line => /^(\w*Error|npm error .*(ENOTFOUND|EACCES|E\d{3}|EAI_AGAIN))/.test(line)) ?? lines.at(-1) ?? 'it said nothing'
}
