import type { Options } from '../base/options'
import { weightingInputs, type TracedWeighting } from '../ir/tracedWeighting'
import { lowerOperation } from '../layers/operations/lower'
import { operationOf } from '../layers/operations/table'
import type { TracedWeights } from '../methods/method'
import type { Tensor } from '../tensor/builder'
import { evaluate } from '../tensor/evaluate'
import { Program } from '../tensor/program'
import { TrainingFailure } from './failure'

/**
 * The function of a weighting that was traced in a model file, computed in float64. It is lowered anew for each number of tasks in a
 * batch: absent tasks are left out of what it sees.
 */
export function tracedWeights(options: Options): TracedWeights {
  const trace = options as unknown as TracedWeighting
  const lowered = new Map<number, { program: Program; output: Tensor }>()
  return (losses, gram) => {
    const n = losses.length
    let known = lowered.get(n)
    if (!known) lowered.set(n, (known = lower(trace, n)))
    const norms = Float64Array.from(losses, (_, i) => Math.sqrt(gram?.[i * n + i] ?? NaN))
    const values = new Map([['losses', losses], ['norms', norms], ...(gram ? [['gram', gram] as const] : [])] as const)
    const result = evaluate(known.program, known.output, values)
    return result.length === n ? result : new Float64Array(n).fill(result[0]!)
  }
}

function lower({ nodes, output, name }: TracedWeighting, n: number): { program: Program; output: Tensor } {
  const program = new Program()
  const values: Tensor[] = []
  for (const { kind, inputs, options } of nodes) {
    const given = Object.entries(weightingInputs).find(([input]) => kind === input)
    const operation = operationOf(kind)
    // A batch of one row: operations work on the other axes.
    if (given) values.push(program.input(kind, [1, ...new Array<number>(given[1]).fill(n)]))
    else if (operation) {
      values.push(
        lowerOperation(
          program,
          operation,
          inputs.map(i => values[i]!),
          options,
        ),
      )
    } else throw new TrainingFailure(`The weighting ${name} holds '${kind}', which is no operation.`, false, 'weighting')
  }
  return { program, output: values[output]! }
}
