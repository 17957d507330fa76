import { nearest } from '../../base/nearest'
import type { Json } from '../../base/json'
import type { ModelGraph } from '../../ir/graph'
import { methodOf, methods } from '../../methods/table'
import type { Weighting } from '../../runs/comparison'

/** The name of the fixed weights, which are searched wherever methods are compared. */
export const tunedName = 'fixed'

/**
 * @param name of the table of methods
 * @returns what is wrong with it, or undefined
 */
export function methodProblem(name: string): string | undefined {
  if (methodOf(name)) return undefined
  const known = methods.map(({ kind }) => kind)
  const guess = nearest(name, known)
  return `there is no method '${name}'; ${guess ? `did you mean '${guess}'?` : `there are ${known.join(', ')}`}`
}

/**
 * The weightings to compare: the file's own with its options, others with their defaults, and always the tuned fixed weights.
 * @throws RangeError for a method that the table lacks, or that can't do without options
 */
export function weightingsOf(names: readonly string[], graph: ModelGraph): Record<string, Weighting> {
  const own = graph.training.weighting
  const weightings: Record<string, Weighting> = {}
  for (const name of [...new Set([...names, tunedName])]) {
    const problem = methodProblem(name)
    if (problem !== undefined) throw new RangeError(problem)
    if (name === own.kind) weightings[name] = { kind: own.kind, options: own.options }
    else if (name === tunedName) weightings[name] = { kind: tunedName, options: {} }
    else weightings[name] = { kind: name, options: defaultsOf(name) }
  }
  return weightings
}

function defaultsOf(name: string): Record<string, Json> {
  const { options } = methodOf(name)!
  const needed = Object.entries(options).find(([, { required }]) => required)
  if (needed) throw new RangeError(`${name} needs ${needed[0]}: write it as the model file's weighting to compare it`)
  return Object.fromEntries(
    Object.entries(options).flatMap(([option, { default: value }]) => (value === undefined ? [] : [[option, value as Json]])),
  )
}

/** How much a task is favoured over the others, or they over it. */
const factor = 4

/**
 * The static weights that are tried, beside those of the model file: all tasks alike; each task four times the others; each
 * task a quarter of the others. They add up to T, as equal weights do, and stand on top of the tasks' own `weight`.
 * @returns 1 + 2T weightings, 3 for two tasks, as "four times" is then "a quarter" of the other one
 */
export function fixedGrid(tasks: readonly string[], own: Weighting): Weighting[] {
  const ratios = tasks.flatMap((_, favoured) => [factor, 1 / factor].map(ratio => tasks.map((_, i) => (i === favoured ? ratio : 1))))
  const weights = ratios.map(raw => {
    const sum = raw.reduce((a, b) => a + b)
    return Object.fromEntries(tasks.map((task, i) => [task, Number(((raw[i]! * tasks.length) / sum).toPrecision(6))]))
  })
  const written = own.kind === tunedName && own.options.weights !== undefined ? [own] : []
  const grid = [
    { kind: 'equal', options: defaultsOf('equal') },
    ...weights.map(w => ({ kind: tunedName, options: { weights: w } })),
    ...written,
  ]
  return [...new Map(grid.map(weighting => [JSON.stringify(weighting), weighting])).values()]
}
