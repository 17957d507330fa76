import { formatShape, type Dimension, type Shape } from '../../ir/shape'
import type { OperationProblem } from './operation'

/**
 * Shape of an operation value by value: shapes are aligned at their last axes, and sizes of 1 repeat, as in Keras and NumPy.
 * Unknown sizes are taken to fit.
 */
export function broadcastShapes(kind: string, inputs: readonly Shape[]): Shape | OperationProblem {
  let result: readonly Dimension[] = []
  // The operand that decided each axis of the result, counted from the end.
  const deciders: number[] = []
  for (const [operand, shape] of inputs.entries()) {
    if (shape === null) return null
    const rank = Math.max(result.length, shape.length)
    const merged: Dimension[] = []
    for (let fromEnd = rank; fromEnd >= 1; fromEnd--) {
      const [a, b] = [result.at(-fromEnd), shape.at(-fromEnd)]
      const [known, other] = [fromEnd > result.length ? 1 : a!, fromEnd > shape.length ? 1 : b!]
      if (known !== other && known !== 1 && other !== 1 && known !== null && other !== null) {
        const against = deciders[fromEnd] ?? 0
        const problem = `${kind} works value by value, so shapes must agree or repeat: ${formatShape(shape)} does not fit ${formatShape(inputs[against]!)}`
        return { problem, operand, against }
      }
      if (other !== 1 && (known === 1 || known === null)) deciders[fromEnd] = operand
      merged.push(known === 1 ? other : other === 1 || other === null ? known : other)
    }
    result = merged
  }
  return result
}
