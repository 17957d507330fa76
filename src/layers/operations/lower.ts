import type { Options } from '../../base/options'
import type { Builder, Tensor } from '../../tensor/builder'
import { channelsFirst, channelsLast } from '../channels'
import { operandsOf, type OperationDefinition } from './operation'

/** Applies an operation to tensors as the layers hand them on: images with their channels first. */
export function lowerOperation(b: Builder, operation: OperationDefinition, inputs: readonly Tensor[], options: Options): Tensor {
  const open = [...inputs]
  const operands = operandsOf(options)?.map(value => (value === null ? open.shift()! : b.constant(value, [1]))) ?? inputs
  if (!operation.elementwise)
    return channelsFirst(
      b,
      operation.lower(
        b,
        operands.map(x => channelsLast(b, x)),
        options,
      ),
    )
  const rank = Math.max(...operands.map(x => x.shape.length))
  return operation.lower(
    b,
    operands.map(x => lifted(b, x, rank)),
    options,
  )
}

/** Puts axes of size 1 after the batch axis, so that the last axes meet those of a tensor of higher rank. */
function lifted(b: Builder, x: Tensor, rank: number): Tensor {
  if (x.shape.length === rank) return x
  const [batch, ...shape] = channelsLast(b, x).shape as [number, ...number[]]
  const added = Array.from({ length: rank - 1 - shape.length }, () => 1)
  return channelsFirst(b, b.reshape(channelsLast(b, x), [batch, ...added, ...shape]))
}
