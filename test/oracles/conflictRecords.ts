import { firstOrderAffinity } from '../../src/conflict/affinity'
import { bestGrouping, groupingScore } from '../../src/conflict/grouping'
import { layerScore } from '../../src/conflict/layerScore'
import { cosines, curvatures, magnitudeSimilarities } from '../../src/conflict/pairs'
import { conditionNumber, effectiveConditionNumber, meanLength, paretoGap, singularValues } from '../../src/conflict/spectrum'
import { difference, type Numbers, type Verdict } from './compare'
import { gramOf, type Inputs } from './methodRecords'
import { checkEach, numbersOf, objectOf, rowsOf, wholeNumberOf } from './reading'

const tolerance = { atol: 1e-5, rtol: 1e-5 }

interface Given {
  readonly gram: Float64Array
  readonly T: number
}

const diagnostics: Readonly<Record<string, (given: Given) => Numbers>> = {
  cosine: ({ gram, T }) => cosines(gram, T),
  gradient_magnitude_similarity: ({ gram, T }) => magnitudeSimilarities(gram, T),
  multi_task_curvature_bounding_measure_xi: ({ gram, T }) => curvatures(gram, T),
  singular_values: ({ gram, T }) => [...singularValues(gram, T)],
  condition_number_kappa: ({ gram, T }) => conditionNumber(gram, T),
  condition_number_over_nonzero_singular_values: ({ gram, T }) => effectiveConditionNumber(gram, T),
  pareto_stationarity_gap_min_norm: ({ gram, T }) => paretoGap(gram, T),
  gap_over_mean_gradient_norm: ({ gram, T }) => (meanLength(gram, T) > 0 ? paretoGap(gram, T) / meanLength(gram, T) : null),
}

/** 'tag_first_order_affinity_lr_0p1': the learning rate is part of the name. */
const affinityRecord = /^tag_first_order_affinity_lr_(\d+)p(\d+)$/

export function checkDiagnostics(expected: Readonly<Record<string, unknown>>, inputs: Inputs): Verdict[] {
  const { jacobian } = inputs
  const T = jacobian.length
  const given = { gram: gramOf(jacobian), T }
  return Object.entries(expected).map(([field, theirs]) => {
    const name = `${inputs.id ?? '?'} ${field}`
    const rate = affinityRecord.exec(field)
    const compute = Object.hasOwn(diagnostics, field) ? diagnostics[field] : undefined
    if (!compute && !rate) return { name, problem: `unknown diagnostic '${field}'` }
    const problem = compute
      ? difference(compute(given), theirs, tolerance)
      : difference(
          firstOrderAffinity(given.gram, numbersOf(inputs.losses, T, 'losses'), Number(`${rate![1]}.${rate![2]}`)),
          objectOf(theirs as { matrix?: unknown }, field).matrix,
          tolerance,
        )
    return problem === undefined ? { name } : { name, problem }
  })
}

export interface ReconRecord {
  readonly gradients_by_step_layer_task: readonly (readonly unknown[])[]
  readonly score_per_layer_for_threshold_S: Readonly<Record<string, unknown>>
}

export function checkRecon({ gradients_by_step_layer_task: steps, score_per_layer_for_threshold_S: scores }: ReconRecord): Verdict[] {
  const rows = steps.map((layers, step) => layers.map((rows, layer) => rowsOf(rows, `step ${step}, layer ${layer}`)))
  const [layers, T] = [rows[0]!.length, rows[0]![0]!.length]
  if (rows.some(step => step.length !== layers || step.some(tasks => tasks.length !== T)))
    throw new RangeError(`every step must have ${layers} layers of ${T} tasks`)
  const grams = rows.map(step => step.map(gramOf))
  return Object.entries(objectOf(scores, 'score_per_layer_for_threshold_S')).map(([threshold, theirs]) => {
    const ours = Array.from({ length: layers }, (_, layer) =>
      layerScore(
        grams.map(step => step[layer]!),
        T,
        Number(threshold),
      ),
    )
    const problem = difference(ours, theirs, { atol: 0, rtol: 0 })
    const name = `Recon's scores for S = ${threshold}`
    return problem === undefined ? { name } : { name, problem }
  })
}

export interface GroupingFile {
  readonly tasks: readonly string[]
  readonly affinity: unknown
  readonly best: unknown
}

interface BestRecord {
  readonly groups_at_most: unknown
  readonly score: unknown
  readonly groups?: readonly (readonly string[])[]
}

export function checkGrouping({ tasks, affinity: given, best }: GroupingFile): Verdict[] {
  const affinity = rowsOf(given, 'affinity')
  if (!Array.isArray(tasks) || [affinity.length, affinity[0]!.length].some(size => size !== tasks.length))
    throw new RangeError(`affinity must have a row and a column for each of the tasks, ${JSON.stringify(tasks)}`)
  return checkEach<BestRecord>('best', best, ({ groups_at_most, score, groups }) => {
    const most = wholeNumberOf(groups_at_most, 'groups_at_most')
    const name = `best grouping into at most ${most}`
    const found = bestGrouping(affinity, most)
    const named = found.groups.map(group => group.map(i => tasks[i]!))
    const close = { atol: 1e-9, rtol: 1e-9 }
    const problem = difference(found.score, score, close) ?? difference(groupingScore(affinity, found.groups), score, close)
    if (problem !== undefined) return [{ name, problem: `the score ${problem}` }]
    if (found.groups.length > most) return [{ name, problem: `has ${found.groups.length} groups` }]
    // Several groupings may be equally good: theirs must be the one found, or as good.
    const key = (sets: readonly (readonly string[])[]) => JSON.stringify(sets.map(set => [...set].sort()).sort())
    if (!groups || key(groups) === key(named)) return [{ name }]
    const theirs = groupingScore(
      affinity,
      groups.map(group => group.map(task => tasks.indexOf(task))),
    )
    if (Math.abs(theirs - found.score) <= 1e-9) return [{ name }]
    return [{ name, problem: `is ${key(named)} instead of ${key(groups)}` }]
  })
}
