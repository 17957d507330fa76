import { formatShape } from '../ir/shape'
import type { RecordedModel, RecordedTask } from '../ir/recording'
import { allNodes, nodeAt, report, sourceAt } from './recorder'
import type { TransformedColumn } from './transformation'

/** What can only be said of the model as a whole. Runs on the default export, after the file. */
export function checkModel({ tasks, sampling, stack }: RecordedModel): void {
  reportLeaks(tasks)
  reportSources(tasks)
  if (sampling) reportSampling(tasks, stack)
  reportResampling(tasks)
  reportBlindLosses(tasks)
  if (tasks.length > 0) reportUnused(tasks)
}

/** A task whose label is among its own features learns to copy it: nearly always a slip. */
function reportLeaks(tasks: readonly RecordedTask[]): void {
  for (const { name, label, features } of tasks) {
    if (!label) continue
    for (const node of ancestors([features])) {
      const { kind, options, stack } = nodeAt(node)
      if (kind !== 'features' || options.source !== label.source) continue
      const transformed = ((options.columns ?? []) as unknown as readonly TransformedColumn[]).map(({ column }) => column)
      const seen = { numeric: options.numeric, categorical: options.categorical, columns: transformed }
      for (const group of ['numeric', 'categorical', 'columns'] as const) {
        const index = (seen[group] as readonly string[]).indexOf(label.column)
        if (index < 0) continue
        report({
          code: 'mtl/label-as-feature',
          severity: 'warning',
          message: `'${label.column}' is the label of the task '${name}', which also sees it as a feature`,
          place: { stack, argument: 0, path: [group, group === 'columns' ? label.column : index], key: group === 'columns' },
          related: [{ message: 'the label', place: { stack: label.stack, argument: 0 } }],
        })
      }
    }
  }
}

/** A loss of its own that does not look at what the task predicts teaches it nothing. */
function reportBlindLosses(tasks: readonly RecordedTask[]): void {
  for (const { name, output, loss } of tasks) {
    if (loss === null || ancestors([loss]).has(output)) continue
    const { stack, use } = nodeAt(loss)
    report({
      code: 'mtl/blind-loss',
      severity: 'warning',
      message: `the loss of the task '${name}' does not depend on its prediction or output, so that the task learns nothing`,
      place: { stack: use ?? stack },
    })
  }
}

/** A row is the same for all tasks of a data set: only one of them can say how often it is taken. */
function reportResampling(tasks: readonly RecordedTask[]): void {
  const first = new Map<number, RecordedTask>()
  for (const task of tasks) {
    const { name, label, options, stack } = task
    if (options.resample === undefined || !label) continue
    const known = first.get(rowsOf(label.source))
    if (!known) {
      first.set(rowsOf(label.source), task)
      continue
    }
    report({
      code: 'mtl/invalid-option',
      message: `resample of '${name}': a row is the same for all tasks, and '${known.name}' says already how often it is taken; use classWeights here`,
      place: { stack, argument: 2, path: ['resample'] },
      related: [{ message: 'the other task', place: { stack: known.stack, argument: 2, path: ['resample'] } }],
    })
  }
}

/** Rows of different files can't be matched: what a task learns from is of the source that its label is from. */
function reportSources(tasks: readonly RecordedTask[]): void {
  for (const { name, label, output, loss } of tasks) {
    if (!label) continue
    for (const node of [...ancestors(loss === null ? [output] : [output, loss])].sort((a, b) => a - b)) {
      const { options, stack } = nodeAt(node)
      if (typeof options.source !== 'number' || rowsOf(options.source) === rowsOf(label.source)) continue
      const [seen, own] = [sourceAt(options.source), sourceAt(label.source)]
      const why =
        seen.path === own.path
          ? `another reading of ${own.path}, with its own options or split: share one source`
          : `${seen.path}: rows of different files can’t be matched, but each task may have a file of its own`
      report({
        code: 'mtl/data-source',
        message: `the label of the task '${name}' is from ${own.path}, but it learns from ${why}`,
        place: { stack: label.stack },
        related: [{ message: 'what it learns from', place: { stack } }],
      })
      break
    }
  }
}

const rowsOf = (source: number): number => sourceAt(source).sameRowsAs ?? source

function reportSampling(tasks: readonly RecordedTask[], stack: number): void {
  const sets = new Set(tasks.flatMap(({ label }) => (label ? [rowsOf(label.source)] : [])))
  if (sets.size > 1) return
  report({
    code: 'mtl/invalid-option',
    severity: 'warning',
    message: 'sampling says nothing here: it shares a step among several data sources, and all tasks learn from one',
    place: { stack, argument: 0, path: ['training', 'sampling'], key: true },
  })
}

/** Of a chain that leads nowhere, its last layer. */
function reportUnused(tasks: readonly RecordedTask[]): void {
  const used = ancestors(tasks.flatMap(({ output, loss }) => (loss === null ? [output] : [output, loss])))
  const nodes = allNodes()
  const made = new Set(tasks.map(task => task.stack))
  const read = new Set(nodes.flatMap(node => node.inputs))
  nodes.forEach(({ kind, shape, stack, use }, id) => {
    // What a task made by itself for its loss is no layer of the user's.
    if (used.has(id) || read.has(id) || made.has(stack)) return
    report({
      code: 'mtl/unused-layer',
      severity: 'information',
      message: `no task uses this ${kind} ${formatShape(shape)}`,
      place: { stack },
      related: use === null ? [] : [{ message: 'applied here', place: { stack: use } }],
    })
  })
}

function ancestors(nodes: readonly number[]): Set<number> {
  const found = new Set<number>()
  const open = [...nodes]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue
    found.add(next)
    open.push(...nodeAt(next).inputs)
  }
  return found
}
