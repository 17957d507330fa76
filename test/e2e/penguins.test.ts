import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Frame, Locator } from 'playwright-core'
import { inSteps, theEditor, Window } from './harness'

describe('from a model file to a trained model, by clicking', function () {
  let window: Window
  let model: string
  let original: string

  inSteps(this, 'e2e', () => [window])

  before(async () => {
    const editor = await theEditor()
    const { path, address } = editor.folder('penguins')
    cpSync(join('examples', 'penguins'), join(path, 'penguins'), { recursive: true })
    model = join(path, 'penguins', 'penguins.mtl.ts')
    original = readFileSync(model, 'utf8')
    // More than the run comes to before it is stopped.
    writeFileSync(model, original.replace(/epochs: \d+/, 'epochs: 100_000'))
    window = await Window.open(editor, address)
    await window.trustFolder()
  })

  const graphCanvas = (frame: Frame): Locator => frame.getByRole('application', { name: /Model graph/ })
  const curvesCanvas = (frame: Frame): Locator => frame.locator('.uplot canvas')

  it('opens penguins from the explorer and shows shapes beside the layers', async () => {
    await window.openFromExplorer('penguins', 'penguins.mtl.ts')
    await window.line(/dense\(64.*\[64\]/).waitFor()
  })

  it('opens the graph by its lens, with trunk, heads and tasks', async () => {
    await window.lens('Graph').click()
    const graph = await window.panel(graphCanvas)
    for (const task of ['species', 'sex', 'mass'])
      await graph
        .getByRole('button', { name: new RegExp(task) })
        .first()
        .waitFor()
    await window.screenshots('e2e-graph')
  })

  it('shows an error where the line is broken, and mends it by its quick fix', async () => {
    assert.equal(await window.errors.count(), 0)
    await window.line('missingFeatures').getByText("'drop'").dblclick()
    await window.page.keyboard.type('dorp')
    await window.errors.first().waitFor()
    await window.line('missingFeatures').getByText('dorp').hover()
    const hover = window.page.locator('.monaco-hover:visible').filter({ hasText: "did you mean 'drop'" })
    await hover.waitFor()
    await window.screenshot('e2e-diagnostic')
    await hover.getByRole('button', { name: /Quick Fix/ }).click()
    await window.page.locator('.action-widget').getByText('drop').first().click()
    await window.line(/missingFeatures: 'drop'/).waitFor()
    await window.errors.first().waitFor({ state: 'detached' })
  })

  it('trains by a click and shows curves that move', async () => {
    await window.lens('▶ Train').click()
    const canvas = curvesCanvas(await window.panel(curvesCanvas)).first()
    await window.statusBarItem(/^Training: penguins/).waitFor()
    const early = await canvas.screenshot()
    await window.until('the curves have moved', async () => !early.equals(await canvas.screenshot()))
    await window.screenshot('e2e-training')
  })

  it('finds the run again after the window is reloaded in mid-run', async () => {
    const before = await progress()
    await window.reload()
    await window.until(`the progress is above ${before}%`, async () => (await progress()) > before)
    await window.openRuns()
    // Its row is refreshed all the time: a click must be heard none the less.
    await window.page.getByRole('treeitem', { name: /^penguins, training/ }).click()
    await curvesCanvas(await window.panel(curvesCanvas))
      .first()
      .waitFor()
    assert.equal(await window.page.getByText('command not found').count(), 0)
    await window.screenshot('e2e-reloaded')
  })

  it('sees the run stop when asked, and another complete with its metrics', async () => {
    await window.statusBarItem(/^Stop training/).click()
    await window.page.getByRole('treeitem', { name: /^penguins, stopped/ }).waitFor()
    writeFileSync(model, original)
    await window.page.getByRole('tab', { name: /^penguins\.mtl\.ts/ }).click()
    await window.line(/epochs: \d\d,/).waitFor()
    await window.lens('▶ Train').click()
    const run = window.page.getByRole('treeitem', { name: /^penguins, completed/ })
    await run.waitFor({ timeout: 240_000 })
    const label = (await run.getAttribute('aria-label')) ?? ''
    const accuracy = Number(/species accuracy (\d\.\d+)/.exec(label)?.[1])
    assert.ok(accuracy > 0.9, label)
    for (const task of ['sex', 'mass']) assert.match(label, new RegExp(`${task} \\w+ \\d`))
    await run.click()
    await curvesCanvas(await window.panel(curvesCanvas))
      .first()
      .waitFor()
    assert.equal(await window.page.getByText('command not found').count(), 0)
    await window.screenshots('e2e-completed')
  })

  it('asked nothing of the outside', () => assert.deepEqual([...window.foreign], []))

  /** @returns percent in the status bar */
  async function progress(): Promise<number> {
    const item = window.statusBarItem(/^Training: penguins.*\d%/)
    await item.waitFor()
    return Number(/(\d+)%/.exec((await item.getAttribute('aria-label')) ?? '')?.[1])
  }
})
