import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dist } from './evaluate'
import { penguins } from './penguins'

interface Answer {
  readonly type: string
  readonly command?: string
  readonly body?: unknown
}

/** A real TypeScript server, as the editor starts it. */
class Server {
  private readonly process: ChildProcess
  private text = ''
  private count = 0
  private readonly waiting = new Map<string, (body: unknown) => void>()

  constructor(probe: string) {
    const server = createRequire(__filename).resolve('typescript/lib/tsserver.js')
    this.process = spawn(
      process.execPath,
      [server, '--globalPlugins', 'mtl-typescript-plugin', '--pluginProbeLocations', probe, '--disableAutomaticTypingAcquisition'],
      { env: {} },
    )
    this.process.stdout!.on('data', (data: Buffer) => this.read(String(data)))
  }

  send(command: string, given: object): void {
    this.process.stdin!.write(`${JSON.stringify({ seq: ++this.count, type: 'request', command, arguments: given })}\n`)
  }

  request(command: string, given: object): Promise<unknown> {
    return new Promise(resolve => {
      this.waiting.set(command, resolve)
      this.send(command, given)
    })
  }

  stop(): void {
    this.process.kill()
  }

  private read(text: string): void {
    const lines = (this.text + text).split('\n')
    this.text = lines.pop()!
    for (const line of lines.filter(l => l.startsWith('{'))) {
      const answer = JSON.parse(line) as Answer
      if (answer.type === 'response') this.waiting.get(answer.command ?? '')?.(answer.body)
    }
  }
}

describe('the TypeScript plugin', () => {
  for (const layout of ['linked', 'copied'] as const) {
    it(`makes 'mtl' resolve in a folder with nothing installed (plugin ${layout} into the extension)`, async () => {
      const base = mkdtempSync(join(tmpdir(), 'mtl-plugin-'))
      const extension = join(base, 'extension')
      const plugin = join(extension, 'node_modules', 'mtl-typescript-plugin')
      mkdirSync(join(extension, 'node_modules'), { recursive: true })
      cpSync(join(dist, 'types'), join(extension, 'dist', 'types'), { recursive: true })
      cpSync(join(dist, 'typescriptPlugin'), join(extension, 'dist', 'typescriptPlugin'), { recursive: true })
      if (layout === 'linked') symlinkSync(join(extension, 'dist', 'typescriptPlugin'), plugin, 'junction')
      else cpSync(join(dist, 'typescriptPlugin'), plugin, { recursive: true })
      const file = join(base, 'user', 'penguins.mtl.ts')
      mkdirSync(join(base, 'user'))
      const text = penguins.replace('dense(16, { activation', 'dense(16, { activaton')
      writeFileSync(file, text)
      const server = new Server(extension)
      try {
        server.send('open', { file })
        const errors = (await server.request('semanticDiagnosticsSync', { file })) as {
          start: { line: number; offset: number }
          text: string
        }[]
        assert.deepEqual(
          errors.map(e => text.split('\n')[e.start.line - 1]!.slice(e.start.offset - 1, e.start.offset + 8)),
          ['activaton'],
          JSON.stringify(errors),
        )
        const line = text.split('\n').findIndex(l => l.includes('pcGrad()'))
        const offset = text.split('\n')[line]!.indexOf('pcGrad()') + 2
        const hover = (await server.request('quickinfo', { file, line: line + 1, offset })) as {
          displayString: string
          documentation: string
        }
        assert.match(JSON.stringify(hover), /Yu et al/)
        const completions = (await server.request('completionInfo', { file, line: 1, offset: 10 })) as { entries: { name: string }[] }
        assert.ok(['conv2d', 'npz', 'uncertainty'].every(name => completions.entries.some(entry => entry.name === name)))
      } finally {
        server.stop()
        rmSync(base, { recursive: true, force: true })
      }
    })
  }
})
