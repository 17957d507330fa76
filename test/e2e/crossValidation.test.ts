import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { inSteps, theEditor, Window } from './harness'

describe('cross-validation, by clicking', function () {
  let window: Window

  inSteps(this, 'e2e-cv', () => [window])

  before(async () => {
    const editor = await theEditor()
    const { path, address } = editor.folder('cross-validation')
    cpSync(join('examples', 'penguins'), join(path, 'penguins'), { recursive: true })
    window = await Window.open(editor, address)
    await window.trustFolder()
    await window.openFromExplorer('penguins', 'penguins.mtl.ts')
    await window.line(/dense\(64.*\[64\]/).waitFor()
  })

  it('asks for the folds, tells how far it is, and shows the table of the result', async () => {
    await window.command('MTL: Cross-Validate…')
    await window.page
      .getByRole('combobox', { name: /folds|Cross-Validate/i })
      .or(window.page.locator('.quick-input-widget input'))
      .first()
      .waitFor()
    await window.page.keyboard.press('Control+A')
    await window.page.keyboard.type('3')
    await window.screenshots('e2e-cv-folds')
    await window.page.keyboard.press('Enter')
    await window.notification(/Cross-validating penguins/).waitFor()
    await window.screenshot('e2e-cv-progress')
    const page = await window.panel(frame => frame.getByRole('heading', { name: 'penguins: cross-validation' }))
    await page.getByRole('cell', { name: 'species' }).first().waitFor()
    await window.screenshots('e2e-cv-result')
  })

  it('groups the folds in the list of runs', async () => {
    await window.openRuns()
    const row = window.page.getByRole('treeitem', { name: /^penguins: 3-fold cross-validation, completed/ })
    await row.waitFor()
    await row.click()
    await window.page.keyboard.press('ArrowRight')
    await window.page.getByRole('treeitem', { name: /^fold 2 of 3, completed/ }).waitFor()
    await window.screenshots('e2e-cv-runs')
  })
})
