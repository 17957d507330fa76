import { button, type Button } from '../ui/controls'
import { html, text } from '../ui/element'
import { icon } from '../ui/icon'
import { count } from '../ui/format'

const perFrame = 120
/** A run of any length plays in about this many pictures. */
const frames = 100

/** The slider over the sampled steps, a button that plays them, and one for the mean. */
export class Player {
  private readonly slider = html('input', { type: 'range', min: 0, max: 0, step: 1, value: 0, 'aria-label': 'Step' })
  private readonly shown = html('output')
  private readonly play: Button
  private readonly mean: Button
  readonly element: HTMLElement
  private steps: readonly number[] = []
  private timer: number | undefined

  /** @param choose a step, or null for the mean */
  constructor(private readonly choose: (step: number | null) => void) {
    this.play = button('Play', () => this.toggle(), { icon: 'play' })
    this.mean = button('Mean over steps', () => this.pick(null))
    this.slider.addEventListener('input', () => this.pick(Number(this.slider.value)))
    this.element = html(
      'div',
      { class: 'player', role: 'group', 'aria-label': 'Steps' },
      this.mean.element,
      this.play.element,
      html('label', { class: 'field' }, html('span', {}, 'Step'), this.slider, this.shown),
    )
  }

  /** @param at index of the shown step; null: the mean */
  show(steps: readonly number[], at: number | null): void {
    this.steps = steps
    this.slider.max = String(Math.max(0, steps.length - 1))
    this.slider.value = String(at ?? Math.max(0, steps.length - 1))
    this.slider.setAttribute('aria-valuetext', at === null ? 'mean over steps' : `step ${steps[at]}`)
    this.mean.press(at === null)
    text(this.shown, at === null ? 'mean' : count(steps[at] ?? 0))
  }

  stop(): void {
    if (this.timer === undefined) return
    clearInterval(this.timer)
    this.timer = undefined
    this.look('Play')
  }

  private pick(index: number | null): void {
    this.stop()
    this.choose(index === null ? null : (this.steps[index] ?? null))
  }

  private toggle(): void {
    if (this.timer !== undefined) return this.stop()
    let at = Number(this.slider.value)
    if (at >= this.steps.length - 1) at = -1
    this.look('Pause')
    this.timer = window.setInterval(() => {
      at = Math.min(this.steps.length - 1, at + Math.max(1, Math.round(this.steps.length / frames)))
      this.choose(this.steps[at] ?? null)
      if (at >= this.steps.length - 1) this.stop()
    }, perFrame)
  }

  private look(label: 'Play' | 'Pause'): void {
    const { element } = this.play
    element.replaceChildren(icon(label === 'Play' ? 'play' : 'pause'))
    element.title = label
    element.setAttribute('aria-label', label)
  }
}
