import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Frame, Locator } from 'playwright-core'
import { inSteps, theEditor, Window } from './harness'

describe('comparison with single-task models, by clicking', function () {
  let window: Window

  inSteps(this, 'e2e-comparison', () => [window])

  before(async () => {
    const editor = await theEditor()
    const { path, address } = editor.folder('comparison')
    cpSync(join('examples', 'penguins'), join(path, 'penguins'), { recursive: true })
    // Long enough to reload the window and to stop in between.
    const model = join(path, 'penguins', 'penguins.mtl.ts')
    writeFileSync(model, readFileSync(model, 'utf8').replace(/epochs: \d+/, 'epochs: 600'))
    window = await Window.open(editor, address)
    await window.trustFolder()
    await window.openFromExplorer('penguins', 'penguins.mtl.ts')
    await window.line(/dense\(64.*\[64\]/).waitFor()
  })

  const title = (frame: Frame): Locator => frame.getByRole('heading', { name: 'penguins: multi-task against single-task' })
  const report = (frame: Frame): Locator => frame.getByRole('img', { name: /Δm of pcGrad for penguins/ })
  const row = (name: RegExp) => window.page.getByRole('treeitem', { name })

  it('starts by the lens above the model, and tells how far it is', async () => {
    await window.lens('Compare with single-task').waitFor()
    await window.screenshots('e2e-comparison-lens')
    await window.lens('Compare with single-task').click()
    await window.statusBarItem(/^Comparing: penguins comparison · \d+ of 12/).waitFor()
    await window.lens('■ Stop Comparison').waitFor()
    await window.panel(title)
    await window.screenshots('e2e-comparison-started')
  })

  it('survives a reload of the window, stops when asked, and goes on', async () => {
    await window.reload()
    await window.statusBarItem(/^Comparing: penguins comparison · \d+ of 12/).waitFor()
    await window.openRuns()
    await row(/^penguins: comparison, running/).waitFor()
    await window.statusBarItem(/^Stop the comparison of penguins/).click()
    await row(/^penguins: comparison, stopped/).waitFor()
    await window.screenshot('e2e-comparison-stopped')
    await window.lens('Resume Comparison').click()
    await row(/^penguins: comparison, running/).waitFor()
  })

  it('shows the comparison in the list, its runs below it, and Δm beside each task', async () => {
    const comparison = row(/^penguins: comparison, completed, Δm [+−]?\d+\.\d % ± \d/)
    await comparison.waitFor({ timeout: 240_000 })
    assert.equal(await row(/^species alone, seed 1/).count(), 0)
    await comparison.locator('.monaco-tl-twistie').click()
    for (const label of ['species alone, seed 1', 'mass alone, seed 3', 'pcGrad, seed 2'])
      await row(new RegExp(`^${label}, completed`)).waitFor()
    for (const task of ['species', 'sex', 'mass']) await window.line(new RegExp(`${task}:Δm [+−]?\\d+\\.\\d % · \\d\\d:\\d\\d`)).waitFor()
    assert.equal(await window.page.getByText('stale').count(), 0)
  })

  it('opens the result by a click on its row: table, plot, and links to the curves', async () => {
    await row(/^penguins: comparison, completed/).click()
    const page = await window.panel(report)
    await title(page).waitFor()
    assert.match((await page.locator('table').first().textContent()) ?? '', /overall.*pcGrad/)
    await window.screenshots('e2e-comparison-result')
    await page.getByRole('img', { name: /Δm of pcGrad/ }).scrollIntoViewIfNeeded()
    await page.getByRole('link', { name: 'pcGrad, seed 1' }).click()
    await window.panel(frame => frame.locator('.uplot canvas'))
    await window.screenshot('e2e-comparison-curves')
  })

  it('finds the result again after a reload', async () => {
    await window.page.getByRole('tab', { name: /^Comparison: penguins/ }).click()
    await window.reload()
    await window.panel(report)
    await window.screenshot('e2e-comparison-reloaded')
  })

  it('says that Δm is stale once the model has changed', async () => {
    await window.page.getByRole('tab', { name: /^penguins\.mtl\.ts/ }).click()
    await window.line('dense(64').getByText('64', { exact: true }).dblclick()
    await window.page.keyboard.type('48')
    await window.line(/dense\(48.*\[48\]/).waitFor()
    await window.line(/species:Δm .* · stale · \d\d:\d\d/).waitFor()
    await window.screenshot('e2e-comparison-stale')
  })

  it('asked nothing of the outside', () => assert.deepEqual([...window.foreign], []))
})
