import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Version of MTL Workbench, from the package.json beside `dist/` (or above `src/`, when run from the sources). */
export function productVersion(): string {
  for (const folder of ['..', '../..']) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(__dirname, folder, 'package.json'), 'utf8')) as {
        name: string
        version: string
      }
      if (name === 'mtl-workbench') return version
    } catch {
      // Not here.
    }
  }
  return 'unknown'
}
