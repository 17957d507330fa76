import { randomBytes } from 'node:crypto'
import * as vscode from 'vscode'

export type PanelName = 'graph' | 'curves' | 'data' | 'conflict' | 'affinity'

/** Options of every webview: scripts of ours only, files of `dist` only, and nothing kept alive behind a hidden tab. */
export function webviewOptions(extension: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extension, 'dist')] }
}

/**
 * The page of a panel: one script, one stylesheet, a nonce of its own.
 * The layout worker cannot be loaded from a webview's resource address, so its text is fetched from there (connect-src)
 * and started as a blob (worker-src).
 */
export function panelPage(webview: vscode.Webview, extension: vscode.Uri, name: PanelName, title: string): string {
  const nonce = randomBytes(16).toString('base64url')
  const resource = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', file)).toString()
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `img-src ${webview.cspSource} data: blob:`,
    `font-src ${webview.cspSource}`,
    `connect-src ${webview.cspSource}`,
    `worker-src blob:`,
  ].join('; ')
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  ${name === 'graph' ? `<meta name="elk-worker" content="${resource('elk-worker.min.js')}">` : ''}
  <title>${escapeHtml(title)}</title>
  <link rel="stylesheet" href="${resource(`${name}.css`)}">
</head>
<body data-panel="${name}">
  <div id="root"></div>
  <script nonce="${nonce}" src="${resource(`${name}.js`)}"></script>
</body>
</html>`
}

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`)
