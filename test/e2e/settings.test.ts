import assert from 'node:assert/strict'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gpu, inSteps, theEditor, Window } from './harness'

describe('settings, devices and the engine check, by clicking', function () {
  let folder: string
  let window: Window

  inSteps(this, 'e2e-settings', () => [window])

  before(async () => {
    const editor = await theEditor()
    const { path, address } = editor.folder('settings')
    folder = path
    cpSync(join('examples', 'penguins'), join(folder, 'penguins'), { recursive: true })
    const model = join(folder, 'penguins', 'penguins.mtl.ts')
    writeFileSync(model, readFileSync(model, 'utf8').replace(/epochs: \d+/, 'epochs: 40'))
    window = await Window.open(editor, address)
    await window.trustFolder()
  })

  after(() => {
    gpu(false)
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
    assert.ok(readdirSync(folder).includes('model.mtl.ts'))
    assert.equal(await window.errors.count(), 0)
    await window.screenshot('e2e-new-model')
  })

  it('has its own place in the settings, with descriptions', async () => {
    await window.command('Preferences: Open Settings (UI)')
    await settings().locator('.search-container .monaco-editor').click()
    await window.page.keyboard.type('@ext:mtl-workbench.mtl-workbench')
    await settings()
      .getByText(/Where models are trained with ONNX Runtime/)
      .waitFor()
    for (const title of ['Device', 'Engine', 'Node Path'])
      await settings().locator('.setting-item-label', { hasText: title }).first().waitFor()
    await window.screenshots('e2e-settings')
  })

  it('takes a device from the settings page', async () => {
    await settings().getByRole('combobox', { name: 'mtl.device' }).click()
    await window.page.locator('.monaco-select-box-dropdown-container').getByRole('option', { name: 'gpu' }).click()
    await window.screenshot('e2e-settings-device')
    await window.page.keyboard.press('Control+F4')
  })

  it('says so where a GPU was asked for and there is none, and the CPU trains', async () => {
    await window.openFromExplorer('penguins', 'penguins.mtl.ts')
    await window.line(/missingFeatures/).waitFor()
    await window.lens('▶ Train').click()
    await window.notification(/penguins: The GPU can’t be used, so the CPU trains/).waitFor()
    await window.screenshots('e2e-gpu-fallback')
    await window.notification(/penguins is trained/).waitFor({ timeout: 60_000 })
  })

  it('trains on the GPU, and the status bar says so', async function () {
    if (!gpu(true)) this.skip()
    await window.command('Notifications: Clear All Notifications')
    await window.lens('▶ Train').click()
    await window.statusBarItem(/^Training: penguins.* GPU/).waitFor({ timeout: 60_000 })
    await window.screenshots('e2e-gpu')
    const newest = readdirSync(join(folder, '.mtl', 'runs'))
      .sort()
      .at(-1)!
    await window.notification(/penguins is trained/).waitFor({ timeout: 120_000 })
    const events = readFileSync(join(folder, '.mtl', 'runs', newest, 'events.ndjson'), 'utf8')
    assert.match(events, /"type":"device".*"device":"gpu","provider":"webgpu"/)
    assert.equal(await window.notification(/can’t be used/).count(), 0)
  })

  it('checks the engine: libraries, a step, gradients, the device', async () => {
    await window.command('MTL: Check Engine')
    await window.line(/ONNX Runtime 1\.\d+/).waitFor({ timeout: 90_000 })
    for (const finding of [/one training step/, /gradients against finite differences/, /per-task gradients/])
      await window.line(finding).waitFor()
    await window.screenshots('e2e-check-engine')
  })

  it('has a page among the extensions', async () => {
    await window.command('Extensions: Show Installed Extensions')
    await window.page.locator('.extension-list-item').filter({ hasText: 'MTL Workbench' }).first().click()
    const page = window.page.locator('.extension-editor')
    await page.getByText('Design, train and understand multi-task learning models, in the editor.').waitFor()
    assert.ok(await page.locator('img.icon').evaluate((image: HTMLImageElement) => image.naturalWidth > 0), 'its icon')
    await window.panel(frame => frame.getByRole('heading', { name: 'MTL Workbench' }))
    await window.screenshots('e2e-extension')
  })

  it('asked nothing of the outside', () => assert.deepEqual([...window.foreign], []))
})
