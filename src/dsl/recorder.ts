import type { Json } from '../base/json'
import type { ParameterSpec } from '../ir/graph'
import type { Shape } from '../ir/shape'
import type { RecordedNode, RecordedSource, Recording, Report, SandboxInput } from '../ir/recording'

const maximumNodes = 5000
const maximumReports = 200
const maximumStackLength = 4000

/** Thrown where going on would only make things worse; the message carries its code. */
export class ModelError extends Error {}

/**
 * Writes down what a model file builds. There is one per sandbox, and a sandbox runs one evaluation: so the state of
 * this module is the state of the evaluation. Users' code can't reach it: the module they import is made of `vocabulary` only.
 */
const stacks: string[] = []
const stackIndex = new Map<string, number>()
const nodes: RecordedNode[] = []
const sources: RecordedSource[] = []
const reports: Report[] = []
const modelStacks: number[] = []
let given: SandboxInput = { file: '', profiles: {} }
let layerCount = 0
let blocks: readonly string[] = []

export const begin = (input: SandboxInput) => void (given = input)
export const sandboxInput = () => given

/** The present call stack, as an index: where the builder that asks was called. */
export function stackHere(): number {
  let text = new Error().stack ?? ''
  if (text.length > maximumStackLength) text = text.slice(0, text.lastIndexOf('\n', maximumStackLength))
  const known = stackIndex.get(text)
  if (known !== undefined) return known
  stackIndex.set(text, stacks.length)
  return stacks.push(text) - 1
}

/** Reports and goes on: one evaluation shows every problem. */
export function report(problem: Omit<Report, 'severity'> & { readonly severity?: Report['severity'] }): void {
  if (reports.length < maximumReports) reports.push({ severity: 'error', ...problem })
}

/** Nodes that are added from here on belong to this application of a block. */
export const enterBlock = (name: string) => void (blocks = [...blocks, name])
export const leaveBlock = () => void (blocks = blocks.slice(0, -1))

/**
 * Nodes of a weighting's function live apart from the model's, from this id on: they are no part of the graph that is trained.
 */
const firstApart = 1_000_000
const apart: RecordedNode[] = []
let tracing = false

/** Runs a function whose nodes live apart. */
export function traceApart<R>(build: () => R): R {
  tracing = true
  try {
    return build()
  } finally {
    tracing = false
  }
}

export const isApart = (node: number): boolean => node >= firstApart

export const nextLayer = () => layerCount++

export interface NewNode {
  readonly kind: string
  readonly name?: string
  readonly layer: number
  readonly inputs: readonly number[]
  readonly options: { readonly [name: string]: Json }
  readonly shape: Shape
  readonly parameters?: readonly ParameterSpec[]
  readonly stack: number
  readonly use?: number
  readonly piped?: boolean
}

/** @returns the node's id */
export function addNode({ name = undefined, parameters = [], use = undefined, piped = false, ...rest }: NewNode): number {
  if (nodes.length + apart.length >= maximumNodes)
    throw new ModelError(`mtl/too-many-layers: more than ${maximumNodes} layers: is a loop unbounded?`)
  const known = parameters.map(p => (p.shape?.every(d => d !== null) ? p : { ...p, shape: null }))
  if (rest.inputs.some(input => isApart(input) !== tracing))
    throw new ModelError('mtl/not-a-tensor: the tensors of a weighting’s function are of no use outside of it, nor others inside')
  const place = tracing ? firstApart : 0
  return (
    place +
    (tracing ? apart : nodes).push({
      ...rest,
      name: name ?? null,
      parameters: known,
      use: use ?? null,
      piped,
      ...(blocks.length > 0 ? { blocks } : {}),
    }) -
    1
  )
}

export const nodeAt = (node: number): RecordedNode => (isApart(node) ? apart[node - firstApart] : nodes[node])!
export const shapeOf = (node: number): Shape => nodeAt(node).shape

export const allNodes = (): readonly RecordedNode[] => nodes

export const addSource = (source: RecordedSource): number => sources.push(source) - 1
export const allSources = (): readonly RecordedSource[] => sources
export const sourceAt = (source: number): RecordedSource => sources[source]!

export const addModelStack = (stack: number) => void modelStacks.push(stack)

export function recording(model: Recording['model'], defaultExport: boolean): Recording {
  return { stacks, nodes, sources, reports, model, modelStacks, defaultExport }
}
