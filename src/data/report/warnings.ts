import type { DataWarning } from '../../ir/dataReport'
import type { ModelGraph } from '../../ir/graph'
import { sourceOfNode } from '../../ir/dataSets'
import { counted, listed } from '../../transforms/wording'
import type { Block } from './blocks'
import { leakOf, singleFeature } from './leakage'
import type { ScannedSplit } from './scan'

/** From this share of missing labels on a task is warned of. */
export const mostMissing = 0.9

/** What is suspicious about the data, most telling first. @param splits training, validation and test, in this order */
export function warningsOf(graph: ModelGraph, blocks: readonly Block[], splits: readonly ScannedSplit[]): DataWarning[] {
  const source = graph.tasks[0]?.label?.source ?? graph.sources[0]?.id ?? 0
  const ofNode = (name: string) => sourceOfNode(graph.nodes.find(node => node.name === name)!) ?? source
  return [
    ...leaks(blocks, splits[0]!).map(leak => ({ ...leak, source: ofNode(leak.node) })),
    ...constants(blocks, splits[0]!).map(constant => ({ ...constant, source: ofNode(constant.node) })),
    ...labelWarnings(graph, splits).map(warning => ({
      ...warning,
      source: graph.tasks.find(({ name }) => name === warning.task)?.label?.source ?? source,
    })),
    ...repeats(splits).map(repeat => ({ ...repeat, source })),
  ]
}

type Found = Omit<DataWarning, 'source'>

function leaks(blocks: readonly Block[], { sample }: ScannedSplit): (Found & { node: string })[] {
  return blocks.flatMap(({ node, column }, b) => {
    if (column === null) return []
    return sample.labels.flatMap(label => {
      const found = singleFeature(sample.blocks[b]!, label)
      const reason = found && leakOf(found, new Set(label.values.filter(value => value === value)).size, label.task)
      if (!reason) return []
      const message = `'${column}' alone ${reason}: is it known before the label is?`
      return [{ code: 'mtl/leakage' as const, message, node, column, task: label.task }]
    })
  })
}

function constants(blocks: readonly Block[], { constant, positions }: ScannedSplit): (Found & { node: string })[] {
  if (positions.length < 2) return []
  return blocks.flatMap(({ node, column }, b) => {
    if (!constant[b]) return []
    const name = column === null ? `the input '${node}'` : `'${column}'`
    const message = `${name} is the same in all rows of the training split: nothing can be learnt from it`
    return [{ code: 'mtl/constant-column' as const, message, node, ...(column !== null && { column }) }]
  })
}

function labelWarnings(graph: ModelGraph, splits: readonly ScannedSplit[]): Found[] {
  return graph.tasks.flatMap(({ name: task }): Found[] => {
    const found: Found[] = []
    const columns = splits.map(({ labels, rows }) => ({ label: labels.find(label => label.task === task)!, rows }))
    const [train] = columns
    const missing = train!.label.values.reduce((n, value) => n + Number(value !== value), 0)
    const share = missing / Math.max(1, train!.label.values.length)
    if (share >= mostMissing)
      found.push({
        code: 'mtl/labels-mostly-missing',
        message: `task '${task}' has a label in ${counted(train!.label.values.length - missing, 'row')} of ${train!.label.values.length.toLocaleString('en')} of the training split (${(100 * share).toFixed(1)}% are missing)`,
        task,
      })
    const { classes } = train!.label
    if (classes === null) return found
    const counts = columns.map(({ label }) => {
      const counts = new Float64Array(classes.length)
      for (const value of label.values) if (value === value) counts[value]!++
      return counts
    })
    splits.forEach((split, s) => {
      // A part that is left empty on purpose lacks every class; so does one without labels, which is told by itself.
      if (split.rows === 0 || counts[s]!.every(count => count === 0)) return
      const absent = classes.filter((_, c) => counts[s]![c] === 0 && counts.some(other => other[c]! > 0))
      if (absent.length === 0) return
      const part = { train: 'training', validation: 'validation', test: 'test' }[split.name]
      const message = `task '${task}': ${listed(absent)} ${absent.length === 1 ? 'does' : 'do'} not occur in the ${part} split`
      found.push({ code: 'mtl/class-missing-from-split', message, task })
    })
    return found
  })
}

function repeats([train, ...others]: readonly ScannedSplit[]): Found[] {
  const known = new Set(train!.hashes)
  return others.flatMap(({ name, hashes }) => {
    const count = hashes.reduce((n, hash) => n + Number(known.has(hash)), 0)
    if (count === 0) return []
    const message = `${counted(count, 'row')} of the ${name} split (${((100 * count) / hashes.length).toFixed(1)}%) ${count === 1 ? 'has' : 'have'} the same features and labels as a row of the training split: where these are the same case, ${name} metrics look better than they are`
    return [{ code: 'mtl/duplicates-across-splits' as const, message }]
  })
}
