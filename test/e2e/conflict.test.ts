import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Frame, Locator } from 'playwright-core'
import { EventReader } from '../../src/runs/eventReader'
import { foldersIn } from '../fixtures/endRuns'
import { crowded, plant } from '../proof/plantedConflict'
import { inSteps, theEditor, Window } from './harness'

/** More than a run comes to before it is stopped. */
const epochs = 10_000
/** By then a run has seen enough to be sure. */
const enough = 40_000

const fixesIn = (window: Window) => window.page.locator('.action-widget:not(.action-list-submenu-panel)')

/** Puts the cursor into a place of a line that a finding marks, and opens the list of the light bulb beside it. @param away another place */
async function openFixesAt(window: Window, away: Locator, line: Locator, enter: () => Promise<void>): Promise<void> {
  // The bulb shows itself where the cursor has come to a new place.
  await away.click()
  await enter()
  const bulb = window.page.locator('.editor-instance [class*="codicon-light-bulb"], .editor-instance [class*="lightbulb"]')
  // Until it has followed the cursor it belongs to another line.
  for (const deadline = Date.now() + 60_000; ; await window.page.waitForTimeout(200)) {
    const [at, of] = [(await bulb.count()) > 0 ? await bulb.first().boundingBox() : null, await line.boundingBox()]
    if (at && of && Math.abs(at.y + at.height / 2 - of.y - of.height / 2) < of.height / 2) break
    assert.ok(Date.now() < deadline, 'no light bulb beside the finding')
  }
  await bulb.first().click()
  await fixesIn(window).waitFor()
}

