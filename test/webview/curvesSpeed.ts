import type { CurvesDelta, CurvesSnapshot } from '../../src/protocol/curvesPanel'
import { thinEvents } from '../../src/extension/panels/thinning'
import { eventsOf, summaryOf } from '../fixtures/panels/runs'
import type { PanelBrowser } from './page'

export interface CurvesSpeed {
  /** Values on the page, all lines together. */
  readonly points: number
  /** Milliseconds from the arrival of the message to charts that are drawn. */
  readonly snapshotToChart: number
  readonly smoothing: number
  readonly zoom: number
  readonly append: number
  /** Of the frames while the pointer moves over a chart. */
  readonly pointerFrame: { readonly p50: number; readonly p95: number }
  /** What the extension host does first with as many events: 4,000 steps are sent in truth. */
  readonly hostThinning: number
}

/**
 * How quick the curves panel is with so many steps of three tasks: more than the host ever sends, which thins them.
 * The events are made within the page, as the browser's debugger is slow with large objects.
 */
export async function measureCurves(browser: PanelBrowser, steps: number): Promise<CurvesSpeed> {
  const panel = await browser.open<CurvesSnapshot, CurvesDelta>('curves', { height: 1000 })
  const { page } = panel
  const run = summaryOf('long', { seed: 1, epochs: 100, stepsPerEpoch: steps / 100, done: 1 }, 'training')
  // A text, because the test's compiler would change functions.
  await page.evaluate(`
    window.makeStep = step => ({
      type: 'step', time: 1.7e12 + step * 10, step, epoch: Math.ceil(step / ${steps / 100}), learningRate: 1e-3,
      losses: { species: 1 / step + Math.random(), sex: 2 / step + Math.random(), mass: 3 / step + Math.random() },
      weights: { species: 1 + Math.random(), sex: 1, mass: 1 - Math.random() },
    })
    window.drawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
    window.after = async (condition, work) => {
      const start = performance.now()
      work()
      while (!condition()) await drawn()
      await drawn()
      return performance.now() - start
    }
    window.mark = () => {
      const legend = document.querySelector('.legend')
      const first = legend.firstChild
      return () => legend.firstChild !== first && legend.firstChild !== null
    }
  `)
  const measure = (condition: string, work: string) => page.evaluate<number>(`after(${condition}, () => { ${work} })`)
  const post = (sequence: number, message: string) => `window.postMessage({ sequence: ${sequence}, ${message} }, '*')`
  await page.evaluate(`window.events = [{ type: 'progress', time: 1.7e12, step: 1, steps: ${steps}, epoch: 1, epochs: 100, examplesPerSecond: 1, secondsLeft: 1 },
    ...Array.from({ length: ${steps} }, (_, i) => makeStep(i + 1))]`)
  const snapshotToChart = await measure(
    `() => document.querySelectorAll('.plot canvas').length >= 5`,
    post(1, `type: 'snapshot', snapshot: { runs: [${JSON.stringify(run)}], shown: [{ id: 'long', events }] }`),
  )
  await page.waitForTimeout(300)
  const points = steps * 7
  const smoothing = await measure(
    'mark()',
    `const slider = document.querySelector('input[type=range]'); slider.value = '0.6'; slider.dispatchEvent(new Event('input'))`,
  )
  const append = await measure(
    'mark()',
    post(2, `type: 'delta', delta: { append: [{ id: 'long', events: [1, 2, 3].map(i => makeStep(${steps} + i)) }] }`),
  )
  const { x, y, width, height } = (await page.locator('.u-over').first().boundingBox())!
  await page.evaluate(`
    window.times = []
    let last = performance.now()
    requestAnimationFrame(function frame(now) { times.push(now - last); last = now; requestAnimationFrame(frame) })
  `)
  for (let i = 0; i < 40; i++) await page.mouse.move(x + (width * i) / 40, y + height / 2)
  const frames = (await page.evaluate<number[]>('times')).sort((a, b) => a - b)
  const at = (share: number) => frames[Math.floor((frames.length - 1) * share)]!
  await page.mouse.move(x + width * 0.3, y + 40)
  await page.mouse.down()
  await page.mouse.move(x + width * 0.4, y + 50, { steps: 3 })
  await page.evaluate('window.zoomed = after(mark(), () => undefined)')
  await page.mouse.up()
  const zoom = await page.evaluate<number>('zoomed')
  await page.waitForTimeout(250)
  await panel.shot('curves-million')
  await page.close()

  const events = eventsOf({ seed: 1, epochs: 100, stepsPerEpoch: Math.round(steps / 100), done: 1 })
  const start = performance.now()
  thinEvents(events)
  const hostThinning = performance.now() - start
  return { points, snapshotToChart, smoothing, zoom, append, pointerFrame: { p50: at(0.5), p95: at(0.95) }, hostThinning }
}
