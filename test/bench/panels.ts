// How the panels feel with much in them: npm run -s bench:panels -- [--json] [--runs 10] [--steps 100000] [--nodes 1000]
// Chromium draws without a GPU here, as in the tests; `frame` is the time from one picture to the next while a hand moves.
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import type { CurvesDelta, CurvesSnapshot } from '../../src/protocol/curvesPanel'
import type { GraphDelta, GraphSnapshot } from '../../src/protocol/graphPanel'
import { large, residual } from '../fixtures/panels/graphs'
import { summaryOf } from '../fixtures/panels/runs'
import { snapshot } from '../webview/graphPage'
import { PanelBrowser } from '../webview/page'

let json = false

function print(name: string, figures: Record<string, number | string | boolean>): void {
  if (json) return console.log(JSON.stringify({ case: name, ...figures }))
  console.log(
    `${name.padEnd(22)}${Object.entries(figures)
      .map(([key, value]) => `${key} ${value}`)
      .join('  ')}`,
  )
}

/** A measurement that does not come to its end says so instead of keeping everyone waiting. */
async function within<T>(seconds: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${what} took more than ${seconds} s`)), seconds * 1000)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** Times from frame to frame while `move` goes on, and the longest time that the page's thread was busy at a stretch. */
async function frames(page: Page, name: string, move: () => Promise<void>): Promise<void> {
  await page.evaluate(`(() => {
    window.frameTimes = []
    window.busy = 0
    window.observer?.disconnect()
    window.observer = new PerformanceObserver(list => list.getEntries().forEach(entry => (window.busy = Math.max(window.busy, entry.duration))))
    window.observer.observe({ entryTypes: ['longtask'] })
    let last = performance.now()
    const round = (window.round = (window.round ?? 0) + 1)
    requestAnimationFrame(function frame(now) {
      window.frameTimes.push(now - last)
      last = now
      if (round === window.round) requestAnimationFrame(frame)
    })
  })()`)
  await within(60, name, move())
  await page.waitForTimeout(150)
  const times = (await page.evaluate<number[]>('window.frameTimes')).slice(1).sort((a, b) => a - b)
  const at = (share: number) => Math.round(times[Math.floor((times.length - 1) * share)]! * 10) / 10
  print(name, {
    frames: times.length,
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    longest_task_ms: Math.round(await page.evaluate<number>('window.busy')),
  })
}

async function graphs(browser: PanelBrowser, nodes: number): Promise<void> {
  for (const [name, graph] of [
    ['graph chain', large(nodes - 35, 8)],
    ['graph residual', residual(Math.floor((nodes - 10) / 3))],
  ] as const) {
    const panel = await browser.open<GraphSnapshot, GraphDelta>('graph')
    const { page } = panel
    const started = performance.now()
    await panel.snapshot(snapshot({ graph }))
    await page.waitForSelector('.drawing:not([hidden]) .box:visible', { timeout: 30_000 })
    print(`${name} first`, { nodes: graph.nodes.length, ms: Math.round(performance.now() - started) })
    await page.waitForTimeout(600)
    for (const [view, clicks] of [
      ['', 0],
      [' far', 12],
    ] as const) {
      for (let i = 0; i < clicks; i++) await page.keyboard.press('-').catch(() => undefined)
      for (let i = 0; i < clicks; i++) await page.getByRole('button', { name: 'Zoom out' }).click()
      await page.waitForTimeout(400)
      await frames(page, `${name}${view} pan`, async () => {
        await page.mouse.move(60, 700)
        await page.mouse.down()
        for (let i = 0; i < 90; i++) await page.mouse.move(60 + i * 3, 700 - i * 5)
        await page.mouse.up()
      })
      await frames(page, `${name}${view} zoom`, async () => {
        await page.mouse.move(450, 400)
        for (let i = 0; i < 60; i++) await page.mouse.wheel(0, i % 30 < 15 ? 60 : -60)
      })
      await frames(page, `${name}${view} hover`, async () => {
        for (let i = 0; i < 60; i++) await page.mouse.move(200 + i * 8, 200 + i * 8)
      })
    }
    await page.close()
  }
}

/** Events of the form that the trainer writes, made within the page: a million of them do not go through the browser's debugger. */
const fill = (runs: number, steps: number) => `(() => {
  const tasks = ['species', 'sex', 'mass']
  let seed = 1
  const random = () => ((seed = (seed * 48271) % 2147483647), seed / 2147483647)
  const shown = Array.from({ length: ${runs} }, (_, run) => {
    const events = [{ type: 'status', time: 0, status: 'training' }]
    for (let step = 1; step <= ${steps}; step++) {
      const losses = {}, weights = {}
      for (const [i, task] of tasks.entries()) {
        losses[task] = (0.1 * (i + 1) + Math.exp((-step * (1 + i + run * 0.2)) / ${steps / 5})) * (0.75 + 0.5 * random())
        weights[task] = 1 + 0.3 * Math.sin(step / (300 + 100 * i)) + 0.1 * random()
      }
      events.push({ type: 'step', time: step * 5, step, epoch: Math.ceil(step / 1000), losses, weights, learningRate: 1e-3 })
      if (step % 1000 === 0) {
        const metrics = {}
        for (const task of tasks) metrics[task] = { train_loss: losses[task], validation_loss: losses[task] * 1.1, validation_accuracy: random() }
        events.push({ type: 'epoch', time: step * 5, epoch: step / 1000, step, seconds: 5, metrics, score: 1, best: true })
      }
    }
    return { id: 'run' + run, events }
  })
  window.filled = { type: 'snapshot', sequence: 1, snapshot: { runs: SUMMARIES, shown } }
})()`

async function curves(browser: PanelBrowser, runs: number, steps: number): Promise<void> {
  const name = `curves ${runs}×${steps}`
  const panel = await browser.open<CurvesSnapshot, CurvesDelta>('curves', { width: 1200, height: 1000 })
  const { page } = panel
  const plan = { seed: 1, epochs: steps / 1000, stepsPerEpoch: 1000, done: 1 }
  const summaries = Array.from({ length: runs }, (_, i) => summaryOf(`run${i}`, plan, 'completed'))
  await within(120, `${name} fill`, page.evaluate(fill(runs, steps).replace('SUMMARIES', JSON.stringify(summaries))))
  const first = await within(
    120,
    `${name} first drawing`,
    page.evaluate<{ read: number; drawn: number }>(`new Promise(done => {
      const started = performance.now()
      window.dispatchEvent(new MessageEvent('message', { data: window.filled }))
      const read = performance.now() - started
      delete window.filled
      const look = () => document.querySelector('.plot canvas') ? requestAnimationFrame(() => done({ read, drawn: performance.now() - started })) : requestAnimationFrame(look)
      look()
    })`),
  )
  print(`${name} first`, { points: runs * steps, read_ms: Math.round(first.read), ms: Math.round(first.drawn) })
  await page.waitForTimeout(1000)
  const { x, y, width, height } = (await page.locator('.plot .u-over').first().boundingBox())!
  const middle = y + height / 2
  await frames(page, `${name} hover`, async () => {
    for (let i = 0; i < 80; i++) await page.mouse.move(x + (width * i) / 80, middle)
  })
  await page.mouse.move(x + width / 2, middle)
  await page.keyboard.down('Control')
  await frames(page, `${name} zoom`, async () => {
    for (let i = 0; i < 60; i++) await page.mouse.wheel(0, i < 40 ? -40 : 40)
  })
  await page.keyboard.up('Control')
  await frames(page, `${name} pan`, async () => {
    for (let i = 0; i < 60; i++) await page.mouse.wheel(i % 40 < 20 ? 40 : -40, 0)
  })
  await page.keyboard.press('Escape')
  await frames(page, `${name} smoothing`, async () => {
    for (let i = 1; i < 20; i++) {
      await page.evaluate(
        `(() => { const slider = document.querySelector('input[type=range]'); slider.value = '${i / 25}'; slider.dispatchEvent(new Event('input')) })()`,
      )
      await page.waitForTimeout(50)
    }
  })
  await panel.shot(`bench-curves-${runs}`)
  if (panel.problems.length > 0) throw new Error(panel.problems.join('\n'))
  await page.close()
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean' },
      runs: { type: 'string', default: '10' },
      steps: { type: 'string', default: '100000' },
      nodes: { type: 'string', default: '1000' },
    },
  })
  json = values.json ?? false
  const [runs, steps, nodes] = [values.runs, values.steps, values.nodes].map(Number)
  if (![runs, steps, nodes].every(n => Number.isInteger(n) && n! >= 0)) throw new Error('--runs, --steps and --nodes are whole numbers')
  const browser = await PanelBrowser.start()
  try {
    if (nodes! > 0) await graphs(browser, nodes!)
    if (runs! > 0) await curves(browser, runs!, steps!)
  } finally {
    await browser.stop()
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
