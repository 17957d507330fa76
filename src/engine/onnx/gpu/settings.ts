import type { OnnxGraph } from '../onnxGraph'

/** Numbers that change from step to step (rates, weights of tasks, which groups move), in one small input of the model. */
export class Settings {
  private readonly places = new Map<string, { readonly start: number; readonly length: number }>()
  private length = 0

  constructor(
    private readonly graph: OnnxGraph,
    readonly input = 'settings',
  ) {}

  /** @returns the value [length] in the graph that `fill` sets under this name */
  value(name: string, length = 1): string {
    if (!this.places.has(name)) {
      this.places.set(name, { start: this.length, length })
      this.length += length
    }
    const { start } = this.places.get(name)!
    const { graph } = this
    return graph.node('Slice', [this.input, graph.ints([start]), graph.ints([start + length]), graph.ints([0])])
  }

  /** Adds the input to the graph, once all values are known. */
  finish(): void {
    this.graph.input(this.input, [this.length])
  }

  /** @param numbers by name; a list for a value of several */
  fill(numbers: (name: string) => number | readonly number[]): Float32Array {
    const values = new Float32Array(this.length)
    for (const [name, { start }] of this.places) values.set([numbers(name)].flat(), start)
    return values
  }
}
