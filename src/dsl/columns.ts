import { nearest } from '../base/nearest'
import { profileKey, type ArrayProfile, type ColumnProfile, type DataProfile } from '../ir/profile'
import { report, sandboxInput, sourceAt } from './recorder'
import type { Place } from '../ir/recording'
import { quoted } from './values'

/** @returns undefined while the profile is unknown or could not be made */
export function profileOf(source: number): Exclude<DataProfile, { kind: 'error' }> | undefined {
  const { kind, resolved, options } = sourceAt(source)
  if (resolved === null) return undefined
  const profile = sandboxInput().profiles[profileKey({ kind, path: resolved, options })]
  return profile === undefined || profile.kind === 'error' ? undefined : profile
}

/** @returns the column, undefined while the profile is unknown, null where there is no such column (reported) */
export function columnOf(source: number, name: string, place: Place): ColumnProfile | undefined | null {
  const profile = profileOf(source)
  if (profile?.kind !== 'table') return undefined
  return find(profile.columns, name, 'mtl/unknown-column', `${sourceAt(source).path} has no column '${name}'`, place)
}

/** As `columnOf`, for arrays. */
export function arrayOf(source: number, name: string, place: Place): ArrayProfile | undefined | null {
  const profile = profileOf(source)
  if (profile === undefined) return undefined
  return find(profile.arrays ?? [], name, 'mtl/unknown-array', `${sourceAt(source).path} has no array '${name}'`, place)
}

function find<T extends { readonly name: string }>(
  items: readonly T[],
  name: string,
  code: 'mtl/unknown-column' | 'mtl/unknown-array',
  problem: string,
  place: Place,
) {
  const found = items.find(item => item.name === name)
  if (found) return found
  const known = items.map(item => item.name)
  const meant = nearest(name, known)
  const message = meant ? `${problem}; did you mean '${meant}'?` : `${problem}; it has ${quoted(known, 12)}`
  report({ code, message, place, fixes: meant ? [{ kind: 'replace', text: meant }] : [] })
  return null
}

/** One value a row. */
export const isLabelShape = ({ shape }: ArrayProfile): boolean => shape.every(d => d === 1)

/** NumPy's kinds of text, bytes and objects. */
export const isTextArray = ({ dtype }: ArrayProfile): boolean => /^[<>|=]?[USO]\d*$|^(str|bytes|object|unicode)/.test(dtype)
