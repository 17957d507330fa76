import type { OptionSpec, Options } from '../../base/options'
import { boolean } from '../../base/options'
import { formatShape, type Shape } from '../../ir/shape'
import type { Builder, Tensor } from '../../tensor/builder'
import type { OperationDefinition, OperationProblem } from './operation'

const axisOption: OptionSpec<number> = {
  type: 'number',
  doc: 'The axis that goes, without the batch axis: 0 is the first, -1 the last. Without it, all go, and one number for each row is left.',
  check: v => (Number.isInteger(v) && Math.abs(v as number) <= 8 ? undefined : 'the number of an axis, such as 0 or -1'),
}

const options = { axis: axisOption, keep: boolean('Whether the axis stays with size 1.', { default: false }) }

function reducedShape(kind: string, shape: Shape, { axis, keep }: Options): Shape | OperationProblem {
  if (shape === null) return axis === undefined && !keep ? [] : null
  if (axis === undefined) return keep ? shape.map(() => 1) : []
  const at = (axis as number) < 0 ? shape.length + (axis as number) : (axis as number)
  if (at < 0 || at >= shape.length) return { problem: `${kind}: ${formatShape(shape)} has no axis ${String(at)}`, operand: 0 }
  return shape.flatMap((d, i) => (i !== at ? [d] : keep ? [1] : []))
}

const reduction = (
  kind: string,
  doc: string,
  example: string,
  lower: (b: Builder, x: Tensor, axes: readonly number[], keep: boolean) => Tensor,
): OperationDefinition => ({
  kind,
  doc,
  example,
  least: 1,
  most: 1,
  options,
  elementwise: false,
  shape: ([x], given) => reducedShape(kind, x!, given),
  lower(b, [x], { axis, keep }) {
    const all = x!.shape.map((_, i) => i).slice(1)
    const axes = axis === undefined ? all : [(axis as number) < 0 ? x!.shape.length + (axis as number) : (axis as number) + 1]
    return axes.length === 0 ? x! : lower(b, x!, axes, keep as boolean)
  },
})

export const mean = reduction(
  'mean',
  'The mean of the values of each row, over all axes or one.',
  'mean(square(left))',
  (b, x, axes, keep) => b.mean(x, axes, keep),
)
export const sum = reduction('sum', 'The sum of the values of each row, over all axes or one.', 'sum(square(left))', (b, x, axes, keep) =>
  b.sum(x, axes, keep),
)
