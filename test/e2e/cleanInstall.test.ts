import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Frame, Locator } from 'playwright-core'
import { inSteps, theEditor, Window } from './harness'

describe('a clean VS Code in which nothing but the package is installed', function () {
  let window: Window
  let folder: string

  inSteps(this, 'clean', () => [window])

  before(async () => {
    const editor = await theEditor()
    folder = editor.folder('my models').path
    // No folder is open.
    window = await Window.open(editor, `${editor.url}?ew=true`)
  })

  const curvesCanvas = (frame: Frame): Locator => frame.locator('.uplot canvas')
  const walkthrough = (): Locator => window.page.locator('.gettingStartedContainer')

  it('shows the walkthrough', async () => {
    await window.commandAndChoose('Welcome: Open Walkthrough...', 'Train one model for several tasks')
    await walkthrough().getByText('Open an example').first().waitFor()
    await window.screenshots('walkthrough')
    for (const step of ['Change it, and see what changes', 'Train it', 'Read the curves', 'Open an example'])
      await walkthrough().getByRole('button', { name: step }).first().click()
  })

  it('copies an example to where the user wants it, and opens it', async () => {
    await walkthrough().getByRole('button', { name: 'Open Example' }).click()
    await window.choose('penguins')
    const dialog = window.page.locator('.quick-input-widget:visible')
    await dialog.getByText('Where should the example penguins be copied?').waitFor()
    // The dialog writes the home folder into its field once that is read.
    await dialog.getByText('..', { exact: true }).waitFor()
    const field = dialog.locator('input.input')
    do {
      await field.fill(`${folder}/`)
      await window.page.waitForTimeout(500)
    } while ((await field.inputValue()) !== `${folder}/`)
    await dialog.getByRole('button', { name: 'Copy Example Here' }).click()
    await window.page.getByRole('tab', { name: 'penguins.mtl.ts' }).waitFor()
    assert.deepEqual(readdirSync(folder), ['penguins'])
    assert.deepEqual(
      readdirSync(join(folder, 'penguins')).filter(name => /mtl\.ts$|csv$/.test(name)),
      ['penguins.csv', 'penguins.mtl.ts'],
    )
  })

  it('checks and draws the model in a folder that is not trusted, and refuses to train with a word', async () => {
    await window.statusBarItem(/Restricted Mode/).waitFor()
    await window.line(/dense\(64.*\[64\]/).waitFor()
    await window.lens('Graph').click()
    const graph = await window.panel(frame => frame.getByRole('application', { name: /Model graph/ }))
    await graph
      .getByRole('button', { name: /species/ })
      .first()
      .waitFor()
    await window.line('missingFeatures').getByText("'drop'").dblclick()
    await window.page.keyboard.type('dorp')
    await window.errors.first().waitFor()
    await window.page.keyboard.press('Control+Z')
    await window.errors.first().waitFor({ state: 'detached' })
    await window.lens('▶ Train').click()
    const refusal = window.notification(/needs a trusted workspace/)
    await refusal.waitFor()
    await refusal.hover() // or it would hide by itself
    await window.screenshot('untrusted')
    assert.ok(!existsSync(join(folder, 'penguins', '.mtl')), 'nothing was started')
    await refusal.getByRole('button', { name: 'Manage Workspace Trust' }).click()
    await window.trustHere()
  })

  it('trains it by a click and shows its curves', async () => {
    await window.page.getByRole('tab', { name: 'penguins.mtl.ts' }).first().click()
    await window.lens('▶ Train').click()
    const curves = await window.panel(curvesCanvas)
    await curvesCanvas(curves).first().waitFor()
    await window.notification(/penguins is trained/).waitFor({ timeout: 240_000 })
    await window.screenshot('clean-trained')
    const [run] = readdirSync(join(folder, 'penguins', '.mtl', 'runs'))
    const { engine } = JSON.parse(readFileSync(join(folder, 'penguins', '.mtl', 'runs', run!, 'run.json'), 'utf8')) as {
      engine: { name: string }
    }
    assert.equal(engine.name, 'onnxruntime', 'the package brings its engine with it')
  })

  it('asked nothing of the outside', () => assert.deepEqual([...window.foreign], []))
})
