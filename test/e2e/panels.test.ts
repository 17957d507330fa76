import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Frame, Locator } from 'playwright-core'
import { inSteps, theEditor, Window } from './harness'

const blocks = `import { add, block, classification, dense, input, model } from 'mtl'

const x = input('x', [8])
const residual = block('residual', t => add(t, t.pipe(dense(8, { activation: 'relu' }), dense(8))))
const y = x.pipe(residual, residual)

export default model({ tasks: { kind: classification(3, y) } })
`

describe('the panels in VS Code, by clicking', function () {
  let folder: string
  let window: Window
  let graph: Frame
  let original: string
  const file = (...path: string[]) => join(folder, 'penguins', ...path)

  inSteps(this, 'e2e-panels', () => [window])

  before(async () => {
    const editor = await theEditor()
    const { path, address } = editor.folder('panels')
    folder = path
    cpSync(join('examples', 'penguins'), join(folder, 'penguins'), { recursive: true })
    const model = file('penguins.mtl.ts')
    original = readFileSync(model, 'utf8').replace(/epochs: \d+/, 'epochs: 4')
    writeFileSync(model, original)
    writeFileSync(file('residual.mtl.ts'), blocks)
    window = await Window.open(editor, address)
    await window.trustFolder()
    await window.openFromExplorer('penguins', 'penguins.mtl.ts')
    await window.line(/dense\(64.*\[64\]/).waitFor()
    await window.lens('Graph').click()
    graph = await window.panel(frame => frame.getByRole('application', { name: /Model graph/ }))
    await box('trunk.dense2').waitFor()
  })

  const box = (name: string): Locator => graph.locator(`[data-id="node:${name}"]`)
  const choose = async (at: Locator, item: string | RegExp) => {
    await at.click({ button: 'right' })
    await graph.getByRole('menuitem', { name: item }).click()
  }
  const dialog = () => graph.getByRole('dialog')
  const field = (name: string) => dialog().getByLabel(name, { exact: true })

  /** The file on disk: VS Code in a browser saves by itself. */
  async function saved(fits: (text: string) => boolean, what: string): Promise<void> {
    const text = () => readFileSync(file('penguins.mtl.ts'), 'utf8')
    await window.until(what, () => fits(text())).catch((error: Error) => assert.fail(`${error.message}: the file is\n${text()}`))
  }

  /** Files are opened where the focus is: in the column of the text. At the line's beginning, or the long line would be scrolled. */
  const enterText = () => window.line('export default model').click({ position: { x: 4, y: 4 } })

  /** One step of undo, in the text. */
  async function undo(): Promise<void> {
    await enterText()
    await window.page.keyboard.press('Control+z')
    await saved(text => text === original, 'one undo brings the text back')
  }

  it('changes an option: the text changes, the graph follows, one undo brings both back', async () => {
    await choose(box('trunk.dense2'), /^units/)
    await field('units').fill('48')
    await dialog().getByRole('button', { name: 'Change' }).click()
    await window.line(/dense\(48, \{ activation/).waitFor()
    await box('trunk.dense2').filter({ hasText: '48' }).waitFor()
    await saved(text => text === original.replace('dense(32', 'dense(48'), 'only the number changed')
    await window.screenshot('e2e-panels-option')
    await undo()
    await box('trunk.dense2').filter({ hasText: '32 · relu' }).waitFor()
  })

  it('inserts a layer', async () => {
    await choose(box('trunk.dense1'), 'Insert layer after…')
    await field('layer').selectOption('dense')
    await field('units').fill('24')
    await window.screenshot('e2e-panels-insert')
    await dialog().getByRole('button', { name: 'Insert' }).click()
    await saved(text => text.includes("dense(64, { activation: 'relu' }),\n  dense(24),\n  dropout"), 'a line of its own')
    await box('trunk.dense3').waitFor()
    await undo()
    await box('trunk.dense3').waitFor({ state: 'detached' })
  })

  it('replaces a layer', async () => {
    await choose(box('trunk.dropout1'), 'Replace…')
    await field('layer').selectOption('layerNorm')
    await dialog().getByRole('button', { name: 'Replace' }).click()
    await saved(text => /import \{[^}]*layerNorm[^}]*\}/.test(text) && text.includes('  layerNorm(),\n'), 'the layer and its import')
    await box('trunk.layerNorm1').waitFor()
    await undo()
    await box('trunk.dropout1').waitFor()
  })

  it('removes a layer by its key', async () => {
    await box('trunk.dropout1').focus()
    await window.page.keyboard.press('Delete')
    await saved(text => text === original.replace('  dropout(0.1),\n', ''), 'its line is gone')
    await box('trunk.dropout1').waitFor({ state: 'detached' })
    await undo()
    await box('trunk.dropout1').waitFor()
  })

  it('adds a task', async () => {
    await choose(box('trunk.dense2'), 'Add task…')
    await field('name').fill('flipper')
    await field('task').selectOption('regression')
    await field('label column').fill('body_mass_g')
    await dialog().getByRole('button', { name: 'Add' }).click()
    await saved(text => text.includes("    flipper: regression(penguins.label('body_mass_g'), trunk),\n  },"), 'a line of its own')
    await graph.locator('[data-id="task:flipper"]').waitFor()
    await undo()
    await graph.locator('[data-id="task:flipper"]').waitFor({ state: 'detached' })
  })

  it('says why an edit is not made, and leaves the text alone', async () => {
    await choose(box('trunk.dense2'), 'Replace…')
    await field('layer').selectOption('conv2d')
    await field('filters').fill('4')
    await dialog().getByRole('button', { name: 'Replace' }).click()
    await dialog()
      .getByRole('alert')
      .filter({ hasText: /The model would have an error/ })
      .waitFor()
    await window.screenshot('e2e-panels-refused')
    await window.page.keyboard.press('Escape')
    await saved(text => text === original, 'nothing changed')
  })

  it('finds, lists and saves pictures', async () => {
    await graph.getByRole('button', { name: 'Find (/)' }).click()
    await graph.getByRole('textbox', { name: 'Find in the graph' }).fill('dropout')
    await graph.locator('[data-id="node:trunk.dropout1"].currentMatch').waitFor()
    await window.page.keyboard.press('Escape')
    await graph.getByRole('button', { name: 'Show as list' }).click()
    await graph.getByRole('button', { name: 'trunk.dense1' }).click()
    await window.screenshots('e2e-panels-list')
    await graph.getByRole('button', { name: 'Show as list' }).click()
    const svg = await save(graph, 'Save as picture', 'SVG picture', 'penguins-graph.svg')
    assert.match(svg.toString(), /^<\?xml[^]*<svg[^]*species/)
    const png = await save(graph, 'Save as picture', 'PNG picture', 'penguins-graph.png')
    assert.equal(png.subarray(1, 4).toString(), 'PNG')
  })

  it('stays with its model while it is locked, and follows another one then; blocks close and open', async () => {
    await graph.getByRole('button', { name: 'Stay with this model' }).click()
    await window.page.getByRole('tab', { name: '[Graph: penguins]' }).waitFor()
    await enterText()
    await window.openFromExplorer('residual.mtl.ts')
    await box('trunk.dense2').waitFor()
    await graph.getByRole('button', { name: 'Stay with this model' }).click()
    const title = graph.locator('.header[data-group$="/residual_2"]')
    await title.waitFor()
    await title.click()
    await graph.locator('.box.group[data-id$="/residual_2"]').waitFor()
    await window.screenshots('e2e-panels-blocks')
    await graph.locator('.box.group[data-id$="/residual_2"]').click()
    await title.waitFor()
  })

  it('compares two runs, exports their curves, and has everything again after a reload', async () => {
    await enterText()
    await window.openFromExplorer('penguins.mtl.ts')
    // Until then the button above the text is the other model's.
    await window.line(/dense\(64.*\[64\]/).waitFor()
    await window.openRuns()
    const runs = window.page.getByRole('treeitem', { name: /^penguins, completed/ })
    for (const n of [0, 1]) {
      await window.lens('▶ Train').click()
      await runs.nth(n).waitFor({ timeout: 120_000 })
    }
    let curves = await window.panel(frame => frame.locator('.plot canvas'))
    await curves.getByText(/^Runs: 1 of 2/).click()
    await curves.locator('vscode-checkbox:visible').filter({ hasText: 'penguins' }).nth(1).click()
    await curves.getByText(/^Runs: 2 of 2/).waitFor()
    await window.page.keyboard.press('Escape')
    await curves.getByRole('checkbox', { name: 'Log scale' }).click()
    const csv = (await save(curves, 'Save charts or values', 'Values as CSV', 'penguins-curves.csv')).toString().split('\r\n')
    assert.match(csv[0]!, /^run,record,step,epoch,seconds,.*loss species/)
    assert.equal(new Set(csv.slice(1).flatMap(line => line.split(',')[0] || [])).size, 2, 'the values of both runs')
    const png = await save(curves, 'Save charts or values', 'Charts as PNG picture', 'penguins-curves.png')
    assert.equal(png.subarray(1, 4).toString(), 'PNG')
    await window.screenshots('e2e-panels-curves')
    await window.reload()
    curves = await window.panel(frame => frame.locator('.plot canvas'))
    await curves.getByText(/^Runs: 2 of 2/).waitFor()
    assert.equal(await curves.getByRole('checkbox', { name: 'Log scale' }).getAttribute('aria-checked'), 'true')
  })

  const save = (panel: Frame, button: string, item: string, name: string) =>
    window.save(panel, button, item, file(name), join(folder, name))
})
