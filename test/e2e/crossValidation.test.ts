import assert from 'node:assert/strict'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { inSteps, theEditor, Window } from './harness'

describe('cross-validation, by clicking', function () {
  let folder: string
  let window: Window

  inSteps(this, 'e2e-cv', () => [window])

  before(async () => {
    const editor = await theEditor()
    const { path, address } = editor.folder('cross-validation')
    folder = path
    cpSync(join('examples', 'penguins'), join(path, 'penguins'), { recursive: true })
    // Long enough to be seen at it.
    const model = join(path, 'penguins', 'penguins.mtl.ts')
    writeFileSync(model, readFileSync(model, 'utf8').replace(/epochs: \d+/, 'epochs: 400'))
    window = await Window.open(editor, address)
    await window.trustFolder()
    await window.openFromExplorer('penguins', 'penguins.mtl.ts')
    await window.line(/dense\(64.*\[64\]/).waitFor()
  })

  const input = () => window.page.locator('.quick-input-widget:visible input.input')
  const row = (name: RegExp): Locator => window.page.getByRole('treeitem', { name }).first()

  async function askFor(folds: string): Promise<void> {
    await window.command('MTL: Cross-Validate…')
    await window.page.locator('.quick-input-widget').getByText('Number of folds').waitFor()
    await input().press('Control+A')
    await input().pressSequentially(folds)
  }

  it('asks for the folds, and refuses what is no number of them', async () => {
    await askFor('1')
    await window.page.locator('.quick-input-widget').getByText('A whole number from 2 to 100').waitFor()
    await window.screenshot('e2e-cv-refused')
    await input().press('Control+A')
    await input().pressSequentially('3')
    await window.screenshot('e2e-cv-folds')
    await window.page.keyboard.press('Enter')
  })

  it('tells how far it is, and shows the table of the result', async () => {
    await window.notification(/Cross-validating penguins.*fold \d of 3/).waitFor()
    await window.statusBarItem(/^Cross-validating: penguins cross-validation · fold \d of 3/).waitFor()
    await window.screenshot('e2e-cv-progress')
    const page = await window.panel(frame => frame.getByRole('heading', { name: 'penguins: cross-validation' }))
    assert.match(
      (await page.locator('table').textContent()) ?? '',
      /task\s*metric\s*mean ± deviation\s*fold 1[^]*fold 3[^]*species\s*accuracy\s*0\.\d+ ± /,
    )
    await window.screenshots('e2e-cv-result')
  })

  it('groups the folds in the list of runs', async () => {
    await window.openRuns()
    const completed = row(/^penguins: 3-fold cross-validation, completed/)
    await completed.waitFor()
    assert.equal(await row(/^fold 2 of 3/).count(), 0)
    await completed.locator('.monaco-tl-twistie').click()
    for (const n of [1, 2, 3]) await row(new RegExp(`^fold ${n} of 3, completed`)).waitFor()
    await window.screenshots('e2e-cv-runs')
    await completed.hover()
    await window.page.locator('.monaco-hover').getByText('mean ± deviation').waitFor()
    await window.screenshot('e2e-cv-hover')
  })

  it('survives a reload, is stopped from the status bar, goes on by its row, and is cancelled in its message', async () => {
    const model = join(folder, 'penguins', 'penguins.mtl.ts')
    writeFileSync(model, readFileSync(model, 'utf8').replace(/epochs: \d+/, 'epochs: 500_000'))
    await window.page.getByRole('tab', { name: /^penguins\.mtl\.ts/ }).click()
    await window.line('epochs: 500_000').waitFor()
    await askFor('2')
    await window.page.keyboard.press('Enter')
    await window.notification(/Cross-validating penguins.*fold 1 of 2/).waitFor()
    await window.reload()
    await window.openRuns()
    await row(/^penguins: 2-fold cross-validation, running/).waitFor()
    await window.screenshots('e2e-cv-running')
    await window.statusBarItem(/^Stop the cross-validation of penguins/).click()
    const stopped = row(/^penguins: 2-fold cross-validation, stopped/)
    await stopped.waitFor()
    await window.screenshots('e2e-cv-stopped')
    await stopped.hover()
    await stopped.page().locator('.monaco-list-row:hover').getByRole('button', { name: 'Resume Cross-Validation' }).click()
    await row(/^penguins: 2-fold cross-validation, running/).waitFor()
    await window
      .notification(/Cross-validating penguins/)
      .getByRole('button', { name: 'Cancel' })
      .click()
    await stopped.waitFor()
  })

  it('is deleted with its folds after a question', async () => {
    const runs = join(folder, '.mtl', 'runs')
    const before = readdirSync(runs).length
    const ask = async () => (await window.menuItem(row(/^penguins: 2-fold cross-validation, stopped/), 'Delete Cross-Validation…')).click()
    const dialog = window.page.getByRole('dialog')
    await ask()
    await dialog.getByText(/Delete the 2-fold cross-validation of .* with its run\?/).waitFor()
    await window.screenshot('e2e-cv-delete')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    assert.equal(readdirSync(runs).length, before)
    await ask()
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await window.page.getByRole('treeitem', { name: /^penguins: 2-fold/ }).waitFor({ state: 'detached' })
    await window.until('both folders are gone', () => readdirSync(runs).length === before - 2)
    await row(/^penguins: 3-fold cross-validation, completed/).waitFor()
  })

  it('shows an older result by a click on its row', async () => {
    await row(/^penguins: 3-fold cross-validation, completed/).click()
    await window.panel(frame => frame.getByRole('heading', { name: 'penguins: cross-validation' }))
  })

  it('asked nothing of the outside', () => assert.deepEqual([...window.foreign], []))
})
