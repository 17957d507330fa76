import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { inSteps, theEditor, Window } from './harness'

describe('a new model and the settings, by clicking', function () {
  let folder: string
  let window: Window

  inSteps(this, 'e2e-settings', () => [window])

  before(async () => {
    const editor = await theEditor()
    const { path, address } = editor.folder('settings')
    folder = path
    window = await Window.open(editor, address)
    await window.trustFolder()
  })

  const settings = () => window.page.locator('.settings-editor')

  it('makes a model from File → New File…', async () => {
    await window.command('Create: New File...')
    await window.choose('MTL Model')
    const dialog = window.page.locator('.quick-input-widget:visible')
    await dialog.getByText('New MTL Model').waitFor()
    await dialog.getByRole('button', { name: 'OK' }).click()
    await window.page.getByRole('tab', { name: 'model.mtl.ts' }).waitFor()
    await window.line(/dense\(64.*\[64\]/).waitFor()
    await window.lens('Graph').waitFor()
    assert.ok(readdirSync(folder).includes('model.mtl.ts'))
    assert.equal(await window.errors.count(), 0)
    await window.screenshot('e2e-new-model')
  })

  it('has its own place in the settings, with descriptions', async () => {
    await window.command('Preferences: Open Settings (UI)')
    await settings().locator('.search-container .monaco-editor').click()
    await window.page.keyboard.type('@ext:mtl-workbench.mtl-workbench ') // the space ends the list of suggestions
    await settings().screenshot({ path: 'test-results/e2e-settings-user.png' })
    // Which engine and which device is the machine's own matter.
    await settings()
      .getByText(/^Remote \[/)
      .click()
    await settings()
      .getByText(/What computes when models are trained/)
      .waitFor()
  })

  it('asked nothing of the outside', () => assert.deepEqual([...window.foreign], []))
})
