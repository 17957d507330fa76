import assert from 'node:assert/strict'
import type { Options } from '../../../src/base/options'
import { open } from '../../../src/data/open'
import { sourceOf } from '../../../src/data/sources/table'
import { folderWith, problemOf } from './folder'
import { modelOf, type DataModel } from './model'

/** A source, what a model uses of it, and what it is told. */
export interface Case {
  readonly kind: string
  readonly path: string
  readonly options?: Options
  readonly split?: DataModel['source']['split']
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly inputs?: DataModel['inputs']
  readonly features?: DataModel['features']
  readonly task?: readonly [kind: string, column: string]
  readonly prepare?: (folder: string) => void | Promise<void>
  readonly message: string | RegExp
  readonly row?: number
  readonly column?: string
}

async function problem({ kind, path, options = {}, split, files, inputs, features, task = ['classification', 'k'], prepare }: Case) {
  const folder = folderWith(files)
  await prepare?.(folder)
  const defaults = Object.entries(sourceOf(kind)!.options).flatMap(([name, spec]) =>
    spec.default === undefined ? [] : [[name, spec.default]],
  )
  const filled = { ...Object.fromEntries(defaults), ...options } as Options
  const model = modelOf({
    source: { kind, path, options: filled, ...(split && { split }) },
    ...(features && { features }),
    ...(inputs && { inputs }),
    tasks: { k: task },
  })
  const found = await problemOf(open(model, { folder }))
  assert.match(found.code, /^mtl\//)
  assert.equal(found.place.source, 0, 'the error leads to its source in the model file')
  return found
}

export function suite(title: string, cases: Readonly<Record<string, Case>>): void {
  describe(title, () => {
    for (const [name, wanted] of Object.entries(cases)) {
      it(name, async () => {
        const found = await problem(wanted)
        if (typeof wanted.message === 'string') assert.equal(found.message, wanted.message)
        else assert.match(found.message, wanted.message)
        if (wanted.row !== undefined) assert.equal(found.place.row, wanted.row)
        if (wanted.column !== undefined) assert.equal(found.place.column, wanted.column)
      })
    }
  })
}

/** A small table that is as it should be. */
export const table = 'a,k\n' + '1,x\n2,y\n'.repeat(15)

export const lots = (line: (i: number) => string, count = 40): string => Array.from({ length: count }, (_, i) => line(i)).join('\n')

/** An archive whose array `x` is the input. */
export const npzCase = (content: Uint8Array, message: string | RegExp): Case => ({
  kind: 'npz',
  path: 't.npz',
  files: { 't.npz': content },
  inputs: { x: [1] },
  message,
})
