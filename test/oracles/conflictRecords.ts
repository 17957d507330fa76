import { firstOrderAffinity } from '../../src/conflict/affinity'
import { bestGrouping, groupingScore } from '../../src/conflict/grouping'
import { layerScore } from '../../src/conflict/layerScore'
import { cosines, curvatures, magnitudeSimilarities } from '../../src/conflict/pairs'
import { conditionNumber, effectiveConditionNumber, meanLength, paretoGap, singularValues } from '../../src/conflict/spectrum'
import { difference, type Numbers, type Verdict } from './compare'
import { gramOf, type Inputs } from './methodRecords'

const tolerance = { atol: 1e-5, rtol: 1e-5 }

interface Given {
  readonly gram: Float64Array
  readonly T: number
  readonly losses: readonly number[]
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
  const given = { gram: gramOf(jacobian), T: jacobian.length, losses: inputs.losses ?? [] }
  return Object.entries(expected).map(([field, theirs]) => {
    const name = `${inputs.id ?? '?'} ${field}`
    const rate = affinityRecord.exec(field)
    const compute = Object.hasOwn(diagnostics, field) ? diagnostics[field] : undefined
    if (!compute && !rate) return { name, problem: `unknown diagnostic '${field}'` }
    const ours = compute ? compute(given) : firstOrderAffinity(given.gram, given.losses, Number(`${rate![1]}.${rate![2]}`))
    const problem = difference(ours, (rate ? (theirs as { matrix: Numbers }).matrix : theirs) as Numbers, tolerance)
    return problem === undefined ? { name } : { name, problem }
  })
}

export interface ReconRecord {
  readonly gradients_by_step_layer_task: readonly (readonly (readonly (readonly number[])[])[])[]
  readonly score_per_layer_for_threshold_S: Readonly<Record<string, readonly number[]>>
}

export function checkRecon(record: ReconRecord): Verdict[] {
  const steps = record.gradients_by_step_layer_task.map(layers => layers.map(gramOf))
  const T = record.gradients_by_step_layer_task[0]![0]!.length
  return Object.entries(record.score_per_layer_for_threshold_S).map(([threshold, theirs]) => {
    const ours = theirs.map((_, layer) =>
      layerScore(
        steps.map(layers => layers[layer]!),
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
  readonly affinity: readonly (readonly number[])[]
  readonly best: readonly { readonly groups_at_most: number; readonly score: number; readonly groups?: readonly (readonly string[])[] }[]
}

export function checkGrouping({ tasks, affinity, best }: GroupingFile): Verdict[] {
  return best.map(({ groups_at_most, score, groups }) => {
    const name = `best grouping into at most ${groups_at_most}`
    const found = bestGrouping(affinity, groups_at_most)
    const named = found.groups.map(group => group.map(i => tasks[i]!))
    const close = { atol: 1e-9, rtol: 1e-9 }
    const problem = difference(found.score, score, close) ?? difference(groupingScore(affinity, found.groups), score, close)
    if (problem !== undefined) return { name, problem: `the score ${problem}` }
    if (found.groups.length > groups_at_most) return { name, problem: `has ${found.groups.length} groups` }
    // Several groupings may be equally good: theirs must be the one found, or as good.
    const key = (sets: readonly (readonly string[])[]) => JSON.stringify(sets.map(set => [...set].sort()).sort())
    if (!groups || key(groups) === key(named)) return { name }
    const theirs = groupingScore(
      affinity,
      groups.map(group => group.map(task => tasks.indexOf(task))),
    )
    return Math.abs(theirs - found.score) <= 1e-9 ? { name } : { name, problem: `is ${key(named)} instead of ${key(groups)}` }
  })
}
