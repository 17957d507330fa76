import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Diagnostic, Fix } from '../../../src/ir/diagnostic'
import type { ModelGraph } from '../../../src/ir/graph'
import { profileKey, type DataProfile, type ProfileError } from '../../../src/ir/profile'
import type { EvaluationResult } from '../../../src/language/evaluation'
import { Evaluator } from '../../../src/language/evaluator'

export const dist = resolve('dist')
export const file = 'm.mtl.ts'

let evaluator: Evaluator | undefined
let root: string | undefined

/** A folder with nothing in it: everything a test needs lies in the overlay. */
export function emptyRoot(): string {
  root ??= mkdtempSync(join(tmpdir(), 'mtl-language-'))
  return root
}

process.on('exit', () => root && rmSync(root, { recursive: true, force: true }))

export interface Given {
  /** Other files, by path. */
  readonly files?: Readonly<Record<string, string>>
  /** By path of the data file; every kind and every set of options of that path gets it. */
  readonly profiles?: Readonly<Record<string, DataProfile | ProfileError>>
  readonly file?: string
  readonly root?: string
  /** Milliseconds; generous by default, as the machine may be busy. */
  readonly deadline?: number
}

export async function evaluate(
  text: string,
  { files = {}, profiles = {}, file: name = file, root: folder = emptyRoot(), deadline = 10_000 }: Given = {},
): Promise<EvaluationResult> {
  evaluator ??= new Evaluator(dist)
  const request = { file: name, root: folder, overlay: { ...files, [name]: text }, profiles: {} }
  const limits = { deadline }
  const first = await evaluator.evaluate(request, limits)
  const known = Object.fromEntries(
    first.profilesWanted.flatMap(wanted => (profiles[wanted.path] ? [[profileKey(wanted), profiles[wanted.path]!]] : [])),
  )
  return Object.keys(known).length === 0 ? first : evaluator.evaluate({ ...request, profiles: known }, limits)
}

/** @returns the graph of a file that must have no errors */
export async function graphOf(text: string, given: Given = {}): Promise<ModelGraph> {
  const { graph, diagnostics } = await evaluate(text, given)
  assert.deepEqual(diagnostics, [])
  assert.ok(graph)
  return graph
}

export const at = (text: string, span: { start: number; end: number } | null): string =>
  span ? text.slice(span.start, span.end) : '(nowhere)'

export interface Marked {
  readonly text: string
  readonly marks: readonly { readonly start: number; readonly end: number }[]
}

/** Takes `«` and `»` out of a text. */
export function unmark(marked: string): Marked {
  let text = ''
  const open: number[] = []
  const marks: { start: number; end: number }[] = []
  for (const character of marked) {
    if (character === '«') open.push(text.length)
    else if (character === '»') marks.push({ start: open.pop()!, end: text.length })
    else text += character
  }
  return { text, marks: marks.sort((a, b) => a.start - b.start) }
}

export function applyFix(text: string, fix: Fix): string {
  const edits = [...fix.edits].sort((a, b) => b.span.start - a.span.start || b.span.end - a.span.end)
  return edits.reduce((result, { span, text: inserted }) => result.slice(0, span.start) + inserted + result.slice(span.end), text)
}

export const show = (text: string, diagnostics: readonly Diagnostic[]): string =>
  diagnostics.map(d => `${d.code} «${at(text, d.span)}» ${d.message}`).join('\n')
