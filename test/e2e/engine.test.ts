import assert from 'node:assert/strict'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import type { RunManifest } from '../../src/runs/manifest'
import { gpu, inSteps, theEditor, Window, type Editor } from './harness'

describe('the engine and the device, checked and chosen by clicking', function () {
  let editor: Editor
  let runs: string
  let window: Window

  inSteps(this, 'e2e-engine', () => [window])

  before(async () => {
    editor = await theEditor()
    const { path, address } = editor.folder('engine')
    runs = join(path, '.mtl', 'runs')
    cpSync(join('examples', 'penguins'), join(path, 'penguins'), { recursive: true })
    const model = join(path, 'penguins', 'penguins.mtl.ts')
    writeFileSync(model, readFileSync(model, 'utf8').replace(/epochs: \d+/, 'epochs: 100_000'))
    window = await Window.open(editor, address)
    await window.trustFolder()
    await window.openFromExplorer('penguins', 'penguins.mtl.ts')
  })

  after(() => {
    gpu(false)
    rmSync(file(), { force: true })
  })

  function newestRun(): string | undefined {
    const newest = existsSync(runs) ? readdirSync(runs).sort().at(-1) : undefined
    return newest && join(runs, newest)
  }

  const settings = (): Locator => window.page.locator('.settings-editor')

  /** What is set for the machine: the other files' tests share it. */
  const file = () => join(editor.scratch, 'data', 'Machine', 'settings.json')

  /** Sets it as a user does: found by its name, on the tab of this machine, chosen from its list. */
  async function set(name: string, value: string): Promise<void> {
    await window.command('Preferences: Open Settings (UI)')
    await settings().locator('.search-container .monaco-editor').click()
    await window.page.keyboard.press('Control+a')
    await window.page.keyboard.type(`@id:mtl.${name} `)
    await settings()
      .getByText(/^Remote \[/)
      .click()
    const list = settings().getByRole('combobox', { name: `mtl.${name}` })
    await list.click()
    const option = window.page.getByRole('option', { name: new RegExp(`^${value}\\.`) })
    await option.hover()
    await window.screenshot(`e2e-setting-${name}`)
    await option.click()
    const text = () => (existsSync(file()) ? readFileSync(file(), 'utf8') : '')
    await window.until(`${file()} is written`, () => text().includes(`"mtl.${name}": "${value}"`))
    await window.page.keyboard.press('Escape')
  }

  /** Trains until the status bar says where. @returns the new run's manifest */
  async function trainOn(device: RegExp): Promise<RunManifest> {
    await window.page.getByRole('tab', { name: 'penguins.mtl.ts' }).first().click()
    // One that a step has left which is tried again.
    if ((await window.statusBarItem(/^Stop training/).count()) > 0) await stop()
    await window.lens('▶ Train').click()
    const item = window.statusBarItem(new RegExp(`^Training: penguins · \\d+%.* · ${device.source}$`))
    await item.waitFor({ timeout: 240_000 })
    return JSON.parse(readFileSync(join(newestRun()!, 'run.json'), 'utf8')) as RunManifest
  }

  async function stop(): Promise<void> {
    await window.statusBarItem(/^Stop training/).click()
    await window.statusBarItem(/^Training/).waitFor({ state: 'detached' })
  }

  it('says by a message which engine trains here, with a report behind it', async () => {
    await window.command('MTL: Check Engine')
    await window.notification(/Checking the engine: (ONNX Runtime|TensorFlow\.js)/).waitFor()
    const verdict = window.notification(/ONNX Runtime [\d.]+ trains here, on the CPU with \d+ threads?\. There is no GPU\./)
    await verdict.waitFor({ timeout: 240_000 })
    await verdict.hover() // or it would hide by itself
    await window.screenshot('e2e-engine-verdict')
    await verdict.getByRole('button', { name: 'Show Report' }).click()
    await window.page.getByRole('tab', { name: 'Engine Check' }).waitFor()
    await window.line(/✓ gradients against finite differences/).waitFor()
    await window.line(/TensorFlow\.js [\d.]+ \(WebAssembly\), on the CPU with 1 thread/).waitFor()
    await window.screenshots('e2e-engine-report')
  })

  it('trains on the CPU where the GPU is asked for and there is none, and says so', async () => {
    await set('device', 'gpu')
    const { engine } = await trainOn(/CPU/)
    await window.notification(/penguins: The GPU can’t be used, so the CPU trains\. .*No supported adapters/).waitFor()
    await window.screenshot('e2e-engine-fallback')
    assert.equal(engine.device, 'cpu')
    assert.match(engine.reason!, /^The GPU can’t be used/)
    await stop()
  })

  it('trains on the GPU where there is one', async function () {
    if (!gpu(true)) this.skip()
    const { engine } = await trainOn(/GPU \(WebGPU\)/)
    await window.screenshot('e2e-engine-gpu')
    assert.deepEqual([engine.device, engine.provider], ['gpu', 'WebGPU'])
    await stop()
    await window.command('MTL: Check Engine')
    await window.notification(/The GPU works \(WebGPU\): it is taken\./).waitFor({ timeout: 240_000 })
  })

  it('trains with the engine that the settings name', async () => {
    await set('device', 'cpu')
    await set('engine', 'tensorflow')
    const { engine } = await trainOn(/CPU/)
    assert.equal(engine.name, 'tensorflow')
    await stop()
  })
})
