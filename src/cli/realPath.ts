import { realpathSync } from 'node:fs'

/** A file that is not there keeps its name: whoever opens it says what is wrong with it. */
export function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
