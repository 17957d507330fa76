import type { SourceDefinition } from '../source'
import { audio } from './audio'
import { csv } from './csv'
import { idx } from './idx'
import { images } from './images'
import { json } from './json'
import { npz } from './npz'
import { parquet } from './parquet'
import { series } from './series'
import { sql } from './sql'
import { text } from './text'

/** Every kind of data source: one line each. */
export const sources: readonly SourceDefinition[] = [csv, json, parquet, sql, npz, idx, images, text, audio, series]

const byKind = new Map(sources.map(source => [source.kind, source]))

export const sourceOf = (kind: string): SourceDefinition | undefined => byKind.get(kind)
