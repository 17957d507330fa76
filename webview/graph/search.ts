import type { ModelGraph } from '../../src/ir/graph'
import { nodeId, taskId } from './scene'
import { valueText } from './labels'

/**
 * Boxes whose name, kind or options contain every word of the query, in source order: `conv 5`, `activation relu`, `species`.
 * @returns ids as the scene gives them; a node within a collapsed group keeps its own id
 */
export function searchGraph(graph: ModelGraph, query: string): string[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (!words.length) return []
  const matches = (texts: readonly string[]): boolean => {
    const text = texts.join('\n').toLowerCase()
    return words.every(word => text.includes(word))
  }
  const options = (values: ModelGraph['nodes'][number]['options']) =>
    Object.entries(values).map(([name, value]) => (name === 'source' ? '' : `${name} ${valueText(value)}`))
  const tasks = graph.tasks.filter(task => matches([task.name, task.kind, task.label?.column ?? '', ...options(task.options)]))
  const nodes = graph.nodes.filter(node => matches([node.name, node.kind, ...options(node.options)]))
  return [...nodes.map(nodeId), ...tasks.map(taskId)]
}
