import { createServer, type Server } from 'node:http'
import { mkdirSync, existsSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { extname, resolve } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { ToPanel } from '../../src/protocol/message'

/**
 * The built panels in a real browser, under the same content security policy and theme variables as in VS Code, without VS Code:
 * the tests play the extension's part.
 */
export type PanelName = 'graph' | 'curves' | 'data' | 'conflict' | 'affinity'
export const themeNames = ['dark', 'light', 'high-contrast', 'high-contrast-light'] as const
export type ThemeName = (typeof themeNames)[number]

interface Theme {
  readonly class: string
  readonly variables: Readonly<Record<string, string>>
}

export const themes = (
  JSON.parse(readFileSync(resolve('test/fixtures/panels/themes.json'), 'utf8')) as { themes: Record<ThemeName, Theme> }
).themes

const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.map': 'application/json' }
const shots = resolve('test-results/panels')

export const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium'
export const browserPresent = existsSync(browserPath)

export class PanelBrowser {
  private constructor(
    private readonly server: Server,
    private readonly browser: Browser,
  ) {}

  static async start(): Promise<PanelBrowser> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost')
      const panel = url.searchParams.get('panel')
      if (panel) {
        response.setHeader('Content-Type', 'text/html; charset=utf-8')
        response.setHeader('Content-Security-Policy', contentSecurityPolicy(`http://${request.headers.host}`))
        return response.end(document(panel as PanelName, themes[url.searchParams.get('theme') as ThemeName]))
      }
      const file = resolve('dist', url.pathname.slice(1))
      if (!existsSync(file) || !types[extname(file)]) return response.writeHead(404).end()
      response.setHeader('Content-Type', types[extname(file)]!)
      response.end(readFileSync(file))
    })
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    mkdirSync(shots, { recursive: true })
    const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu'] })
    return new PanelBrowser(server, browser)
  }

  async open<Snapshot, Delta>(
    panel: PanelName,
    options: { theme?: ThemeName; state?: unknown; width?: number; height?: number; reducedMotion?: boolean } = {},
  ) {
    const { theme = 'dark', state = null, width = 900, height = 760, reducedMotion = false } = options
    const page = await this.browser.newPage({ viewport: { width, height }, reducedMotion: reducedMotion ? 'reduce' : 'no-preference' })
    const problems: string[] = []
    page.on('pageerror', error => problems.push(String(error)))
    page.on('console', message => message.type() === 'error' && problems.push(message.text()))
    page.setDefaultTimeout(60_000)
    await page.addInitScript({ content: stand.replace('SAVED', JSON.stringify(state)) })
    const { port } = this.server.address() as AddressInfo
    await page.goto(`http://127.0.0.1:${port}/?panel=${panel}&theme=${theme}`)
    return new OpenPanel<Snapshot, Delta>(page, problems)
  }

  async stop(): Promise<void> {
    await this.browser.close()
    this.server.close()
  }
}

/** One opened panel and the extension's end of its channel. */
export class OpenPanel<Snapshot, Delta> {
  private sequence = 0

  constructor(
    readonly page: Page,
    /** Errors of the page, violations of the content security policy included. */
    readonly problems: readonly string[],
  ) {}

  snapshot(snapshot: Snapshot): Promise<void> {
    return this.post({ type: 'snapshot', sequence: ++this.sequence, snapshot })
  }

  delta(delta: Delta): Promise<void> {
    return this.post({ type: 'delta', sequence: ++this.sequence, delta })
  }

  post(message: ToPanel<Snapshot, Delta>): Promise<void> {
    // As text: the browser's own protocol is slow with large objects.
    return this.page.evaluate(text => window.postMessage(JSON.parse(text), '*'), JSON.stringify(message))
  }

  /** Everything that the panel has said so far. */
  posted(): Promise<{ type: string; action?: unknown }[]> {
    return this.page.evaluate(() => (window as unknown as { posted: { type: string }[] }).posted)
  }

  async actions(): Promise<unknown[]> {
    return (await this.posted()).filter(message => message.type === 'action').map(message => message.action)
  }

  /** What the panel says once this is done, which may take it a while: a picture is drawn first. */
  async saidAfter(work: () => Promise<unknown>): Promise<unknown> {
    const before = (await this.actions()).length
    await work()
    await this.page.waitForFunction(
      count => (window as unknown as { posted: { type: string }[] }).posted.filter(({ type }) => type === 'action').length > count,
      before,
    )
    return (await this.actions()).at(-1)
  }

  /**
   * Until what the panel does in its own time has come to its end and is drawn: it draws again after a tenth of a second at most, and
   * nothing moves for longer than a quarter. By the page's own clock, which stands still with the page on a busy machine.
   */
  settle(): Promise<void> {
    return this.page.evaluate(
      () =>
        new Promise<void>(done => {
          setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done())), 300)
        }),
    )
  }

  state(): Promise<unknown> {
    return this.page.evaluate(() => (window as unknown as { state: unknown }).state)
  }

  /** For people to look at, which takes time that a machine has no use for. */
  async shot(name: string): Promise<void> {
    if (process.env.CI) return
    await this.page.screenshot({ path: `${shots}/${name}.png` })
  }
}

/** What VS Code puts into the page before the panel's script. A text, because the test's compiler would change a function. */
const stand = `
  window.posted = []
  window.state = SAVED
  window.acquireVsCodeApi = () => ({
    postMessage: message => window.posted.push(structuredClone(message)),
    getState: () => window.state,
    setState: next => (window.state = structuredClone(next)),
  })`

const contentSecurityPolicy = (origin: string): string =>
  `default-src 'none'; script-src 'nonce-test'; style-src ${origin} 'nonce-test'; worker-src blob:; connect-src ${origin}; img-src ${origin} data: blob:; font-src ${origin}`

/** Like the page that the extension makes; VS Code sets the variables on <html> and adds its own base style. */
function document(panel: PanelName, theme: Theme): string {
  const variables = {
    ...theme.variables,
    '--vscode-font-family': 'system-ui, "Ubuntu", "Droid Sans", sans-serif',
    '--vscode-font-size': '13px',
  }
  const css = Object.entries(variables).map(([name, value]) => `${name}: ${value};`)
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${panel}</title><meta name="elk-worker" content="/elk-worker.min.js">
<link rel="icon" href="data:,"><style nonce="test">html { ${css.join(' ')} }</style><link rel="stylesheet" href="/${panel}.css"></head>
<body class="${theme.class}" data-vscode-theme-kind="${theme.class}" data-panel="${panel}"><div id="root"></div>
<script nonce="test" src="/${panel}.js"></script></body></html>`
}
