import type { CurvesPanelState } from '../../src/protocol/curvesPanel'
import { button, checkbox, dropdown, slider, type Button } from '../ui/controls'
import { html } from '../ui/element'
import { markerIcon } from '../ui/markerIcon'
import type { Axis } from './runSeries'

export type Settings = Pick<CurvesPanelState, 'axis' | 'logarithmic' | 'smoothing' | 'table' | 'hiddenTasks'>

export interface ControlEvents {
  change(settings: Partial<Settings>): void
  resetZoom(): void
  /** @param anchor the button, below which the choice opens */
  export(anchor: HTMLElement): void
}

/** The row of choices above the charts. */
export class Controls {
  private readonly tasks = html('span', { class: 'group tasks', role: 'group', 'aria-label': 'Tasks to show' })
  private readonly reset: Button
  readonly element: HTMLElement
  private made = ''

  constructor(
    chooser: HTMLElement,
    settings: Settings,
    private readonly events: ControlEvents,
  ) {
    const axes: [Axis, string][] = [
      ['step', 'Step'],
      ['epoch', 'Epoch'],
      ['time', 'Time'],
    ]
    this.reset = button('Show everything', () => events.resetZoom(), { icon: 'reset', kind: 'secondary' })
    this.reset.show(false)
    const save = button('Save charts or values', () => events.export(save.element), { icon: 'export' })
    save.opensMenu()
    this.element = html(
      'div',
      { class: 'toolbar', role: 'toolbar', 'aria-label': 'Choices' },
      chooser,
      this.tasks,
      html(
        'span',
        { class: 'group' },
        dropdown('Axis', axes, settings.axis, axis => events.change({ axis })),
        slider('Smoothing', { min: 0, max: 0.98, step: 0.02 }, settings.smoothing, smoothing => events.change({ smoothing })),
      ),
      html(
        'span',
        { class: 'group' },
        checkbox('Log scale', settings.logarithmic, logarithmic => events.change({ logarithmic })).element,
        checkbox('Table', settings.table, shown => events.change({ table: shown })).element,
      ),
      this.reset.element,
      html('span', { class: 'group buttons' }, save.element),
    )
  }

  /** @param zoomed whether only a stretch of the axis is shown */
  zoomed(zoomed: boolean): void {
    this.reset.show(zoomed)
  }

  update(tasks: readonly string[], hidden: readonly string[], coloured: boolean): void {
    const made = JSON.stringify([tasks, coloured])
    if (made === this.made) return
    this.made = made
    const now = new Set(hidden)
    const boxes = tasks.map((task, i) => {
      const change = (shown: boolean) => {
        if (shown) now.delete(task)
        else now.add(task)
        this.events.change({ hiddenTasks: [...now] })
      }
      return checkbox(html('span', { class: 'chip' }, markerIcon(i, coloured), task), !now.has(task), change).element
    })
    this.tasks.replaceChildren(...boxes)
  }
}
