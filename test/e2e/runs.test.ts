import assert from 'node:assert/strict'
import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { inSteps, theEditor, Window } from './harness'

describe('runs, in two windows on one folder', function () {
  let folder: string
  let first: Window
  let second: Window
  const both = <T>(work: (window: Window) => Promise<T>) => Promise.all([first, second].map(work))

  inSteps(this, 'runs', () => [first, second])

  before(async () => {
    const editor = await theEditor()
    const { path, address } = editor.folder('runs')
    folder = path
    cpSync(join('examples', 'penguins'), join(folder, 'penguins'), { recursive: true })
    const model = join(folder, 'penguins', 'penguins.mtl.ts')
    writeFileSync(model, readFileSync(model, 'utf8').replace(/epochs: \d+/, 'epochs: 500_000'))
    first = await Window.open(editor, address)
    second = await Window.open(editor, address)
    await both(window => window.trustFolder())
  })

  const runsFolder = () => join(folder, '.mtl', 'runs')
  const runFolders = () => (existsSync(runsFolder()) ? readdirSync(runsFolder()) : [])
  function controlFile(): { readonly pid: number } | undefined {
    const path = join(runsFolder(), runFolders()[0] ?? '', 'control.json')
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { pid: number }) : undefined
  }
  const shows = (window: Window, status: string): Promise<void> => window.run(new RegExp(`^penguins, ${status}`)).waitFor()

  /**
   * Moves to the button of a run's row that appears under the mouse. @returns a press of the mouse there: the row of a live run is
   * drawn anew twice a second, under a mouse that stands still
   */
  async function rowButton(window: Window, title: string): Promise<() => Promise<void>> {
    const row = window.page
      .locator('.monaco-list-row')
      .filter({ has: window.page.locator('.label-name', { hasText: 'penguins' }) })
      .first()
    let place: Awaited<ReturnType<Locator['boundingBox']>> = null
    for (let tries = 0; place === null && tries < 20; tries++) {
      await row.hover()
      place = await row
        .getByRole('button', { name: title })
        .boundingBox({ timeout: 1_000 })
        .catch(() => null)
    }
    assert.ok(place)
    const { x, y, width, height } = place
    return () => window.page.mouse.click(x + width / 2, y + height / 2)
  }

  const menuItem = (window: Window, title: string) => window.menuItem(window.run(/^penguins/), title)

  it('is trained in one and seen in both', async () => {
    await first.openFromExplorer('penguins', 'penguins.mtl.ts')
    await first.lens('▶ Train').click()
    await both(async window => {
      await window.openRuns()
      await shows(window, 'training')
    })
  })

  it('is paused in one, and resumed by both at once', async () => {
    await (
      await rowButton(first, 'Pause Training')
    )()
    await both(window => shows(window, 'paused'))
    await first.screenshots('runs-paused')
    const buttons = await both(window => rowButton(window, 'Resume Training'))
    await Promise.all(buttons.map(press => press()))
    await both(window => shows(window, 'training'))
  })

  it('is paused by one and stopped by the other at once: it ends, for both', async () => {
    const [pause, stop] = await Promise.all([rowButton(first, 'Pause Training'), rowButton(second, 'Stop Training')])
    await Promise.all([pause(), stop()])
    await both(window => shows(window, 'stopped'))
    await first.until('the process is gone', () => controlFile() === undefined)
    await both(async window => assert.equal(await window.notification(/./).count(), 0, 'neither has an error'))
  })

  it('is resumed from its checkpoint by both at once: one process trains it', async () => {
    const items = await both(window => menuItem(window, 'Resume Training'))
    await Promise.all(items.map(item => item.click()))
    await both(window => shows(window, 'training'))
    await first.page.waitForTimeout(1500)
    await both(async window => assert.equal(await window.notification(/is training|can't/).count(), 0, 'the slower one has no error'))
    assert.equal(readdirSync(join(runsFolder(), runFolders()[0]!)).filter(name => name.startsWith('lock-')).length, 1)
  })

  it('that is killed is told of, and goes on by Resume', async () => {
    const { pid } = controlFile()!
    process.kill(pid, 'SIGKILL')
    const message = first.notification(/Training of penguins was interrupted/)
    await message.waitFor()
    await message.hover() // or it would hide by itself
    await both(window => shows(window, 'interrupted'))
    await first.screenshots('runs-interrupted')
    await message.getByRole('button', { name: 'Resume' }).click()
    await both(window => shows(window, 'training'))
    assert.notEqual(controlFile()!.pid, pid)
  })

  it('whose data changes fails, and says why', async () => {
    appendFileSync(join(folder, 'penguins', 'penguins.csv'), 'Adelie,Dream,39,18,190,3700,MALE\n')
    await first.notification(/Training of penguins failed. The data file .*penguins\.csv changed during training/).waitFor()
    await both(window => shows(window, 'failed'))
    await first.screenshots('runs-failed')
  })

  it('is deleted after a question, in both', async () => {
    await (await menuItem(first, 'Delete Run…')).click()
    const dialog = first.page.getByRole('dialog')
    await dialog.getByText(/Delete the run .*penguins.*, with its curves and weights\?/).waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    assert.equal(runFolders().length, 1)
    await (await menuItem(first, 'Delete Run…')).click()
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await both(window => window.run(/^penguins/).waitFor({ state: 'detached' }))
    await first.until('the folder is gone', () => runFolders().length === 0)
    await second.page.getByText('No runs yet').waitFor()
  })
})
