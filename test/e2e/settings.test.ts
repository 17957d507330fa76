import assert from 'node:assert/strict'
import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { inSteps, theEditor, Window } from './harness'

describe('a new model and the settings, by clicking', function () {
  let folder: string
  let window: Window

  inSteps(this, 'e2e-settings', () => [window])

  before(async () => {
    const editor = await theEditor()
    const { path, address } = editor.folder('settings')
    folder = path
    cpSync(join('examples', 'penguins', 'penguins.csv'), join(path, 'birds.csv'))
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

  it('makes a model of a table from the list of files', async () => {
    const file = window.page.locator('.explorer-folders-view').getByRole('treeitem', { name: 'birds.csv' })
    await (await window.menuItem(file, 'New Model from Data…')).click()
    const list = window.page.locator('.quick-input-widget:visible')
    for (const [column, task] of [
      ['species', 'classification · 3 classes: Adelie, Chinstrap, Gentoo'],
      ['sex', 'binary · FEMALE or MALE'],
      ['body_mass_g', 'regression · from 2700 to 6300'],
    ] as const)
      await list.locator('.monaco-list-row').filter({ hasText: column }).filter({ hasText: task }).click()
    await window.screenshot('e2e-new-model-labels')
    await list.getByRole('button', { name: 'OK' }).click()
    await window.page.getByRole('tab', { name: 'birds.mtl.ts' }).waitFor()
    await window.line(/dense\(64.*\[64\]/).waitFor()
    assert.equal(await window.errors.count(), 0)
    await window.screenshot('e2e-new-model-of-table')
  })

  it('trains it as it is', async () => {
    await window.lens('▶ Train').click()
    const curves = await window.panel(frame => frame.getByRole('checkbox', { name: 'body_mass_g' }))
    await curves.getByText('Completed', { exact: true }).waitFor()
    await window.screenshot('e2e-new-model-trained')
  })

  /** The settings of the extension. @param tab which engine and which device is the machine's own matter */
  async function openSettings(tab: RegExp): Promise<void> {
    await window.command('Preferences: Open Settings (UI)')
    await settings().locator('.search-container .monaco-editor').click()
    await window.page.keyboard.press('Control+a')
    await window.page.keyboard.type('@ext:mtl-workbench.mtl-workbench ') // the space ends the list of suggestions
    await settings().getByText(tab).click()
  }

  it('has its own place in the settings, with descriptions', async () => {
    const user = async () => {
      await openSettings(/^User$/)
      await settings()
        .getByText(/Show the shape of each layer/)
        .waitFor()
    }
    const machine = async () => {
      await openSettings(/^Remote \[/)
      await settings()
        .getByText(/What computes when models are trained/)
        .waitFor()
    }
    await window.screenshots('e2e-settings-user', user)
    await window.screenshots('e2e-settings-machine', machine)
  })

  it('is described in the list of extensions', async () => {
    await window.command('Extensions: Show Installed Extensions')
    await window.page.getByRole('listitem', { name: /^MTL Workbench/ }).click()
    const readme = await window.panel(frame => frame.getByRole('heading', { name: 'First steps' }))
    assert.equal(await readme.locator('img').evaluateAll(all => all.filter(image => !(image as HTMLImageElement).naturalWidth).length), 0)
    await window.screenshots('e2e-extension')
  })

  it('asked nothing of the outside', () => assert.deepEqual([...window.foreign], []))
})
