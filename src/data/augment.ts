import type { Options } from '../base/options'
import { Random } from '../base/random'
import type { Batch } from '../ir/batch'
import { dataSetByNode, dataSetOf, sourceOfNode } from '../ir/dataSets'
import type { ModelGraph } from '../ir/graph'
import type { Image } from './augmentations/augmentation'
import { augmentationOf } from './augmentations/table'

interface Step {
  readonly kind: string
  readonly options: Options
}

interface AugmentedInput {
  readonly name: string
  readonly shape: readonly number[]
  readonly most: number | null
  readonly steps: readonly Step[]
  readonly held: Float32Array
  /** The data set of its rows, and the inputs and tasks that have the same ones. */
  readonly set: number
  readonly inputs: readonly string[]
  readonly tasks: readonly string[]
}

/** Changes batches of training rows as the inputs' `augment` says. What it does depends on seed and step alone, so that a resumed run repeats it. */
export class Augmenter {
  private constructor(
    private readonly inputs: readonly AugmentedInput[],
    private readonly seed: number,
  ) {}

  /** @returns null where the model augments nothing */
  static of(graph: ModelGraph, seed: number): Augmenter | null {
    const setOf = dataSetByNode(graph)
    const inputs = graph.nodes.flatMap(({ id, name, shape, options }): AugmentedInput[] => {
      const steps = (options.augment ?? []) as unknown as readonly Step[]
      if (steps.length === 0) return []
      const set = setOf.get(id)!
      const data = graph.nodes.filter(node => sourceOfNode(node) !== null && setOf.get(node.id) === set)
      const scale = options.scale as number | undefined
      const size = (shape as number[]).reduce((n, d) => n * d, 1)
      return [
        {
          name,
          shape: shape as number[],
          most: scale === undefined || scale === 1 ? null : 1 / scale,
          steps,
          held: new Float32Array(size),
          set,
          inputs: data.map(node => node.name),
          tasks: graph.tasks.filter(({ label }) => label && dataSetOf(graph, label.source) === set).map(task => task.name),
        },
      ]
    })
    return inputs.length === 0 ? null : new Augmenter(inputs, seed)
  }

  /** @param step from 1 */
  apply(batch: Batch, step: number): void {
    const random = Random.seeded(this.seed, `augment ${step}`)
    for (const input of this.inputs) {
      const values = batch.inputs[input.name]!
      const real = batch.setRows?.[input.set] ?? batch.rows
      for (const { kind, options } of input.steps) {
        const { image, rows } = augmentationOf(kind)!
        rows?.(
          { rows: real, inputs: input.inputs.map(name => batch.inputs[name]!), masks: input.tasks.map(task => batch.masks[task]!) },
          options,
          random,
        )
        if (image) for (let row = 0; row < real; row++) image(imageOf(input, values, row), options, random, input.held)
      }
    }
  }
}

function imageOf({ shape, most, held }: AugmentedInput, values: Float32Array, row: number): Image {
  const [height, width, channels = 1] = shape as [number, number, number?]
  return { values: values.subarray(row * held.length, (row + 1) * held.length), height, width, channels, most }
}
