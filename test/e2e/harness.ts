import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import type { Frame, Locator, Page } from 'playwright-core'
import { results, startEditor } from '../editor.mjs'
import { endRuns, foldersIn } from '../fixtures/endRuns'
import { softwareVulkan } from '../fixtures/softwareVulkan'

export type Editor = Awaited<ReturnType<typeof startEditor>>

const vulkan = softwareVulkan()
/** Names the driver of the machine's only GPU, while there is one. */
const driver = join(tmpdir(), `mtl-e2e-gpu-${process.pid}.json`)

let started: Promise<Editor> | undefined

/** One VS Code for all files of tests, in which nothing but the package is installed. Each opens windows and folders of its own. */
export function theEditor(): Promise<Editor> {
  return (started ??= startEditor({
    name: 'e2e',
    trust: true,
    installed: true,
    variables: { ...vulkan, VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver },
  }))
}

after(async () => {
  gpu(false)
  await (await started?.catch(() => undefined))?.stop()
})

/** Gives the machine a GPU, by a Vulkan driver that computes on the processor, or takes it away. @returns whether it is so */
export function gpu(present: boolean): boolean {
  rmSync(driver, { force: true })
  if (!present || !vulkan) return !present
  const source = vulkan.VK_DRIVER_FILES!
  const { ICD, ...rest } = JSON.parse(readFileSync(source, 'utf8')) as { ICD: { library_path: string } }
  writeFileSync(driver, JSON.stringify({ ...rest, ICD: { ...ICD, library_path: resolve(dirname(source), ICD.library_path) } }))
  return true
}

/**
 * Makes a suite a path of steps, of which each goes on where the one before it ended: after one that fails, the rest are skipped.
 * Mocha's own `bail` would skip the other files' tests, too.
 * @param windows what is photographed then
 */
export function inSteps(suite: Mocha.Suite, name: string, windows: () => readonly (Window | undefined)[]): void {
  let failed = false
  suite.timeout(900_000)
  // A list or a page of VS Code's own may take the focus, or lose it, at a time of its own.
  suite.retries(1)
  suite.beforeEach(function () {
    if (failed) this.skip()
  })
  suite.afterEach(async function () {
    if (failed || !this.currentTest?.isFailed()) return
    failed = true
    for (const [i, window] of windows().entries()) await window?.screenshot(`${name}-failure-${i + 1}`)
  })
  suite.afterAll(async () => {
    for (const window of windows()) await window?.close()
    // Trainings outlive their window.
    const workspaces = foldersIn((await theEditor()).scratch).flatMap(path => [path, ...foldersIn(path)])
    for (const path of workspaces) await endRuns(join(path, '.mtl', 'runs'))
  })
}

const themes = { dark: 'Dark 2026', light: 'Light 2026', 'high-contrast': 'Dark High Contrast' }
const themeClass = { dark: 'vs-dark', light: 'vs', 'high-contrast': 'hc-black' }

/** One window of VS Code, seen as its user sees it: what is not on the page can't be found, and nothing is done but by mouse and keys. */
export class Window {
  /** Addresses outside this machine that the page asked for. */
  readonly foreign = new Set<string>()

  private constructor(
    private readonly editor: Editor,
    readonly page: Page,
  ) {
    page.on('request', request => {
      const { protocol, hostname, origin } = new URL(request.url())
      // Webviews live on invented names below vscode-cdn.net, which a service worker of the page answers.
      if (protocol.startsWith('http') && hostname !== '127.0.0.1' && !hostname.endsWith('.vscode-cdn.net')) this.foreign.add(origin)
    })
  }

  static async open(editor: Editor, address: string): Promise<Window> {
    const context = await editor.browser.newContext({ viewport: { width: 1500, height: 950 } })
    context.setDefaultTimeout(60_000)
    const page = await context.newPage()
    const window = new Window(editor, page)
    await page.goto(address)
    await page.locator('.monaco-workbench').waitFor()
    return window
  }

  async reload(): Promise<void> {
    // In a browser VS Code writes down every five seconds what is open, when it has nothing else to do.
    await this.page.evaluate(() => new Promise(done => setTimeout(() => requestIdleCallback(() => setTimeout(done, 500)), 5_500)))
    await this.page.reload()
    await this.page.locator('.monaco-workbench').waitFor()
  }

