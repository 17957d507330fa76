import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Frame } from 'playwright-core'
import { paired, plant } from '../proof/plantedConflict'
import { inSteps, theEditor, Window } from './harness'

describe('task affinity, measured and written by clicking', function () {
  let window: Window

  inSteps(this, 'e2e-affinity', () => [window])

  before(async () => {
    const editor = await theEditor()
    const { path, address } = editor.folder('affinity')
    mkdirSync(join(path, 'planted'))
    // Long enough to be seen at it.
    plant({ ...paired, model: paired.model.replace(/epochs: \d+/, 'epochs: 60') }, 1, join(path, 'planted'))
    window = await Window.open(editor, address)
    await window.trustFolder()
    await window.openFromExplorer('planted', 'planted.mtl.ts')
    await window.line(/torn = .*\[1\]/).waitFor()
  })

  const button = (frame: Frame) => frame.getByRole('button', { name: 'Write the grouped model' })
  const panel = () => window.panel(button)
  const tab = (name: RegExp) => window.page.getByRole('tab', { name })
  const row = (name: RegExp) => window.page.getByRole('treeitem', { name }).first()
  const apply = () =>
    window.page
      .locator('.part.panel')
      .getByRole('button', { name: /^Apply/ })
      .first()

  it('starts from the palette, tells how far it is, and is found under the runs', async () => {
    await window.command('MTL: Measure Task Affinity…')
    await window.statusBarItem(/^Measuring task affinity: planted task affinity measurement · \d of 5/).waitFor()
    await window.openRuns()
    await row(/^planted: task affinity, running/).waitFor()
    await window.screenshot('e2e-affinity-running')
  })

  it('shows who helps whom, whose trunks are alike, and the groups', async () => {
    const frame = await panel()
    assert.deepEqual(await frame.getByRole('row', { name: 'at most 2 groups' }).locator('.taskGroup').allTextContents(), ['a + b', 'c + d'])
    const value = async (name: RegExp, pair: string) =>
      Number((await frame.getByRole('region', { name }).locator(`[data-pair="${pair}"] .value`).textContent())!.replace('−', '-'))
    const mean = async (...pairs: string[]) => {
      let sum = 0
      for (const pair of pairs) sum += await value(/^Affinity/, pair)
      return sum / pairs.length
    }
    const across = ['0 2', '0 3', '1 2', '1 3', '2 0', '2 1', '3 0', '3 1']
    assert.ok((await mean('0 1', '1 0', '2 3', '3 2')) > (await mean(...across)))
    assert.ok((await value(/^Similarity/, '0 1')) > (await value(/^Similarity/, '0 2')))
    await window.screenshots('e2e-affinity-result')
    await row(/^planted: task affinity, completed, a \+ b \| c \+ d/).waitFor()
  })

  it('writes the grouped model by its button, shown before it is made', async () => {
    const frame = await panel()
    await button(frame).click()
    await apply().waitFor()
    assert.equal(await window.line('trunkAB').count(), 0)
    await window.screenshots('e2e-affinity-preview')
    await apply().click()
    await window.line(/const tornAB = .*dense\(1.*\[1\]/).waitFor()
    for (const text of [/a:.*trunkAB/, /b:.*trunkAB/, /c:.*trunkCD/, /d:.*trunkCD/]) await window.line(text).waitFor()
    await frame.getByText('The model has changed since this was measured.').waitFor()
    await window.screenshot('e2e-affinity-written')
  })

  it('is undone by one step', async () => {
    await tab(/^planted\.mtl\.ts/).click()
    await window.line('const data').click()
    await window.page.keyboard.press('Control+z')
    await window.line(/torn = .*\[1\]/).waitFor()
    assert.equal(await window.line('trunkAB').count(), 0)
  })

  it('groups by the command: what was measured, or what is written by hand', async () => {
    await window.command('MTL: Group Tasks…')
    const list = window.page.locator('.quick-input-widget:visible')
    await list.getByRole('option', { name: /^a \+ b \| c \+ d/ }).waitFor()
    await window.screenshot('e2e-affinity-choice')
    await list.getByRole('option', { name: /^Other groups/ }).click()
    await list.getByText('Groups with | between them, tasks with +').waitFor()
    const input = list.locator('input.input')
    await input.press('Control+A')
    await input.pressSequentially('a + b | c + e')
    await list.getByText(`There is no task 'e': a, b, c, d`).waitFor()
    await input.press('Control+A')
    await input.pressSequentially('a | b + c + d')
    await window.page.keyboard.press('Enter')
    await apply().click()
    await window.line(/a:.*trunkA\b/).waitFor()
    await window.line(/d:.*trunkGroup2/).waitFor()
    await tab(/^planted\.mtl\.ts/).click()
    await window.line('const data').click()
    await window.page.keyboard.press('Control+z')
    await window.line(/torn = .*\[1\]/).waitFor()
  })

  it('finds the measurement again after a reload', async () => {
    await tab(/^Task Affinity: planted/).click()
    await window.reload()
    await panel()
  })

  it('asked nothing of the outside', () => assert.deepEqual([...window.foreign], []))
})
