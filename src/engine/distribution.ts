import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { EngineError } from './engine'

/** A file that the build makes: it lies beside the bundle that runs, or in dist/ where tests run the sources. */
export function builtFile(name: string): string {
  const file = [join(__dirname, name), resolve('dist', name)].find(path => existsSync(path))
  if (!file) throw new EngineError(`${name} is missing: run \`npm run build\``)
  return file
}