  /** As a user closes it: VS Code ends what it started for it. */
  async close(): Promise<void> {
    await this.page.goto('about:blank')
    await this.page.context().close()
  }

  /** Chooses a command by its title in the palette, which a panel that is just opening or closing may take away with the focus. */
  async command(title: string): Promise<void> {
    await this.tried(5, async () => {
      await this.page.keyboard.press('F1')
      await this.list.waitFor({ timeout: 10_000 })
      await this.choose(title, `>${title}`, 2)
    })
  }

  /** Types into the list that VS Code shows at the top, and takes the row of that name. */
  async choose(name: string, typed = name, tries = 6): Promise<void> {
    const input = this.list.locator('input.input')
    const row = this.list.getByRole('option', { name: new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`) }).first()
    for (; ; tries--) {
      try {
        // A list that opens, or gets its rows, while one types may forget what was typed.
        await input.press('Control+a', { timeout: 10_000 })
        await input.pressSequentially(typed, { timeout: 10_000 })
        return await row.click({ timeout: 10_000 })
      } catch (error) {
        if (tries === 1) throw error
      }
    }
  }

  /** Takes a row of the list that a command shows; tried again where a page that loads late takes the focus, which closes the list. */
  async commandAndChoose(title: string, name: string): Promise<void> {
    await this.tried(3, async () => {
      await this.command(title)
      await this.choose(name, name, 2)
    })
  }

  /** The list at the top, or the field for a text. */
  get list(): Locator {
    return this.page.locator('.quick-input-widget:visible')
  }

  /** Does again what takes the focus from the start where something else took it away. */
  private async tried(tries: number, work: () => Promise<void>): Promise<void> {
    for (; ; tries--) {
      try {
        return await work()
      } catch (error) {
        if (tries === 1) throw error
        await this.page.keyboard.press('Escape')
      }
    }
  }

  /** The list of runs, in its own container of the Activity Bar. A click on that of an open one would close it. */
  async openRuns(): Promise<void> {
    const title = this.page.locator('.part.sidebar .title').filter({ hasText: 'MTL Workbench' })
    // After a reload it opens by itself, at some time.
    for (let tries = 0; tries < 5 && !(await title.isVisible()); tries++) {
      await this.page
        .getByRole('tab', { name: /MTL Workbench/ })
        .first()
        .click()
      await title.waitFor({ timeout: 10_000 }).catch(() => {})
    }
  }

  run(label: RegExp): Locator {
    return this.page.getByRole('treeitem', { name: label }).first()
  }

  notification(text: RegExp): Locator {
    return this.page.locator('.notification-toast').filter({ hasText: text }).first()
  }

  /** An item of the menu that a right click opens, ready to be clicked. */
  async menuItem(at: Locator, title: string): Promise<Locator> {
    await at.click({ button: 'right' })
    const item = this.page.getByRole('menuitem', { name: title })
    await item.waitFor()
    await this.page.waitForTimeout(500) // a menu takes a click just after it opened for the end of the one that opened it
    return item
  }

  /** Leaves Restricted Mode by the banner that VS Code shows above a folder it does not know yet. */
  async trustFolder(): Promise<void> {
    await this.page.locator('.banner').getByRole('button', { name: 'Manage' }).click()
    await this.trustHere()
  }

  /** Trusts the folder in the page that VS Code has opened for it, and closes that. */
  async trustHere(): Promise<void> {
    await this.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click()
    await this.statusBarItem(/Restricted Mode/).waitFor({ state: 'detached' })
    await this.page
      .getByRole('dialog')
      .getByRole('button', { name: /^Close/ })
      .click()
  }

  /** Opens a file by clicking through the explorer's tree. */
  async openFromExplorer(...path: readonly string[]): Promise<void> {
    for (const name of path) {
      const item = this.page.locator('.explorer-folders-view').getByRole('treeitem', { name }).first()
      // A click would close a folder that is open.
      if ((await item.getAttribute('aria-expanded')) !== 'true') await item.click()
    }
    await this.page.getByRole('tab', { name: path[path.length - 1]! }).waitFor()
  }

  /** A line of the open editor by a text that stands in it. */
  line(text: string | RegExp): Locator {
    // The editor draws spaces as no-break spaces.
    if (typeof text !== 'string') text = new RegExp(text.source.replaceAll(' ', '\\s'), text.flags)
    return this.page.locator('.editor-instance .view-line').filter({ hasText: text }).first()
  }

  lens(title: string | RegExp): Locator {
    return this.page.locator('.codelens-decoration').getByRole('button', { name: title }).first()
  }

  statusBarItem(name: RegExp): Locator {
    return this.page.locator('.statusbar').getByRole('button', { name }).first()
  }

  get errors(): Locator {
    return this.page.locator('.editor-instance .squiggly-error')
  }

  /** The page inside the panel in which `inside` can be found: a webview is a frame in a frame. */
  async panel(inside: (frame: Frame) => Locator): Promise<Frame> {
    for (const deadline = Date.now() + 120_000; Date.now() < deadline; await this.page.waitForTimeout(200)) {
      for (const frame of this.page.frames().slice(1)) {
        if (
          (await inside(frame)
            .count()
            .catch(() => 0)) > 0
        )
          return frame
      }
    }
    throw new Error('No panel shows what was looked for')
  }

  /**
   * Saves by a panel's menu and VS Code's own dialog, as it is in the browser.
   * @param places where the dialog may propose to save
   * @returns what stands on the disk
   */
  async save(panel: Frame, button: string, item: string, ...places: readonly [string, ...string[]]): Promise<Buffer> {
    for (const place of places) rmSync(place, { force: true })
    await panel.getByRole('button', { name: button }).click()
    await panel.getByRole('menuitem', { name: item }).click()
    const picker = this.page.locator('.quick-input-widget')
    await picker.locator('input.input').waitFor()
    await this.page.waitForFunction(
      ending => document.querySelector<HTMLInputElement>('.quick-input-widget input.input')?.value.endsWith(ending),
      basename(places[0]),
    )
    await picker.getByRole('button', { name: 'OK' }).click()
    const size = () => Math.max(0, ...places.map(place => statSync(place, { throwIfNoEntry: false })?.size ?? 0))
    // Two looks that see the same: what is just being written is not there as a whole.
    let [before, now] = [0, 0]
    await this.until(`${basename(places[0])} is saved`, () => {
      ;[before, now] = [now, size()]
      return now > 0 && now === before
    })
    return readFileSync(places.find(place => existsSync(place))!)
  }

  /** Waits for what is to be seen elsewhere than on the page: on the disk, or of a process. */
  async until(what: string, condition: () => unknown): Promise<void> {
    for (const deadline = Date.now() + 120_000; !(await condition()); await this.page.waitForTimeout(100))
      if (Date.now() > deadline) throw new Error(`not within two minutes: ${what}`)
  }

  /** Screenshots in light, high contrast and dark. @param show brings up what takes the keys by which themes are changed */
  async screenshots(name: string, show?: () => Promise<void>): Promise<void> {
    // For people to look at, which takes time that a machine has no use for.
    if (process.env.CI) return show?.()
    for (const theme of ['light', 'high-contrast', 'dark'] as const) {
      await this.switchTheme(theme)
      await show?.()
      await this.page.waitForTimeout(500) // panels draw again in the new colours
      await this.screenshot(`${name}-${theme}`)
      if (show) await this.page.keyboard.press('Escape')
    }
  }

  /** Preferences: Color Theme, by its keys. A window that was just loaded may not take them yet, and a panel may take the focus back. */
  private async switchTheme(theme: keyof typeof themes): Promise<void> {
    const { page } = this
    const chosen = page.locator(`.monaco-workbench.${themeClass[theme]}`)
    const list = page.locator('.quick-input-widget:visible')
    for (let tries = 6; (await chosen.count()) === 0; tries--) {
      try {
        await page.keyboard.press('Control+k')
        await page.keyboard.press('Control+t')
        await list.locator('input.input').fill(themes[theme], { timeout: 3_000 })
        await list.getByRole('option', { name: themes[theme] }).first().click({ timeout: 3_000 })
        await chosen.waitFor({ timeout: 5_000 })
      } catch (error) {
        if (tries === 1) throw error
        await page.keyboard.press('Escape')
      }
    }
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(results, { recursive: true })
    await this.page.screenshot({ path: join(results, `${name}.png`) })
  }
}
