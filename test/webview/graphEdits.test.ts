import assert from 'node:assert/strict'
import type { GraphAction } from '../../src/protocol/graphPanel'
import { box, graphPages, snapshot, vocabulary, type GraphPage } from './graphPage'
import { themeNames } from './page'

type EditAction = Extract<GraphAction, { kind: 'edit' }>

describe('edits from the graph panel', function () {
  const open = graphPages(this)
  const editable = () => snapshot({ vocabulary })
  const menu = (panel: GraphPage) => panel.page.getByRole('menu')
  const item = (panel: GraphPage, name: string | RegExp) => panel.page.getByRole('menuitem', { name })
  const form = (panel: GraphPage) => panel.page.getByRole('dialog')
  const edits = async (panel: GraphPage) => ((await panel.actions()) as GraphAction[]).filter((a): a is EditAction => a.kind === 'edit')
  const focused = (panel: GraphPage) => panel.page.evaluate(() => document.activeElement?.getAttribute('data-id'))
  const answer = async (panel: GraphPage, reason: string | null, placed = false) =>
    panel.delta({ outcome: { request: (await edits(panel)).at(-1)!.request, refusal: reason === null ? null : { reason, placed } } })

  for (const theme of themeNames) {
    it(`offers what can be done with a node in the ${theme} theme`, async () => {
      const panel = await open(editable(), { theme })
      await panel.settle()
      await box(panel, 'node:trunk').click({ button: 'right' })
      await menu(panel).waitFor()
      assert.deepEqual(
        (await panel.page.getByRole('menuitem').allInnerTexts()).map(text => text.replace(/\s+/g, ' ')),
        [
          'Show in the text Enter',
          'units… 32',
          'activation… relu',
          'bias… true',
          'initializer… not set',
          'l2… not set',
          'Insert layer before…',
          'Insert layer after…',
          'Add task…',
          'Replace…',
          'Remove Delete',
          'Collapse Trunk C',
        ],
      )
      await panel.shot(`graph-menu-${theme}`)
      await item(panel, 'Insert layer after').click()
      await form(panel).waitFor()
      await panel.shot(`graph-form-${theme}`)
      await form(panel).getByLabel('units', { exact: true }).fill('24')
      await form(panel).getByRole('button', { name: 'Insert' }).click()
      await answer(panel, "'trunk' is used by three tasks and by no variable of its own: give it a name first.")
      await panel.page.getByRole('alert').waitFor()
      await panel.shot(`graph-refused-${theme}`)
    })
  }

  it('changes an option with the keyboard alone', async () => {
    const panel = await open(editable())
    const { page } = panel
    await box(panel, 'node:trunk').focus()
    await page.keyboard.press('e')
    await menu(panel).waitFor()
    await page.keyboard.press('ArrowDown')
    assert.match((await page.evaluate(() => document.activeElement?.textContent)) ?? '', /^units/)
    await page.keyboard.press('Enter')
    await form(panel).waitFor()
    assert.equal(await form(panel).getByRole('textbox').inputValue(), '32')
    await page.keyboard.type('many')
    await page.keyboard.press('Enter')
    assert.equal(await page.getByRole('alert').innerText(), 'units needs a number.')
    assert.deepEqual(await edits(panel), [])
    await page.keyboard.press('Control+a')
    await page.keyboard.type('48')
    await page.keyboard.press('Enter')
    assert.deepEqual(await edits(panel), [{ kind: 'edit', request: 1, edit: { kind: 'setOption', node: 3, option: 'units', value: 48 } }])
    await answer(panel, null)
    await form(panel).waitFor({ state: 'hidden' })
    assert.equal(await focused(panel), 'node:trunk')
  })

  it('walks the menu by arrows, Home, End and letters, and goes back with Escape', async () => {
    const panel = await open(editable())
    const { page } = panel
    await box(panel, 'node:trunk').focus()
    await page.keyboard.press('Shift+F10')
    if (!(await menu(panel).isVisible())) await page.keyboard.press('e')
    const at = () => page.evaluate(() => document.activeElement?.querySelector('span')?.textContent)
    assert.equal(await at(), 'Show in the text')
    await page.keyboard.press('ArrowUp')
    assert.equal(await at(), 'Collapse Trunk')
    await page.keyboard.press('Home')
    await page.keyboard.press('r')
    assert.equal(await at(), 'Replace…')
    await page.keyboard.press('r')
    assert.equal(await at(), 'Remove')
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowDown')
    assert.equal(await at(), 'Show in the text')
    await page.keyboard.press('Escape')
    await menu(panel).waitFor({ state: 'hidden' })
    assert.equal(await focused(panel), 'node:trunk')
    await page.keyboard.press('e')
    await page.keyboard.press('Enter')
    assert.deepEqual(await panel.actions(), [{ kind: 'reveal', node: 3 }])
  })

  it('chooses among choices, and takes an option back to its default', async () => {
    const panel = await open(editable())
    await box(panel, 'node:trunk').click({ button: 'right' })
    await item(panel, /^activation/).click()
    await form(panel).getByLabel('activation', { exact: true }).selectOption('tanh')
    await form(panel).getByRole('button', { name: 'Change' }).click()
    await answer(panel, null)
    await box(panel, 'node:trunk').click({ button: 'right' })
    await item(panel, /^activation/).click()
    await form(panel).getByRole('button', { name: 'Use default' }).click()
    assert.deepEqual(
      (await edits(panel)).map(({ edit }) => edit),
      [
        { kind: 'setOption', node: 3, option: 'activation', value: 'tanh' },
        { kind: 'setOption', node: 3, option: 'activation', value: 'linear' },
      ],
    )
  })

  it('inserts before and after, replaces and removes', async () => {
    const panel = await open(editable())
    const { page } = panel
    await panel.settle()
    await box(panel, 'node:trunk').hover()
    await page.locator('.handle').click()
    await item(panel, 'Insert layer before').click()
    await form(panel).getByLabel('layer', { exact: true }).selectOption('dropout')
    await form(panel).getByLabel('rate', { exact: true }).fill('0.25')
    await form(panel).getByRole('button', { name: 'Insert' }).click()
    await answer(panel, null)

    await box(panel, 'node:measurements').click({ button: 'right' })
    assert.equal(await item(panel, 'Remove').count(), 0, 'an input is no layer')
    await item(panel, 'Insert layer after').click()
    await form(panel).getByLabel('units', { exact: true }).fill('')
    await form(panel).getByRole('button', { name: 'Insert' }).click()
    assert.equal(await page.getByRole('alert').innerText(), 'units needs a number.')
    await form(panel).getByLabel('units', { exact: true }).fill('12')
    await form(panel).getByLabel('activation', { exact: true }).selectOption('relu')
    await form(panel).getByRole('button', { name: 'Insert' }).click()
    await answer(panel, null)

    await box(panel, 'node:trunk').click({ button: 'right' })
    await item(panel, 'Replace').click()
    assert.equal(await form(panel).getByLabel('units', { exact: true }).inputValue(), '32', 'what stands in the text stands in the form')
    await form(panel).getByLabel('layer', { exact: true }).selectOption('flatten')
    await form(panel).getByRole('button', { name: 'Replace' }).click()
    await answer(panel, null)

    await box(panel, 'node:dropout_1').focus()
    await page.keyboard.press('Delete')
    await answer(panel, 'dropout_1 is the only layer between two others.', true)
    await page.getByRole('alert').getByText('dropout_1 is the only layer').waitFor()
    await panel.shot('graph-remove-refused')
    await form(panel).getByRole('button', { name: 'Show in the text' }).click()
    assert.deepEqual((await panel.actions()).at(-1), { kind: 'showRefusal' })
    await form(panel).getByRole('button', { name: 'Close' }).click()
    await form(panel).waitFor({ state: 'hidden' })
    assert.equal(await focused(panel), 'node:dropout_1')
    assert.deepEqual(
      (await edits(panel)).map(({ edit }) => edit),
      [
        { kind: 'insertLayer', node: 3, where: 'before', layer: { kind: 'dropout', options: { rate: 0.25 } } },
        { kind: 'insertLayer', node: 0, where: 'after', layer: { kind: 'dense', options: { units: 12, activation: 'relu' } } },
        { kind: 'replaceLayer', node: 3, layer: { kind: 'flatten', options: {} } },
        { kind: 'removeLayer', node: 2 },
      ],
    )
  })

  it('adds a task, and changes an option of one', async () => {
    const panel = await open(editable())
    await box(panel, 'node:trunk').click({ button: 'right' })
    await item(panel, 'Add task').click()
    await form(panel).getByLabel('name', { exact: true }).fill('island')
    await form(panel).getByLabel('task', { exact: true }).selectOption('classification')
    await form(panel).getByLabel('label column', { exact: true }).fill('island')
    await form(panel).getByLabel('weight', { exact: true }).fill('0.5')
    await panel.shot('graph-add-task')
    await form(panel).getByRole('button', { name: 'Add' }).click()
    await answer(panel, null)
    await box(panel, 'task:mass').click({ button: 'right' })
    await item(panel, /^weight/).click()
    await form(panel).getByLabel('weight', { exact: true }).fill('2')
    await form(panel).getByLabel('weight', { exact: true }).press('Enter')
    assert.deepEqual(
      (await edits(panel)).map(({ edit }) => edit),
      [
        {
          kind: 'addTask',
          features: 3,
          name: 'island',
          task: { kind: 'classification', options: { weight: 0.5 } },
          label: { source: 0, column: 'island' },
        },
        { kind: 'setTaskOption', task: 'mass', option: 'weight', value: 2 },
      ],
    )
  })

  it('offers no edit where the text cannot be written, is broken, or the layer is none of the text', async () => {
    const panel = await open(snapshot())
    const labels = async (name: string) => {
      await box(panel, name).click({ button: 'right' })
      const texts = await panel.page.getByRole('menuitem').allInnerTexts()
      await panel.page.keyboard.press('Escape')
      return texts.map(text => text.replace(/\s+/g, ' '))
    }
    assert.deepEqual(await labels('node:trunk'), ['Show in the text Enter', 'Collapse Trunk C'])
    await panel.snapshot(snapshot({ vocabulary, stale: true, problem: 'line 3: a comma is missing' }))
    assert.deepEqual(await labels('node:trunk'), ['Show in the text Enter', 'Collapse Trunk C'])
    await panel.snapshot(editable())
    assert.deepEqual(await labels('node:sex.output'), ['Show in the text Enter', 'Insert layer before…', 'Collapse Head sex C'])
    await box(panel, 'node:sex.output').focus()
    await panel.page.keyboard.press('Delete')
    assert.deepEqual(await edits(panel), [])
    await box(panel, 'node:trunk').click({ button: 'right' })
    await item(panel, 'Collapse Trunk').click()
    await box(panel, 'group:trunk').click({ button: 'right' })
    await item(panel, 'Expand').click()
    await box(panel, 'node:trunk').waitFor()
  })
})
