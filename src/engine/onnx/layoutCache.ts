import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { imageLayouts, type ImageLayout } from '../engine'

/** What was measured before on this machine, a file for each choice. It may be deleted at any time; unreadable files count as missing. */
export class LayoutCache {
  constructor(private readonly folder: string) {}

  read(key: string): ImageLayout | null {
    try {
      const { imageLayout } = JSON.parse(readFileSync(this.file(key), 'utf8')) as { imageLayout?: unknown }
      return imageLayouts.find(layout => layout === imageLayout) ?? null
    } catch {
      return null
    }
  }

  /** Without effect where the folder can't be written: then it is measured again. */
  write(key: string, imageLayout: ImageLayout, milliseconds: Readonly<Record<ImageLayout, number>>): void {
    try {
      mkdirSync(this.folder, { recursive: true })
      const temporary = `${this.file(key)}.${process.pid}.tmp`
      writeFileSync(temporary, `${JSON.stringify({ imageLayout, milliseconds })}\n`)
      renameSync(temporary, this.file(key))
    } catch {
      return
    }
  }

  private file = (key: string) => join(this.folder, `layout-${key}.json`)
}

/** The user's folder for what can be found anew; MTL_CACHE names another. */
export function userCacheFolder(): string {
  const { MTL_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  if (MTL_CACHE) return MTL_CACHE
  const caches =
    process.platform === 'win32'
      ? (LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(homedir(), 'Library', 'Caches')
        : XDG_CACHE_HOME || join(homedir(), '.cache')
  return join(caches, 'mtl-workbench')
}
