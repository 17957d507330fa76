import * as vscode from 'vscode'
import { randomBytes } from 'node:crypto'
import { Disposables } from '../../base/disposable'
import type { RunStore } from '../runs/runStore'
import { besideText } from './besideText'
import { comparisonPage } from './comparisonPage'

export const comparisonViewType = 'mtl.comparison'

/** What links of the page may do. */
const linked = ['mtl.showCurves', 'mtl.showComparison', 'mtl.stopComparison', 'mtl.resumeComparison', 'mtl.openModel']

/**
 * One comparison: table and plot, followed while it is under way. A page without scripts, so that there is nothing to keep in
 * step; which comparison it shows is kept by the workspace.
 */
export class ComparisonPanel implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly disposables = new Disposables()
  private panel: vscode.WebviewPanel | undefined
  private drawn = ''

  constructor(
    private readonly extension: vscode.Uri,
    private readonly memory: vscode.Memento,
    private readonly runs: RunStore,
  ) {
    this.disposables.track(vscode.window.registerWebviewPanelSerializer(comparisonViewType, this))
    this.disposables.track(runs.onDidChange(() => this.draw()))
  }

  show(id: string): void {
    void this.memory.update(comparisonViewType, id)
    if (this.panel) this.panel.reveal(undefined, true)
    else {
      this.attach(vscode.window.createWebviewPanel(comparisonViewType, 'Comparison', besideText(), options))
    }
    this.draw(id)
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.panel) {
      panel.dispose()
      return
    }
    await this.runs.refresh()
    panel.webview.options = options
    this.attach(panel)
    this.draw()
  }

  dispose(): void {
    this.panel?.dispose()
    this.disposables.dispose()
  }

  private attach(panel: vscode.WebviewPanel): void {
    this.panel = panel
    this.drawn = ''
    panel.iconPath = {
      light: vscode.Uri.joinPath(this.extension, 'media', 'curves-light.svg'),
      dark: vscode.Uri.joinPath(this.extension, 'media', 'curves-dark.svg'),
    }
    panel.onDidDispose(() => (this.panel = undefined))
  }

  private draw(id = this.memory.get<string>(comparisonViewType, '')): void {
    if (!this.panel) return
    const comparison = this.runs.seriesOf('comparison').find(one => one.id === id)
    const manifest = comparison && this.runs.manifestOf(comparison)
    const members = this.runs.all.filter(({ partOf }) => partOf?.id === id).reverse()
    this.panel.title = comparison ? `Comparison: ${comparison.model}` : 'Comparison'
    const page = comparison && manifest ? comparisonPage(comparison, manifest.settings, members) : gone
    // Drawn anew only where something has changed: the reader's place on the page is lost by it.
    if (page === this.drawn) return
    this.drawn = page
    const nonce = randomBytes(16).toString('base64url')
    const policy = `default-src 'none'; style-src 'nonce-${nonce}'`
    const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>${this.panel.title}</title>`
    this.panel.webview.html = `<!DOCTYPE html><html lang="en"><head>${head}<style nonce="${nonce}">${style}</style></head><body>${page}</body></html>`
  }
}

const options: vscode.WebviewOptions & vscode.WebviewPanelOptions = {
  enableScripts: false,
  enableCommandUris: linked,
  localResourceRoots: [],
}

const gone = '<main><p>This comparison is not there any more.</p></main>'

const style = `
  body { padding: 0 20px 30px; font-size: 13px; line-height: 1.45; }
  h1 { font-size: 1.5em; font-weight: 600; margin: 16px 0 4px; }
  h2 { font-size: 1.15em; font-weight: 600; margin: 26px 0 8px; }
  p { margin: 6px 0; max-width: 60em; }
  .minor { color: var(--vscode-descriptionForeground); }
  .wide { overflow-x: auto; margin: 6px 0 16px; }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
  th, td { padding: 4px 14px 4px 0; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, #8884)); }
  th:first-child, td:first-child { text-align: left; }
  th { font-weight: 600; }
  tr.baseline td { color: var(--vscode-descriptionForeground); }
  a { color: var(--vscode-textLink-foreground); text-decoration: underline; }
  progress { width: 260px; accent-color: var(--vscode-progressBar-background); }
  .delta-plot { max-width: 100%; height: auto; font-size: 13px; }
  .delta-plot text { fill: var(--vscode-foreground); }
  .delta-plot .minor { fill: var(--vscode-descriptionForeground); }
  .delta-plot .title { font-weight: 600; }
  .delta-plot .grid { stroke: var(--vscode-contrastBorder, var(--vscode-widget-border, #8884)); stroke-opacity: 0.5; }
  .delta-plot .zero { stroke: var(--vscode-foreground); stroke-opacity: 0.7; stroke-width: 1.5; }
  .delta-plot .whisker { stroke: var(--vscode-charts-blue); stroke-opacity: 0.5; stroke-width: 3; }
  .delta-plot .mean { fill: var(--vscode-charts-blue); }
  .delta-plot .seed { fill: none; stroke: var(--vscode-charts-blue); stroke-width: 1.25; }`
