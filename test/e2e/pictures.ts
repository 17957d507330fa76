// `npm run pictures`: the README's pictures, taken by clicking as its reader would. No test: a change of looks is no fault.
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { theEditor, Window } from './harness'

const pictures = join('docs', 'pictures')

describe('pictures of the README', function () {
  this.timeout(300_000)
  let window: Window

  before(() => mkdirSync(pictures, { recursive: true }))
  afterEach(() => window.close())

  /** A window of its own with an example's model, without the explorer. */
  async function open(example: string): Promise<void> {
    const editor = await theEditor()
    const { path, address } = editor.folder(example)
    cpSync(join('examples', example), join(path, example), { recursive: true })
    window = await Window.open(editor, address)
    await window.trustFolder()
    await window.openFromExplorer(example, `${example}.mtl.ts`)
    await window.page.keyboard.press('Control+b')
    await window.line(/dense\(.*params/).waitFor()
  }

  async function take(name: string): Promise<void> {
    await window.command('Notifications: Clear All Notifications')
    await window.page.mouse.move(0, 0)
    await window.page.waitForTimeout(1_000)
    const picture = await window.page.screenshot()
    await sharp(picture)
      .resize({ width: 1200 })
      .png({ compressionLevel: 9 })
      .toFile(join(pictures, `${name}.png`))
  }

  it('a model beside its graph, and a training beside its curves', async () => {
    await open('penguins')
    await window.lens('Graph').click()
    const graph = await window.panel(frame => frame.getByRole('application', { name: /Model graph/ }))
    await graph.locator('[data-id="node:trunk.dense2"]').click()
    await take('graph')
    await window.lens('▶ Train').click()
    await window.panel(frame => frame.locator('.plot canvas'))
    await window.lens(/last run/).waitFor({ timeout: 60_000 })
    await take('curves')
  })

  it('a finding on its line, beside the conflict panel', async () => {
    await open('conflict')
    await window.lens('▶ Train').click()
    await window.line(/dense\(1\).*⇄/).waitFor({ timeout: 120_000 })
    await window.lens(/last run/).waitFor({ timeout: 120_000 })
    await window.command('MTL: Open Conflict')
    await window.panel(frame => frame.locator('.heat'))
    await take('conflict')
  })
})
