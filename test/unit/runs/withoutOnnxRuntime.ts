import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

let folder: string | undefined

/** The built programs in a place from where ONNX Runtime is not found, as on a platform for which it has no binary. @returns the folder of the programs */
export function withoutOnnxRuntime(): string {
  if (folder === undefined) {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'mtl-no-onnx-')))
    process.on('exit', () => rmSync(folder!, { recursive: true, force: true }))
    cpSync(resolve('dist'), join(folder, 'dist'), { recursive: true })
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(realpathSync(resolve('node_modules/@duckdb')), join(folder, 'node_modules', '@duckdb'), 'junction')
    cpSync(resolve('package.json'), join(folder, 'package.json'))
  }
  return join(folder, 'dist')
}
