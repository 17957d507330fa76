import assert from 'node:assert/strict'
import type { GraphPanelState } from '../../src/protocol/graphPanel'
import type { SaveFile } from '../../src/protocol/saveFile'
import { penguins, residual } from '../fixtures/panels/graphs'
import { box, graphPages, snapshot, vocabulary, type GraphPage } from './graphPage'
import { themeNames } from './page'

const encoder = 'group:trunk/encoder'
const blocks = (count: number, change = {}) => snapshot({ graph: residual(count), title: 'residual.mtl.ts', ...change })

describe('blocks in the graph panel', function () {
  const open = graphPages(this)
  const title = (panel: GraphPage, group: string) => panel.page.locator(`.header[data-group="${group}"]`)
  const focused = (panel: GraphPage) => panel.page.evaluate(() => document.activeElement?.getAttribute('data-id'))
  const collapsed = async (panel: GraphPage) => ((await panel.state()) as GraphPanelState).collapsed

  for (const theme of themeNames) {
    it(`frames blocks within trunk and heads in the ${theme} theme`, async () => {
      const panel = await open(blocks(2), { theme, width: 620, height: 1100 })
      for (const group of ['group:trunk', encoder, `${encoder}/residual`, `${encoder}/residual_2`, 'group:left/head'])
        await title(panel, group).waitFor()
      await panel.settle()
      await panel.shot(`graph-blocks-${theme}`)
      await title(panel, `${encoder}/residual`).click()
      await box(panel, `${encoder}/residual`).waitFor()
      await panel.settle()
      await panel.shot(`graph-blocks-closed-${theme}`)
    })
  }

  it('closes a block by a click on its title and opens it by a click on its box, where it stood', async () => {
    const panel = await open(blocks(3, { vocabulary }))
    await panel.page.getByRole('button', { name: 'Zoom in' }).click()
    await panel.settle()
    const before = (await title(panel, `${encoder}/residual_2`).boundingBox())!
    await title(panel, `${encoder}/residual_2`).click()
    const closed = box(panel, `${encoder}/residual_2`)
    await closed.waitFor()
    await panel.settle()
    const after = (await closed.boundingBox())!
    assert.ok(Math.abs(after.x - before.x) < 16 && Math.abs(after.y - before.y) < 16, 'it is still under the pointer')
    assert.equal(await box(panel, 'node:first_2').count(), 0)
    assert.match((await closed.getAttribute('aria-label'))!, /^residual_2 3 layers 2,112 params, collapsed, used by left, right$/)
    await closed.click()
    await box(panel, 'node:first_2').waitFor()
    assert.deepEqual(await collapsed(panel), [])
  })

  it('is walked through closed blocks; C closes the block around, Enter opens it', async () => {
    const panel = await open(blocks(3))
    const { page } = panel
    await box(panel, 'node:first_2').focus()
    await page.keyboard.press('c')
    await box(panel, `${encoder}/residual_2`).waitFor()
    await panel.settle()
    assert.equal(await focused(panel), `${encoder}/residual_2`)
    await page.keyboard.press('ArrowDown')
    assert.match((await focused(panel))!, /node:(first|sum)_3/)
    await page.keyboard.press('ArrowUp')
    assert.equal(await focused(panel), `${encoder}/residual_2`)
    await page.keyboard.press('c')
    await box(panel, encoder).waitFor()
    await panel.settle()
    assert.equal(await focused(panel), encoder)
    assert.deepEqual(await collapsed(panel), [`${encoder}/residual_2`, encoder])
    await page.keyboard.press('Enter')
    await box(panel, 'node:stem').waitFor()
    await panel.settle()
    assert.equal(await focused(panel), 'node:stem')
    assert.equal(await box(panel, `${encoder}/residual_2`).count(), 1, 'the block within stays closed')
  })

  it('closes and opens all blocks of a name by the menu', async () => {
    const panel = await open(blocks(4))
    await panel.settle()
    await box(panel, 'node:first_1').click({ button: 'right' })
    const items = await panel.page.getByRole('menuitem').allInnerTexts()
    assert.deepEqual(
      items.map(text => text.replace(/\s+/g, ' ')),
      ['Show in the text Enter', 'Collapse residual C', 'Collapse all 4 like residual', 'Collapse encoder', 'Collapse Trunk'],
    )
    await panel.page.getByRole('menuitem', { name: 'Collapse all 4' }).click()
    for (const name of ['residual', 'residual_2', 'residual_3', 'residual_4']) await box(panel, `${encoder}/${name}`).waitFor()
    await panel.settle()
    await panel.shot('graph-blocks-all-closed')
    await box(panel, `${encoder}/residual_3`).click({ button: 'right' })
    await panel.page.getByRole('menuitem', { name: 'Expand all 4 like residual_3' }).click()
    await box(panel, 'node:first_4').waitFor()
  })

  it('finds what is in closed blocks and opens all that are around it', async () => {
    const state: GraphPanelState = {
      uri: 'file:///models/penguins.mtl.ts',
      view: null,
      collapsed: ['group:trunk', encoder, `${encoder}/residual_2`, `${encoder}/residual_3`],
      locked: false,
    }
    const panel = await open(blocks(3), { state })
    await box(panel, 'group:trunk').waitFor()
    await panel.page.keyboard.press('/')
    await panel.page.keyboard.type('second_2')
    await panel.page.waitForSelector('[data-id="node:second_2"].currentMatch')
    assert.equal(await box(panel, `${encoder}/residual_3`).count(), 1)
    await panel.page.keyboard.press('Escape')
    assert.deepEqual(await collapsed(panel), [`${encoder}/residual_3`])
    await panel.delta({ selected: residual(3).nodes.find(({ name }) => name === 'first_3')!.id })
    await panel.page.waitForSelector(`[data-id="${encoder}/residual_3"].selected`)
  })

  it('lists blocks as rows that open and close with the drawing', async () => {
    const panel = await open(blocks(2))
    const { page } = panel
    await page.getByRole('button', { name: 'Show as list' }).click()
    const block = page.getByRole('button', { name: 'residual_2' })
    assert.equal(await block.getAttribute('aria-expanded'), 'true')
    await panel.shot('graph-blocks-list')
    await block.focus()
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-block$="residual_2"][aria-expanded=false]')
    assert.equal(await page.getByRole('button', { name: 'first_2', exact: true }).count(), 0)
    assert.match(
      (await page.getByRole('row', { name: /residual_2/ }).innerText()).replace(/\s+/g, ' '),
      /residual_2 block 3 layers sum_1 \[32\] 2,112 left, right/,
    )
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-block')), `${encoder}/residual_2`)
    await page.getByRole('button', { name: 'Show as list' }).click()
    await box(panel, `${encoder}/residual_2`).waitFor()
  })

  it('keeps what is closed for each model, and shows another model as a whole', async () => {
    const panel = await open(blocks(3))
    await title(panel, `${encoder}/residual`).click()
    await box(panel, `${encoder}/residual`).waitFor()
    await panel.page.getByRole('button', { name: 'Zoom in' }).click()
    await panel.snapshot(snapshot({ graph: penguins(), uri: 'file:///models/other.mtl.ts' }))
    await box(panel, 'node:dense_3').waitFor()
    await panel.settle()
    assert.deepEqual(await panel.state(), { uri: 'file:///models/other.mtl.ts', view: null, collapsed: [], locked: false, conflict: true })
    await panel.snapshot(blocks(3))
    await box(panel, `${encoder}/residual`).waitFor()
  })

  it('starts with repeated blocks closed above a thousand boxes', async () => {
    const panel = await open(blocks(400))
    await box(panel, `${encoder}/residual_400`).waitFor({ state: 'attached' })
    assert.equal(await box(panel, 'node:first_400').count(), 0)
    await title(panel, encoder).waitFor()
    assert.equal(await box(panel, 'node:stem').count(), 1, 'a block that stands alone is open')
    await panel.settle()
    await panel.shot('graph-blocks-many')
  })

  it('saves closed and open blocks in a picture', async () => {
    const panel = await open(blocks(2))
    await title(panel, `${encoder}/residual`).click()
    await box(panel, `${encoder}/residual`).waitFor()
    await panel.page.getByRole('button', { name: 'Save as picture' }).click()
    const saved = await panel.saidAfter(() => panel.page.getByRole('menuitem', { name: 'SVG picture' }).click())
    const { data } = (saved as SaveFile).content
    for (const text of ['>residual<', '>residual_2<', '>encoder<', '>3 layers<']) assert.ok(data.includes(text), text)
  })
})
