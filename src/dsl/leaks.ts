import { nodeAt, report } from './recorder'
import type { RecordedTask } from '../ir/recording'

/** A task whose label is among its own features learns to copy it: nearly always a slip. */
export function reportLeaks(tasks: readonly RecordedTask[]): void {
  for (const { name, label, features } of tasks) {
    if (!label) continue
    for (const node of ancestors(features)) {
      const { kind, options, stack } = nodeAt(node)
      if (kind !== 'features' || options.source !== label.source) continue
      for (const group of ['numeric', 'categorical'] as const) {
        const index = (options[group] as readonly string[]).indexOf(label.column)
        if (index < 0) continue
        report({
          code: 'mtl/label-as-feature',
          severity: 'warning',
          message: `'${label.column}' is the label of the task '${name}', which also sees it as a feature`,
          place: { stack, argument: 0, path: [group, index] },
          related: [{ message: 'the label', place: { stack: label.stack, argument: 0 } }],
        })
      }
    }
  }
}

function ancestors(node: number): Set<number> {
  const found = new Set<number>()
  const open = [node]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue
    found.add(next)
    open.push(...nodeAt(next).inputs)
  }
  return found
}
