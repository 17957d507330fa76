import type { ConflictPanelState, Measure } from '../../src/protocol/conflictPanel'
import type { RunSummary } from '../../src/runs/summary'
import { runLabel } from '../curves/runRow'
import { button, checkbox } from '../ui/controls'
import { html } from '../ui/element'

export interface ChoiceEvents {
  run(id: string): void
  change(change: Partial<Pick<ConflictPanelState, 'measure' | 'layer' | 'table'>>): void
  openModel(): void
  showCurves(): void
  /** @param anchor the button, below which the choice opens */
  export(anchor: HTMLElement): void
}

const measureNames: Readonly<Record<Measure, string>> = {
  cosine: 'Cosine',
  magnitude: 'Similarity of lengths',
  affinity: 'Affinity (first order)',
  lookAhead: 'Affinity (look-ahead)',
}

/** The row of choices above everything. */
export class Choices {
  private readonly runs: HTMLSelectElement
  private readonly measures: HTMLSelectElement
  private readonly layers: HTMLSelectElement
  readonly element: HTMLElement
  private made = ''

  constructor(state: ConflictPanelState, events: ChoiceEvents) {
    const select = (label: string, change: (value: string) => void) => {
      const element = html('select', { class: 'select', 'aria-label': label })
      element.addEventListener('change', () => change(element.value))
      return element
    }
    this.runs = select('Run', value => events.run(value))
    this.measures = select('Measure', value => events.change({ measure: value as Measure }))
    // The first choice is the whole trunk; names of layers may be anything.
    this.layers = select('Layer', () => events.change({ layer: this.layers.selectedIndex < 1 ? null : this.layers.value }))
    const save = button('Save picture or values', () => events.export(save.element), { icon: 'export' })
    save.opensMenu()
    this.element = html(
      'div',
      { class: 'toolbar', role: 'toolbar', 'aria-label': 'Choices' },
      ...[this.runs, this.measures, this.layers].map(input =>
        html('label', { class: 'field' }, html('span', {}, input.getAttribute('aria-label')), input),
      ),
      checkbox('Table', state.table, table => events.change({ table })).element,
      html(
        'span',
        { class: 'group buttons' },
        button('Open Model', () => events.openModel(), { icon: 'file' }).element,
        button('Show Curves', () => events.showCurves(), { icon: 'graph' }).element,
        save.element,
      ),
    )
  }

  /** @param measures that the run has */
  show(
    runs: readonly RunSummary[],
    run: string | null,
    measures: readonly Measure[],
    layers: readonly string[],
    state: ConflictPanelState,
  ): void {
    const made = JSON.stringify([runs.map(one => [one.id, runLabel(one)]), measures, layers])
    // Options that are made anew would close an open list.
    if (made !== this.made) {
      this.made = made
      this.runs.replaceChildren(...runs.map(one => html('option', { value: one.id }, runLabel(one))))
      this.measures.replaceChildren(...measures.map(measure => html('option', { value: measure }, measureNames[measure])))
      this.layers.replaceChildren(
        html('option', { value: '' }, 'Whole trunk'),
        ...layers.map(layer => html('option', { value: layer }, layer)),
      )
    }
    this.runs.value = run ?? ''
    this.measures.value = state.measure
    this.layers.selectedIndex = state.layer === null ? 0 : layers.indexOf(state.layer) + 1
  }
}
