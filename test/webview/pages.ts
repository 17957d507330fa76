import assert from 'node:assert/strict'
import { browserPresent, PanelBrowser, type OpenPanel, type PanelName } from './page'

export type PageOptions = Parameters<PanelBrowser['open']>[1]

export interface Pages<Snapshot, Delta> {
  (first: Snapshot | null, options?: PageOptions): Promise<OpenPanel<Snapshot, Delta>>
  /** Closes a page whose errors are what its test is about. */
  close(panel: OpenPanel<Snapshot, Delta>): Promise<void>
}

/**
 * Opens panels within a suite, all in one browser; after each test no page may have reported an error.
 * @param drawn selector of what stands on the page once the first snapshot is drawn; undefined where it draws nothing
 */
export function panelPages<Snapshot, Delta>(
  suite: Mocha.Suite,
  name: PanelName,
  drawn: (first: Snapshot) => string | undefined,
  defaults: PageOptions = {},
): Pages<Snapshot, Delta> {
  let browser: PanelBrowser
  const opened: OpenPanel<Snapshot, Delta>[] = []
  suite.beforeAll(async function () {
    if (!browserPresent) this.skip()
    browser = await PanelBrowser.start()
  })
  suite.afterAll(() => browser?.stop())
  suite.afterEach(async () => {
    for (const panel of opened.splice(0)) {
      const reported = (await panel.posted()).filter(message => message.type === 'error')
      await panel.page.close()
      assert.deepEqual([panel.problems, reported], [[], []], 'the page reported errors')
    }
  })
  const open = async (first: Snapshot | null, options: PageOptions = {}) => {
    const panel = await browser.open<Snapshot, Delta>(name, { ...defaults, ...options })
    opened.push(panel)
    if (first) await panel.snapshot(first)
    const selector = first && drawn(first)
    if (selector) await panel.page.waitForSelector(selector)
    return panel
  }
  const close = async (panel: OpenPanel<Snapshot, Delta>) => {
    opened.splice(opened.indexOf(panel), 1)
    await panel.page.close()
  }
  return Object.assign(open, { close })
}
