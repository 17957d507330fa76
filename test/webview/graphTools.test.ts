import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import type { SaveFile } from '../../src/protocol/saveFile'
import type { GraphPanelState } from '../../src/protocol/graphPanel'
import { large, multiFashion } from '../fixtures/panels/graphs'
import { box, graphPages, snapshot, type GraphPage } from './graphPage'
import { themeNames } from './page'

describe('search, minimap, pictures and lock of the graph panel', function () {
  const open = graphPages(this)
  const field = (panel: GraphPage) => panel.page.getByRole('textbox', { name: 'Find in the graph' })
  const state = async (panel: GraphPage) => (await panel.page.locator('.search .state').innerText()).split('\n')[0]!.split(':')[0]!.trim()
  const current = (panel: GraphPage) => panel.page.locator('.currentMatch').getAttribute('data-id')

  for (const theme of themeNames) {
    it(`finds by name, kind and option in the ${theme} theme`, async () => {
      const panel = await open(snapshot({ graph: large(60, 3) }), { theme, height: 500 })
      await panel.page.keyboard.press('/')
      await field(panel).fill('layer_5')
      assert.equal(await state(panel), '1 of 6')
      assert.equal(await current(panel), 'node:layer_51')
      await panel.settle()
      await panel.shot(`graph-search-${theme}`)
    })
  }

  it('goes to the next and the previous match, says what it is, and gives the focus to it when it closes', async () => {
    const panel = await open(snapshot())
    const { page } = panel
    await page.keyboard.press('Control+f')
    await field(panel).fill('dense relu')
    assert.equal(await state(panel), '1 of 3')
    const first = await current(panel)
    await page.keyboard.press('Enter')
    assert.equal(await state(panel), '2 of 3')
    assert.notEqual(await current(panel), first)
    assert.match(await page.locator('.search [role=status]').innerText(), /2 of 3\s*: dense .* relu, named/)
    await page.getByRole('button', { name: 'Next match' }).click()
    await page.getByRole('button', { name: 'Next match' }).click()
    assert.equal(await current(panel), first, 'the last match is followed by the first')
    await page.getByRole('button', { name: 'Previous match' }).click()
    assert.equal(await state(panel), '3 of 3')
    await field(panel).press('Shift+Enter')
    assert.equal(await state(panel), '2 of 3')
    const at = await current(panel)
    await page.keyboard.press('Escape')
    assert.equal(await page.locator('.match').count(), 0)
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-id')), at)

    await page.getByRole('button', { name: 'Find (/)' }).click()
    await field(panel).fill('no such layer')
    assert.equal(await state(panel), 'No match')
    assert.equal(await field(panel).getAttribute('aria-invalid'), 'true')
    await page.getByRole('button', { name: 'Close search' }).click()
    await field(panel).waitFor({ state: 'hidden' })
  })

  it('opens the group that a match is in, and leaves the list for it', async () => {
    const panel = await open(snapshot())
    await panel.page.getByRole('button', { name: /^Head species/ }).click()
    await box(panel, 'group:species').waitFor()
    await panel.page.getByRole('button', { name: 'Show as list' }).click()
    await panel.page.keyboard.press('/')
    await field(panel).fill('dense 16')
    await box(panel, 'node:dense_3').waitFor()
    await panel.page.waitForSelector('[data-id="node:dense_3"].currentMatch')
  })

  it('shows in the minimap where the window stands, and moves it there', async () => {
    const panel = await open(snapshot())
    const { page } = panel
    const map = page.locator('.minimap')
    await panel.settle()
    assert.equal(await map.isVisible(), false, 'everything is in view')
    await panel.snapshot(snapshot({ graph: large(120, 4) }))
    await box(panel, 'node:layer_118').waitFor()
    await panel.settle()
    assert.equal(await map.isVisible(), true)
    await panel.shot('graph-minimap')
    const inView = async (name: string) => {
      const { y, height } = (await box(panel, name).boundingBox())!
      return y + height > 0 && y < 760
    }
    assert.deepEqual([await inView('node:layer_0'), await inView('node:layer_118')], [true, false])
    const { x, y, width, height } = (await map.boundingBox())!
    await page.mouse.click(x + width / 2, y + height - 4)
    await panel.settle()
    assert.equal(await inView('node:layer_118'), true)
    await page.mouse.move(x + width / 2, y + height - 4)
    await page.mouse.down()
    await page.mouse.move(x + width / 2, y + 6, { steps: 4 })
    await page.mouse.up()
    await panel.settle()
    assert.deepEqual([await inView('node:layer_0'), await inView('node:layer_118')], [true, false])
    assert.notEqual(((await panel.state()) as GraphPanelState).view, null)
    await page.getByRole('button', { name: 'Show as list' }).click()
    assert.equal(await map.isVisible(), false)
  })

  const saved = async (panel: GraphPage, item: string): Promise<SaveFile> => {
    await panel.page.getByRole('button', { name: 'Save as picture' }).click()
    return (await panel.saidAfter(() => panel.page.getByRole('menuitem', { name: item }).click())) as SaveFile
  }

  for (const theme of themeNames) {
    it(`saves a picture that stands alone in the colours of the ${theme} theme`, async () => {
      const panel = await open(snapshot({ graph: multiFashion(), title: 'multi-fashion.mtl.ts', selected: 3 }), { theme })
      const svg = await saved(panel, 'SVG picture')
      assert.equal(svg.name, 'multi-fashion-graph.svg')
      const text = svg.content.data
      for (const foreign of ['var(', 'class=', 'style=', 'href', '<script', 'tabindex', 'aria-'])
        assert.ok(!text.includes(foreign), foreign)
      for (const part of ['conv2d', 'Trunk', 'left', 'params']) assert.ok(text.includes(part), part)
      const png = await saved(panel, 'PNG picture')
      assert.equal(png.name, 'multi-fashion-graph.png')
      const bytes = Buffer.from(png.content.data, png.content.encoding)
      assert.equal(bytes.subarray(1, 4).toString(), 'PNG')
      const [, width] = /width="(\d+)"/.exec(text)!
      assert.equal(bytes.readUInt32BE(16), 2 * Number(width))
      writeFileSync(`test-results/panels/export-${theme}.png`, bytes)
      // The browser itself is the judge of whether the file is one.
      const drawn = await panel.page.evaluate(async source => {
        const image = new Image()
        image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`
        await image.decode()
        const canvas = document.createElement('canvas')
        canvas.width = image.naturalWidth
        canvas.height = image.naturalHeight
        const context = canvas.getContext('2d')!
        context.drawImage(image, 0, 0)
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
        const colours = new Set<number>()
        for (let i = 0; i < data.length; i += 4) colours.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!)
        const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\d+/g)!.map(Number)
        return { colours: colours.size, background: data[0] === r && data[1] === g && data[2] === b }
      }, text)
      assert.ok(drawn.background)
      assert.ok(drawn.colours > 20, `${drawn.colours} colours`)
    })
  }

  it('keeps marks of the moment out of pictures', async () => {
    const panel = await open(snapshot())
    const plain = (await saved(panel, 'SVG picture')).content.data
    await panel.delta({ selected: 3 })
    await panel.page.waitForSelector('[data-id="node:trunk"].selected')
    await panel.page.mouse.move(2, 2)
    assert.ok((await saved(panel, 'SVG picture')).content.data === plain, 'the pictures differ')
    assert.equal(await box(panel, 'node:trunk').getAttribute('aria-current'), 'true')
    assert.ok(await panel.page.locator('[data-id="node:trunk"].selected').count(), 'the selection itself stays')
  })

  it('stays with its model while it is locked', async () => {
    const panel = await open(snapshot())
    const lock = panel.page.getByRole('button', { name: 'Stay with this model' })
    assert.equal(await lock.getAttribute('aria-pressed'), 'false')
    await lock.click()
    assert.deepEqual(await panel.actions(), [{ kind: 'lock', locked: true }])
    await panel.snapshot(snapshot({ locked: true }))
    await panel.page.waitForSelector('[aria-label="Stay with this model"][aria-pressed=true]')
    assert.equal(((await panel.state()) as GraphPanelState).locked, true)
    await panel.shot('graph-locked')
    await lock.click()
    assert.deepEqual((await panel.actions()).at(-1), { kind: 'lock', locked: false })
  })
})
