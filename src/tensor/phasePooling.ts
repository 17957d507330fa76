import type { Tensor } from './builder'
import { ints, sameShape, type Operation, type ProgramWriter } from './primitive'

/** Products per output that the wider kernels may cost: what comparing and spreading at full size costs instead. */
const mostExtra = 64

interface Window {
  readonly size: readonly number[]
  readonly strides: readonly number[]
  readonly pads: readonly number[]
}

/**
 * Max pooling straight after a convolution, without ever writing the convolution's output at its full size: one convolution
 * with the pooling's strides computes each place of a window (its phase) as a channel group of its own, from kernels that
 * are shifted by zeros. The maximum is then taken over groups that lie one behind the other, and so is its gradient; phases
 * come in row order, so that the first maximum is the same. Worth it for few input channels.
 * @param made the operation that made what is pooled
 * @returns the pooled tensor, or null where the form does not apply or does not pay
 */
export function poolByPhases(p: ProgramWriter, made: Operation, { size, strides, pads }: Window): Tensor | null {
  const { kind, inputs, attributes, output: x } = made
  if (kind !== 'conv2d') return null
  const [image, kernel, bias] = [inputs[0]!, inputs[1]!, inputs[2]]
  const [filters, channels, height, width] = kernel.shape as [number, number, number, number]
  const [rows, columns] = size as [number, number]
  const plain = [...ints(attributes, 'strides'), ...ints(attributes, 'dilations')].every(d => d === 1)
  const tiles = sameShape(size, strides) && pads.every(pad => pad === 0) && x.shape[2]! % rows === 0 && x.shape[3]! % columns === 0
  const extra = channels * ((height + rows - 1) * (width + columns - 1) - height * width)
  if (!plain || !tiles || extra > mostExtra) return null

  const phases = Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns] as const)
  const shifted = phases.map(([down, right]) => {
    const tall = p.emit('pad', [kernel], { axis: 2, before: down, after: rows - 1 - down })
    return p.emit('pad', [tall], { axis: 3, before: right, after: columns - 1 - right })
  })
  const operands = [
    image,
    p.concat(shifted, 0),
    ...(bias
      ? [
          p.concat(
            phases.map(() => bias),
            0,
          ),
        ]
      : []),
  ]
  const values = p.emit('conv2d', operands, { ...attributes, strides: size })
  const [batch, , h, w] = values.shape as [number, number, number, number]
  const groups = p.reshape(values, [batch, 1, phases.length, filters * h * w])
  const largest = p.emit('maxPool2d', [groups], { size: [phases.length, 1], strides: [phases.length, 1], pads: [0, 0, 0, 0] })
  return p.reshape(largest, [batch, filters, h, w])
}
