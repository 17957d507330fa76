// `npm run -s bench:panels -- --json`: how quick the panels are in Chromium, from message to picture. Milliseconds.
import { measureCurves } from '../webview/curvesSpeed'
import { browserPresent, PanelBrowser } from '../webview/page'

async function main(): Promise<void> {
  if (!browserPresent) throw new Error('Chromium is needed: install it, or name it in CHROMIUM')
  const browser = await PanelBrowser.start()
  try {
    const curves = await measureCurves(browser, 143_000)
    if (process.argv.includes('--json')) console.log(JSON.stringify({ curves }))
    else console.table({ ...curves, pointerFrame: `p50 ${curves.pointerFrame.p50.toFixed(1)}, p95 ${curves.pointerFrame.p95.toFixed(1)}` })
  } finally {
    await browser.stop()
  }
}

void main()
