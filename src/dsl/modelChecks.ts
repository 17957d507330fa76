import { formatShape } from '../ir/shape'
import type { RecordedModel, RecordedTask } from '../ir/recording'
import { allNodes, nodeAt, report, sourceAt } from './recorder'
import type { TransformedColumn } from './transformation'

/** What can only be said of the model as a whole. Runs on the default export, after the file. */
export function checkModel({ tasks }: RecordedModel): void {
  reportLeaks(tasks)
  reportSources(tasks)
  reportResampling(tasks)
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

/** A row is the same for all tasks: only one of them can say how often it is taken. */
function reportResampling(tasks: readonly RecordedTask[]): void {
  const [first, ...others] = tasks.filter(({ options }) => options.resample !== undefined)
  for (const { name, stack } of others) {
    report({
      code: 'mtl/invalid-option',
      message: `resample of '${name}': a row is the same for all tasks, and '${first!.name}' says already how often it is taken; use classWeights here`,
      place: { stack, argument: 2, path: ['resample'] },
      related: [{ message: 'the other task', place: { stack: first!.stack, argument: 2, path: ['resample'] } }],
    })
  }
}

/** Rows of different files can't be matched, so one source feeds a model: the first one that it names. */
function reportSources(tasks: readonly RecordedTask[]): void {
  const users = [
    ...[...ancestors(tasks.map(task => task.features))]
      .sort((a, b) => a - b)
      .flatMap(node => {
        const { options, stack } = nodeAt(node)
        return typeof options.source === 'number' ? [{ source: options.source, stack }] : []
      }),
    ...tasks.flatMap(({ label }) => (label ? [{ source: label.source, stack: label.stack }] : [])),
  ]
  const first = users[0]
  for (const { source, stack } of users) {
    if (source === first!.source) continue
    report({
      code: 'mtl/data-source',
      message: `all features and labels of a model come from one source: this is from ${sourceAt(source).path}, the first one is ${sourceAt(first!.source).path}`,
      place: { stack },
      related: [{ message: 'the first source', place: { stack: first!.stack } }],
    })
  }
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