describe('a conflict, found and mended on its line by clicking', function () {
  let window: Window
  let file: string
  let original: string

  inSteps(this, 'e2e-conflict', () => [window])

  before(async () => {
    const editor = await theEditor()
    const { path, address } = editor.folder('conflict')
    mkdirSync(join(path, 'planted'))
    file = plant({ ...crowded, model: crowded.model.replace(/epochs: \d+/, `epochs: ${epochs}`) }, 1, join(path, 'planted'))
    original = readFileSync(file, 'utf8')
    window = await Window.open(editor, address)
    await window.trustFolder()
    await window.openFromExplorer('planted', 'planted.mtl.ts')
  })

  const finding = /a ⇄ b: cos −[01]\.\d\d · \d+ %/
  const onLine = (hint: RegExp, text: string) => window.line(new RegExp(`${text}.*${hint.source}`))
  const findings = () => window.page.locator('.editor-instance .squiggly-info')
  const hints = () => window.page.locator('.editor-instance').getByText(/a ⇄ b: cos/)
  const fixes = () => fixesIn(window)
  const apply = () =>
    window.page
      .locator('.part.panel')
      .getByRole('button', { name: /^Apply/ })
      .first()
  const tab = () => window.page.getByRole('tab', { name: /^planted\.mtl\.ts/ })

  /** What opens beside the text takes room from its lines. */
  async function closeTab(name: RegExp): Promise<void> {
    const closed = window.page.getByRole('tab', { name })
    await closed.getByRole('button', { name: /^Close/ }).click()
    await closed.waitFor({ state: 'detached' })
    await tab().click()
  }

  /** How many steps the newest run has come to. */
  function stepsDone(): number {
    const runs = join(dirname(dirname(file)), '.mtl', 'runs')
    const newest = readdirSync(runs).sort().at(-1)!
    const last = new EventReader(join(runs, newest, 'events.ndjson')).read().findLast(event => event.type === 'step')
    return last?.type === 'step' ? last.step : 0
  }

  async function stop(): Promise<void> {
    await window.lens('■ Stop').click()
    await window.lens('▶ Train').waitFor()
  }

  async function trainWithoutCurves(): Promise<void> {
    await window.lens('▶ Train').click()
    await window.lens('■ Stop').waitFor()
    await closeTab(/^Curves/)
  }

  const save = (panel: Frame, item: string, name: string) => {
    const folder = dirname(dirname(file))
    return window.save(panel, 'Save picture or values', item, join(folder, name), join(folder, 'planted', name))
  }

  /** Of the finding on the line with this text. */
  async function openFixes(text: string): Promise<void> {
    await tab().click()
    const line = window.line(text)
    await openFixesAt(window, window.line('const data').getByText('data', { exact: true }), line, () =>
      line.getByText('dense', { exact: true }).click(),
    )
  }

  it('says nothing before a run has seen anything', async () => {
    await window.line(/torn = .*\[1\]/).waitFor()
    assert.equal(await findings().count(), 0)
  })

  it('puts the finding on its line while the run is still training', async () => {
    await trainWithoutCurves()
    await onLine(finding, 'torn = ').waitFor({ timeout: 240_000 })
    assert.equal(await window.statusBarItem(/^Training: planted/).count(), 1, 'the run has ended before')
    assert.equal(await window.line(/calm = .*⇄/).count(), 0)
    for (const [task, partner] of ['ab', 'ba'])
      await onLine(new RegExp(`\\d+ % of ‖g‖² · ⇄ ${partner} −[01]\\.\\d\\d`), `${task}:`).waitFor()
    await window.until('the run has seen enough', () => stepsDone() > enough)
    await stop()
  })

  it('tells the whole of it on the line, and points at both tasks', async () => {
    await findings().first().waitFor()
    assert.equal(await findings().count(), 3)
    await tab().click()
    await window.screenshots('e2e-conflict-finding')
    await window.line('torn = ').getByText('dense', { exact: true }).hover()
    const hover = window.page.locator('.monaco-hover:visible').filter({ hasText: /pull 'torn\.dense1' apart: mean cosine/ })
    await hover.waitFor()
    const text = (await hover.textContent())!.replaceAll(/\s/g, ' ')
    assert.match(text, /in conflict in \d+ % \[\d+ %, \d+ %\] of \d+ sampled steps \(50 % for unrelated tasks\)/)
    assert.match(text, /\d+ % of ‖g‖² falls on this layer/)
    assert.match(text, /Seen by the run of \d+ \w+, \d\d:\d\d, seed 1/)
    for (const task of ['a', 'b']) assert.ok(text.includes(`the task '${task}'`), text)
    await window.screenshot('e2e-conflict-hover')
    await window.page.keyboard.press('Escape')
  })

  it('marks the layer on the graph', async () => {
    await window.lens('Graph').click()
    const graph: Frame = await window.panel(frame => frame.getByRole('application', { name: /Model graph/ }))
    const mark = (name: string): Locator => graph.locator(`[data-id="node:${name}"] .conflictMark`)
    await mark('torn.dense1').and(graph.locator('.reported')).waitFor()
    await mark('calm.dense1').waitFor()
    assert.equal(await graph.locator('.conflictMark.reported').count(), 1)
    await window.screenshots('e2e-conflict-mark')
    await closeTab(/Graph/)
  })

  it('opens the conflict panel from the finding: by layer, measure, pair and step, as picture and values', async () => {
    await openFixes('torn = ')
    await fixes().getByText('Show the conflict over steps and layers', { exact: true }).click()
    const panel = await window.panel(frame => frame.locator('.heatMap'))
    await panel.getByText('a and b pull against each other at torn.dense1: split the layer').waitFor()
    const cell = panel.locator('[data-pair="0 1"]')
    const value = async () => Number((await cell.locator('.value').textContent())!.replace('−', '-'))
    await panel.locator('.ranking').getByRole('button', { name: 'torn.dense1' }).click()
    assert.equal(await panel.getByRole('combobox', { name: 'Layer' }).inputValue(), 'torn.dense1')
    const mean = await value()
    assert.ok(mean < -0.3, `${mean}`)
    await cell.hover()
    await panel.getByRole('tooltip').filter({ hasText: 'a and b' }).waitFor()
    await window.screenshots('e2e-conflict-panel')
    await panel.getByRole('slider', { name: 'Step' }).fill('0')
    await panel
      .locator('.heat h2')
      .filter({ hasText: /, torn\.dense1, step \d+$/ })
      .waitFor()
    await panel.getByRole('combobox', { name: 'Measure' }).selectOption({ label: 'Similarity of lengths' })
    assert.ok((await value()) >= 0)
    await panel.getByRole('button', { name: 'Mean over steps' }).click()
    const csv = (await save(panel, 'Values as CSV', 'planted-conflict.csv')).toString().split('\r\n')
    assert.match(csv[0]!, /^step,layer,task,other,cosine,/)
    assert.ok(csv.some(line => /^\d+,torn\.dense1,a,b,-/.test(line)))
    const svg = await save(panel, 'Heat map as SVG picture', 'planted-conflict.svg')
    assert.match(svg.toString(), /<svg[^]*a[^]*b/)
    await closeTab(/^Conflict/)
  })

  it('offers what may mend it', async () => {
    await openFixes('torn = ')
    for (const title of [
      'Split torn.dense1 and what follows for each task',
      'Give a its own copy from torn.dense1 on',
      'Balance the tasks by upGrad',
      'Stop the gradient of b before it reaches torn.dense1',
      'Scale the loss of a…',
    ])
      await fixes().getByText(title, { exact: true }).waitFor()
    await window.screenshot('e2e-conflict-fixes')
    await window.page.keyboard.press('Escape')
  })

  it('splits the layer by its quick fix, shown before it is made', async () => {
    await openFixes('torn = ')
    await fixes().getByText('Split torn.dense1', { exact: false }).click()
    await apply().waitFor()
    assert.equal(await window.line('tornA').count(), 0)
    await window.screenshots('e2e-conflict-preview')
    await apply().click()
    await window.line(/const tornA = tornShared\.pipe\(dense\(1.*\[1\]/).waitFor()
    for (const text of [
      /const trunkA = concat\(\[calm, tornA\]\).*\[17\]/,
      /a:.*regression\(data\.label\('a'\), trunkA\)/,
      /b:.*regression\(data\.label\('b'\), trunkB\)/,
    ])
      await window.line(text).waitFor()
  })

  it('leaves a model whose graph has a layer for each task', async () => {
    await window.lens('Graph').click()
    const graph: Frame = await window.panel(frame => frame.getByRole('application', { name: /Model graph/ }))
    const box = (name: string): Locator => graph.locator(`[data-id="node:${name}"]`)
    for (const name of ['tornA.dense1', 'tornB.dense1', 'trunkA', 'trunkB', 'calm.dense1']) await box(name).waitFor()
    assert.equal(await box('torn.dense1').count(), 0)
    await window.screenshot('e2e-conflict-graph')
  })

  it('is undone by one step, and done again', async () => {
    await tab().click()
    await window.line('const calm').click()
    await window.page.keyboard.press('Control+z')
    await onLine(finding, 'torn = ').waitFor()
    assert.equal(await window.line('tornA').count(), 0)
    await window.page.keyboard.press('Control+s')
    await window.until('the file is as it was', () => readFileSync(file, 'utf8') === original)
    await window.page.keyboard.press('Control+Shift+z')
    await window.line('const tornA').waitFor()
    await window.page.keyboard.press('Control+s')
  })

  it('has nothing to say any more once the mended model is trained', async () => {
    await window.command('MTL: Open Conflict')
    await window.panel(frame => frame.locator('.heatMap'))
    await trainWithoutCurves()
    // Behind the curves the panel was not kept.
    const panel = await window.panel(frame => frame.locator('.heatMap'))
    // How many steps a mean is taken of may fall: a busy machine samples more seldom.
    const seen = async () => Number(/from \d+ to (\d+)/.exec((await panel.locator('.heat h2').textContent())!)![1])
    const before = await seen()
    await panel.getByRole('combobox', { name: 'Run' }).selectOption({ index: 0 })
    await window.until('the panel switches to the training', async () => (await seen()) !== before)
    const first = await seen()
    await window.until('the panel follows the training', async () => (await seen()) > Math.max(first, enough))
    await stop()
    assert.equal(await panel.getByText('pull against each other').count(), 0)
    await panel.getByRole('combobox', { name: 'Run' }).selectOption({ index: 1 })
    await panel.getByText('a and b pull against each other at torn.dense1').waitFor()
    await closeTab(/^Conflict/)
    await tab().click()
    await findings().first().waitFor({ state: 'detached' })
    await hints().first().waitFor({ state: 'detached' })
    await window.screenshots('e2e-conflict-mended')
  })

  it('shows the finding of an older run where that is chosen, as stale', async () => {
    await window.command('MTL: Choose Run for Conflict…')
    await window.page.locator('.quick-input-widget:visible').getByRole('option').last().click()
    await window.line(/a:.*stale · \d+ % of ‖g‖²/).waitFor()
    await window.screenshot('e2e-conflict-stale')
  })

  it('asked nothing of the outside', () => assert.deepEqual([...window.foreign], []))
})

describe('the example of a drowned task, as its README has it', function () {
  let window: Window
  let folder: string

  inSteps(this, 'e2e-conflict-example', () => [window])

  before(async () => {
    const editor = await theEditor()
    const { path, address } = editor.folder('conflict-example')
    folder = path
    cpSync(join('examples', 'conflict'), join(path, 'conflict'), { recursive: true })
    window = await Window.open(editor, address)
    await window.trustFolder()
    await window.openFromExplorer('conflict', 'scales.mtl.ts')
  })

  const tab = () => window.page.getByRole('tab', { name: /^scales\.mtl\.ts/ })
  /** How many runs have come to their end. */
  const ended = () => {
    const logs = foldersIn(join(folder, '.mtl', 'runs')).map(run => new EventReader(join(run, 'events.ndjson')))
    return logs.filter(log => log.read().some(({ type }) => type === 'end')).length
  }
  const train = async () => {
    const before = ended()
    await tab().click()
    await window.lens('▶ Train').click()
    await window.until('the run has ended', () => ended() > before)
    await window.lens('▶ Train').waitFor()
    await tab().click()
  }
  const small = () => window.line(/small:.*\d % of ‖g‖²/)

  it('finds that one task drowns the other', async () => {
    await train()
    await small().waitFor()
    assert.equal(await window.page.locator('.editor-instance .squiggly-info').count(), 1)
    await window.screenshots('e2e-conflict-example-drowned')
  })

  it('mends it by the light bulb, which the next run agrees with', async () => {
    const line = window.line('small:')
    await openFixesAt(window, window.line('const data').getByText('data', { exact: true }), line, async () => {
      // By keys: a click on the long line would scroll it away.
      const lines = readFileSync(join('examples', 'conflict', 'scales.mtl.ts'), 'utf8').split('\n')
      const at = (start: string) => lines.findIndex(text => text.trimStart().startsWith(start))
      for (let n = at('const data'); n < at('small:'); n++) await window.page.keyboard.press('ArrowDown')
      await window.page.keyboard.press('Home')
    })
    await fixesIn(window).getByText('Balance the tasks by dbMtl', { exact: true }).click()
    await window.page
      .locator('.part.panel')
      .getByRole('button', { name: /^Apply/ })
      .first()
      .click()
    await window.line('weighting: dbMtl()').waitFor()
    await train()
    await small().waitFor({ state: 'detached' })
    await window.screenshot('e2e-conflict-example-mended')
  })
})
