import { harden } from './harden'
import { recordedModel } from './model'
import { checkModel } from './modelChecks'
import { begin as beginRecording, recording } from './recorder'
import type { SandboxInput } from '../ir/recording'
import { typeNames } from './typeNames'
import { vocabulary } from './vocabulary'

/**
 * The half of the language that runs inside the sandbox: bundled to dist/mtl.js and evaluated as 'mtl:sandbox' before
 * the model file. Model files import 'mtl', whose text the host takes from `moduleText`; these exports are for the host only.
 */
export { vocabulary }

/** ES exports are static, so the module 'mtl' is written from the tables. */
export const moduleText = `import { vocabulary } from 'mtl:sandbox'\nexport const { ${Object.keys(vocabulary).join(', ')} } = vocabulary\n`

/** What can be imported, for checks before a file runs. */
export const names = JSON.stringify({ values: Object.keys(vocabulary), types: typeNames() })

/** @param input a `SandboxInput` as JSON */
export const begin = (input: string): void => beginRecording(JSON.parse(input) as SandboxInput)

/** @returns a `Recording` as JSON; what is not the default export of the file counts for nothing */
export function finish(defaultExport: unknown): string {
  const model = recordedModel(defaultExport)
  if (model) checkModel(model)
  return JSON.stringify(recording(model, defaultExport !== undefined))
}

harden()
