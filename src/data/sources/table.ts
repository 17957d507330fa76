import type { SourceDefinition } from '../source'
import { csv } from './csv'
import { json } from './json'
import { npz } from './npz'

/** Every kind of data source: one line each. */
export const sources: readonly SourceDefinition[] = [csv, json, npz]

const byKind = new Map(sources.map(source => [source.kind, source]))

export const sourceOf = (kind: string): SourceDefinition | undefined => byKind.get(kind)
