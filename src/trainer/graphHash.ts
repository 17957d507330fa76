import { createHash } from 'node:crypto'
import type { ModelGraph } from '../ir/graph'

const places = new Set(['span', 'use', 'via', 'keySpan', 'pathSpan', 'spans', 'file'])

/** SHA-256 of what a model means: comments, layout and the file's place don't change it. */
export function graphHash(graph: ModelGraph): string {
  return createHash('sha256').update(canonical(graph)).digest('hex')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value)
    .filter(([key, item]) => !places.has(key) && item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`
}
